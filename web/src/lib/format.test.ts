import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clock } from './clock.svelte.ts';
import * as show from './format.ts';
import { prefs } from './prefs.svelte.ts';
import { session } from './session.svelte.ts';

beforeEach(() => {
  prefs.language = 'en';
  clock.now = Date.parse('2026-11-23T22:05:00Z');
  session.box = {
    id: 'x', name: '', version: '', host: '', trust_url: '', claimed: true, setup_open: false,
    fingerprint: '', now: '', zone: 'America/Los_Angeles',
  };
});
afterEach(() => {
  prefs.language = 'en';
  session.box = null;
});

describe('format', () => {
  it('shows quantities with their unit, exactly', () => {
    expect(show.quantity({ value: '1114.35', unit: 'g' })).toBe('1,114.35 g');
    expect(show.quantity('3', 'ea')).toBe('3 ea');
    expect(show.number('0.1235')).toBe('0.1235');
    expect(show.number('9007199254740993')).toBe('9,007,199,254,740,993');
  });

  it('shows times in the store’s zone, dates as they are', () => {
    expect(show.time('2026-11-23T22:05:00Z')).toMatch(/^2:05\sPM$/);
    expect(show.date('2026-01-01')).toBe('Jan 1');
    expect(show.date('2025-12-31')).toBe('Dec 31, 2025');
    expect(show.when('2026-11-23T08:30:00Z')).toMatch(/^12:30\sAM$/);
    expect(show.when('2026-11-23T07:30:00Z')).toMatch(/^Nov 22, 11:30\sPM$/);
    expect(show.daysUntil('2026-11-23')).toBe(0);
    expect(show.daysUntil('2026-12-01')).toBe(8);
    expect(show.daysUntil('2026-11-22')).toBe(-1);
  });

  it('shows ages and countdowns', () => {
    expect(show.age('2026-11-23T22:04:40Z')).toBe('now');
    expect(show.age('2026-11-23T22:01:00Z')).toBe('4 min');
    expect(show.age('2026-11-23T19:55:00Z')).toBe('2 h 10 min');
    expect(show.age('2026-11-20T22:05:00Z')).toBe('3 days');
    expect(show.countdown('2026-11-23T22:06:59Z')).toBe('1:59');
    expect(show.countdown('2026-11-23T22:00:00Z')).toBe('0:00');
  });

  it('shows money and sizes, and speaks Spanish', () => {
    expect(show.money(111_435)).toBe('$1,114.35');
    expect(show.bytes(1_440_000)).toBe('1.4 MB');
    expect(show.bytes(12)).toBe('12 B');
    prefs.language = 'es';
    expect(show.age('2026-11-20T22:05:00Z')).toBe('3 días');
    expect(show.date('2026-01-05')).toMatch(/ene/);
  });
});
