import { describe, expect, it } from 'vitest';
import { REACH, drift, isNight } from './burn-in.ts';

describe('the drift of the board', () => {
  const path = Array.from({ length: 24 * 60 }, (_, minute) => drift(minute));

  it('stays near, in steps nobody sees', () => {
    for (const [n, { x, y }] of path.entries()) {
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(REACH);
      const next = path[n + 1];
      if (next) expect(Math.max(Math.abs(next.x - x), Math.abs(next.y - y))).toBeLessThanOrEqual(2);
    }
  });

  it('spreads over the whole field, and favours no side', () => {
    expect(new Set(path.map(({ x, y }) => `${x} ${y}`)).size).toBeGreaterThan(100);
    const mean = (of: 'x' | 'y') => path.reduce((sum, at) => sum + at[of], 0) / path.length;
    expect(Math.abs(mean('x'))).toBeLessThan(0.2);
    expect(Math.abs(mean('y'))).toBeLessThan(0.2);
  });
});

it('knows night by the store, not by the device', () => {
  const midnightInLondon = Date.parse('2026-11-25T00:30:00Z');
  expect(isNight(midnightInLondon, 'Europe/London')).toBe(true);
  expect(isNight(midnightInLondon, 'America/Los_Angeles')).toBe(false);
  expect(isNight(Date.parse('2026-11-25T15:00:00Z'), 'America/Los_Angeles')).toBe(false);
  expect(isNight(Date.parse('2026-11-25T14:30:00Z'), 'America/Los_Angeles')).toBe(true);
});
