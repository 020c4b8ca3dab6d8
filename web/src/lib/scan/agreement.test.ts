import { expect, it } from 'vitest';
import { Agreement } from './agreement.ts';

const sure = (text: string) => ({ text, doubtful: false });
const doubtful = (text: string) => ({ text, doubtful: true });

it('counts a code held in view once, and again after it was away', () => {
  const agreement = new Agreement();
  expect(agreement.take(sure('A'), 0)).toBe('A');
  expect(agreement.take(sure('A'), 1_000)).toBeNull();
  expect(agreement.take(null, 1_100)).toBeNull();
  expect(agreement.take(sure('A'), 2_500)).toBeNull(); // out of sight for 1.4 s
  expect(agreement.take(null, 3_000)).toBeNull();
  expect(agreement.take(null, 4_000)).toBeNull();
  expect(agreement.take(sure('A'), 4_500)).toBe('A');
});

it('counts it once on a device too slow to look often', () => {
  const agreement = new Agreement();
  expect(agreement.take(sure('A'), 0)).toBe('A');
  expect(agreement.take(sure('A'), 4_000)).toBeNull();
  expect(agreement.take(sure('A'), 9_000)).toBeNull();
});

it('takes another code at once', () => {
  const agreement = new Agreement();
  expect(agreement.take(sure('A'), 0)).toBe('A');
  expect(agreement.take(sure('B'), 50)).toBe('B');
});

it('wants two agreeing readings of a retail code, close together', () => {
  const agreement = new Agreement();
  expect(agreement.take(doubtful('1'), 0)).toBeNull();
  expect(agreement.take(doubtful('2'), 60)).toBeNull();
  expect(agreement.take(doubtful('1'), 120)).toBeNull();
  expect(agreement.take(doubtful('1'), 180)).toBe('1');
  expect(agreement.take(doubtful('3'), 5_000)).toBeNull();
  expect(agreement.take(doubtful('3'), 6_500)).toBeNull();
});
