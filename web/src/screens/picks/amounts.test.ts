import { describe, expect, it } from 'vitest';
import type { PickLine } from '../../lib/api/types.ts';
import { asCount, leftOf, ofCount } from './amounts.ts';

/** Ten eighths of a weight package: 35 g planned. */
const eighths = {
  planned: { value: '35', unit: 'g' },
  planned_count: '10',
  picked: { value: '10.5', unit: 'g' },
} as PickLine;
const each = {
  planned: { value: '9', unit: 'ea' },
  planned_count: '9',
  picked: { value: '0', unit: 'ea' },
} as PickLine;

describe('amounts of a pick line', () => {
  it('turns counts into the package’s unit exactly', () => {
    expect(ofCount(eighths, '3')).toEqual({ value: '10.5', unit: 'g' });
    expect(ofCount(each, '4')).toEqual({ value: '4', unit: 'ea' });
  });
  it('and back', () => {
    expect(asCount(eighths, '10.5')).toBe('3');
    expect(asCount(each, '4')).toBe('4');
  });
  it('knows how many are left', () => {
    expect(leftOf(eighths)).toBe('7');
    expect(leftOf(each)).toBe('9');
    expect(leftOf({ ...eighths, picked: eighths.planned })).toBe('0');
  });
  it('does not divide by a plan of nothing', () => {
    const none = { ...eighths, planned_count: '0' } as PickLine;
    expect(ofCount(none, '2')).toEqual({ value: '2', unit: 'g' });
  });
});
