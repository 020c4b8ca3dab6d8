import { expect, it } from 'vitest';
import { Agreement } from './agreement.ts';

const sure = (text: string) => ({ text, doubtful: false });
const doubtful = (text: string) => ({ text, doubtful: true });

it('counts a code held in view once, and again after it was away', () => {
  const agreement = new Agreement();
  expect(agreement.take(sure('A'), 0)).toBe('A');
  expect(agreement.take(sure('A'), 1_000)).toBeNull();
  expect(agreement.take(sure('A'), 2_400)).toBeNull(); // still seen 1.4 s ago
  expect(agreement.take(null, 3_000)).toBeNull();
  expect(agreement.take(sure('A'), 3_901)).toBe('A');
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
