import { describe, expect, it } from 'vitest';
import { momentOf } from './window.ts';

const LA = 'America/Los_Angeles';
/** 10:00 in the evening of the 26th in Los Angeles. */
const NOW = Date.parse('2026-11-27T06:00:00Z');

describe('a time of day in the store', () => {
  it('is of the store’s day, wherever the device is', () => {
    expect(momentOf(NOW, 0, '14:30', LA)).toBe('2026-11-26T22:30:00.000Z');
    expect(momentOf(NOW, 1, '9:05', LA)).toBe('2026-11-27T17:05:00.000Z');
    expect(momentOf(NOW, 0, '23:00', 'UTC')).toBe('2026-11-27T23:00:00.000Z');
  });

  it('is right across a change of the clocks', () => {
    const before = Date.parse('2026-11-01T05:00:00Z'); // Saturday evening, summer time
    expect(momentOf(before, 0, '22:30', LA)).toBe('2026-11-01T05:30:00.000Z');
    expect(momentOf(before, 1, '12:00', LA)).toBe('2026-11-01T20:00:00.000Z');
  });

  it('is nothing where it is no time', () => {
    for (const wrong of ['', '25:00', '12', '12:60']) expect(momentOf(NOW, 0, wrong, LA)).toBeNull();
  });
});
