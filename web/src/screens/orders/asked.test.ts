import { describe, expect, it } from 'vitest';
import type { OrderLine } from '../../lib/api/types.ts';
import { changesOf } from './asked.ts';

const lines = (...given: [string, string][]) =>
  given.map(([item, ordered], n) => ({ id: n, item, ordered }) as OrderLine);
const asked = (...given: [string, string][]) => given.map(([item, quantity]) => ({ item, quantity }));

describe('what a source changed', () => {
  it('tells amounts, what is gone and what is new', () => {
    const order = { lines: lines(['Gummies', '2'], ['Vape', '1'], ['Flower', '3']) };
    expect(changesOf(order, asked(['gummies ', '3'], ['Flower', '3.0'], ['Tincture', '1']))).toEqual([
      { item: 'Gummies', was: '2', is: '3' },
      { item: 'Vape', was: '1', is: null },
      { item: 'Tincture', was: null, is: '1' },
    ]);
  });

  it('takes the same item on two lines one by one', () => {
    const order = { lines: lines(['Vape', '1'], ['Vape', '1']) };
    expect(changesOf(order, asked(['Vape', '1'], ['Vape', '1']))).toEqual([]);
    expect(changesOf(order, asked(['Vape', '1']))).toEqual([{ item: 'Vape', was: '1', is: null }]);
  });
});
