import { describe, expect, it } from 'vitest';
import { add, compare, format, isZero, parse, subtract } from './decimal.ts';

describe('decimal', () => {
  it('reads what people type and shows the shortest form', () => {
    expect(parse('3.5')).toBe(35_000n);
    expect(parse('.25')).toBe(2_500n);
    expect(parse(' 007 ')).toBe(70_000n);
    expect(format(parse('3.5000')!)).toBe('3.5');
    expect(format(parse('-0.125')!)).toBe('-0.125');
    expect(format(0n)).toBe('0');
  });

  it('refuses what is no quantity', () => {
    for (const text of ['', '-', '.', '1,5', '1.23456', '1e3', '0x10', '1 2', 'NaN']) {
      expect(parse(text), text).toBeNull();
    }
    expect(() => add('x', '1')).toThrow(RangeError);
  });

  it('sums exactly where floating point does not', () => {
    expect(add('0.1', '0.2')).toBe('0.3');
    expect(subtract('1', '0.9')).toBe('0.1');
    expect(subtract('1', '3.5')).toBe('-2.5');
    expect(compare('10', '9.9999')).toBe(1);
    expect(compare('2.50', '2.5')).toBe(0);
    expect(isZero('0.0000')).toBe(true);
  });
});
