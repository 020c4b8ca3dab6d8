import { describe, expect, it } from 'vitest';
import type { OrderRow } from '../../lib/api/types.ts';
import { COLUMNS, inColumn } from './orders.ts';

const order = (id: number, state: OrderRow['state'], given: Partial<OrderRow> = {}) =>
  ({ id, state, late: false, window_from: null, window_to: null, received: `2026-11-27T10:0${id}:00Z`, ...given }) as OrderRow;

describe('orders on the board', () => {
  it('stand in one column each, and those put back or over in none', () => {
    const all = [
      order(1, 'unmatched'), order(2, 'waiting'), order(3, 'picking'), order(4, 'packing'), order(5, 'packed'),
      order(6, 'staged'), order(7, 'unwinding'), order(8, 'handed_over'),
    ];
    expect(COLUMNS.map((column) => inColumn(all, column).map((one) => one.id))).toEqual([[1, 2], [3], [4, 5], [6]]);
  });

  it('has the late ones first, then by their time', () => {
    const all = [
      order(1, 'waiting'), order(2, 'waiting', { window_from: '2026-11-27T09:00:00Z' }),
      order(3, 'waiting', { late: true, window_from: '2026-11-27T11:00:00Z' }),
    ];
    expect(inColumn(all, 'new').map((one) => one.id)).toEqual([3, 2, 1]);
  });
});
