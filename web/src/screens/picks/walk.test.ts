import { describe, expect, it } from 'vitest';
import type { Pick } from '../../lib/api/types.ts';
import { gone, going, isWalk, leftBehind, leftSince, linesOf, nextSlot, ordersOf, undecided } from './walk.ts';

const order = (n: number, more = {}) =>
  ({ order: 100 + n, code: `C${n}`, number: null, slot: n, tote: { id: 20 + n, name: `T${n}` }, left: false, shorts: [], ...more });
const line = (id: number, n: number, more = {}) =>
  ({ id, order: 100 + n, slot: n, state: 'to_pick', picked: { value: '0', unit: 'ea' }, ...more });
const walk = (orders: unknown[], lines: unknown[]) => ({ id: 9, request: null, orders, lines }) as unknown as Pick;

describe('a walk of orders', () => {
  it('is a pick without a request', () => {
    expect(isWalk(walk([], []))).toBe(true);
    expect(isWalk({ ...walk([], []), request: { id: 1 } } as unknown as Pick)).toBe(false);
  });

  it('has its orders by slot, and none where an older app kept the pick', () => {
    const one = walk([order(2), order(1), order(3, { left: true })], []);
    expect(going(one).map((each) => each.slot)).toEqual([1, 2]);
    expect(gone(one).map((each) => each.slot)).toEqual([3]);
    expect(ordersOf({ id: 1 } as unknown as Pick)).toEqual([]);
  });

  it('walks no line of an order that left', () => {
    const one = walk([order(1), order(2, { left: true })], [line(1, 1), line(2, 2), line(3, 1)]);
    expect(linesOf(one).map((each) => each.id)).toEqual([1, 3]);
  });

  it('gives the next empty tote to the lowest slot that has none and something to pick', () => {
    const bare = { tote: null };
    const one = walk(
      [order(3, bare), order(1), order(2, bare), order(4, bare)],
      [line(1, 1), line(2, 2, { state: 'short' }), line(3, 3), line(4, 4)],
    );
    expect(nextSlot(one)?.slot).toBe(3);
    expect(nextSlot(walk([order(1)], [line(1, 1)]))).toBeNull();
    expect(nextSlot(walk([order(1, { ...bare, left: true })], [line(1, 1)]))).toBeNull();
  });

  it('tells what nobody has decided about, of those that still go', () => {
    const short = { line: 5, product: { id: 1 }, short: '2' };
    const one = walk([order(1, { shorts: [short] }), order(2, { left: true, shorts: [short] })], []);
    expect(undecided(one).map((each) => each.order.slot)).toEqual([1]);
  });

  it('tells which orders left since the last look, once', () => {
    const before = walk([order(1), order(2)], []);
    const after = walk([order(1), order(2, { left: true })], []);
    expect(leftSince(before, after).map((each) => each.slot)).toEqual([2]);
    expect(leftSince(after, after)).toEqual([]);
    expect(leftSince(null, after)).toEqual([]);
    expect(leftSince({ ...before, id: 8 } as Pick, after)).toEqual([]);
  });

  it('knows whether something of an order lies in its tote', () => {
    const picked = line(1, 1, { picked: { value: '2', unit: 'ea' } });
    const one = walk([order(1), order(2)], [picked, line(2, 2)]);
    expect(leftBehind(one, ordersOf(one)[0]!)).toBe(true);
    expect(leftBehind(one, ordersOf(one)[1]!)).toBe(false);
  });
});
