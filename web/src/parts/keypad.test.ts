import { describe, expect, it } from 'vitest';
import { clean, press, step, type Key } from './keypad.ts';

const type = (keys: string, decimals: number) =>
  [...keys].reduce((value, key) => press(value, key as Key, decimals), '');

describe('press', () => {
  it('builds a number and takes digits back', () => {
    expect(type('12', 0)).toBe('12');
    expect(press('12', 'erase', 0)).toBe('1');
    expect(press('', 'erase', 0)).toBe('');
  });
  it('has no leading zero and no point where counts are whole', () => {
    expect(type('07', 0)).toBe('7');
    expect(type('1.5', 0)).toBe('15');
  });
  it('stops at the decimals of the unit', () => {
    expect(type('3.567', 2)).toBe('3.56');
    expect(type('.5', 2)).toBe('0.5');
    expect(type('1.2.3', 2)).toBe('1.23');
  });
  it('stops before a number grows absurd', () => {
    expect(type('12345678901', 0)).toHaveLength(9);
  });
});

describe('step', () => {
  it('counts from nothing and never below zero', () => {
    expect(step('', 1, 0)).toBe('1');
    expect(step('0', -1, 0)).toBe('0');
    expect(step('9', 1, 0)).toBe('10');
  });
  it('keeps the part behind the point', () => {
    expect(step('3.5', 1, 2)).toBe('4.5');
    expect(step('3.5', -1, 2)).toBe('2.5');
  });
});

describe('clean', () => {
  it('drops what says nothing', () => {
    expect(clean('3.')).toBe('3');
    expect(clean('3.50')).toBe('3.5');
    expect(clean('007')).toBe('7');
    expect(clean('')).toBe('');
  });
});
