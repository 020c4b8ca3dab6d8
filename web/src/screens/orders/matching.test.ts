import { describe, expect, it } from 'vitest';
import type { Order, OrderLine } from '../../lib/api/types.ts';
import { BY_HAND } from '../admin/order-source.ts';
import { isLast, isLeftOut, isUnknown, mayRematch } from './matching.ts';

const gummies = { id: 1, sku: 'G', name: 'Gummies', unit: 'ea' };
const line = (id: number, more = {}) =>
  ({ id, item: 'Dream', product: gummies, wanted: null, amount: '1', ...more }) as unknown as OrderLine;
const order = (lines: OrderLine[], more = {}) =>
  ({ id: 4, state: 'waiting', source: { id: 7, name: 'Jane' }, lines, ...more }) as unknown as Order;

describe('a line of an order', () => {
  it('is unknown until it has a product, unless it is left out', () => {
    expect(isUnknown(line(1))).toBe(false);
    expect(isUnknown(line(1, { product: null }))).toBe(true);
    const out = line(1, { product: null, amount: '0' });
    expect([isUnknown(out), isLeftOut(out)]).toEqual([false, true]);
  });

  it('may be another product while nobody picks it', () => {
    const one = line(1);
    const may = ['unmatched', 'waiting', 'picking', 'packing', 'staged', 'ended'].map((state) =>
      mayRematch(order([one], { state }), one),
    );
    expect(may).toEqual([true, true, false, false, false, false]);
  });

  it('is another product only where its source named it', () => {
    expect(mayRematch(order([], { source: { id: BY_HAND, name: 'hand' } }), line(1))).toBe(false);
    expect(mayRematch(order([]), line(1, { wanted: gummies }))).toBe(false);
    expect(mayRematch(order([]), line(1, { amount: '0' }))).toBe(false);
    expect(mayRematch(order([]), line(1, { product: null }))).toBe(false);
  });

  it('is the last one where all others are left out', () => {
    const [one, two, out] = [line(1), line(2), line(3, { amount: '0' })] as const;
    expect(isLast(order([one, two, out]), one)).toBe(false);
    expect(isLast(order([one, out]), one)).toBe(true);
  });
});
