import { expect, test } from 'vitest';
import { rows } from './fingerprint.ts';

test('a fingerprint is compared in four rows of four groups', () => {
  // SHA-256 of nothing, as the box's own test has it.
  expect(rows('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')).toEqual([
    'E3B0 C442 98FC 1C14',
    '9AFB F4C8 996F B924',
    '27AE 41E4 649B 934C',
    'A495 991B 7852 B855',
  ]);
  expect(rows('')).toEqual([]);
});
