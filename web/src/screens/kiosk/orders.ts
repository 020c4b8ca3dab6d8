// Which column of the board an order stands in. Pure.

import type { OrderRow, OrderState } from '../../lib/api/types.ts';

export const COLUMNS = ['new', 'picking', 'packed', 'staged'] as const;
export type OrderColumn = (typeof COLUMNS)[number];

const COLUMN: Partial<Record<OrderState, OrderColumn>> = {
  unmatched: 'new', waiting: 'new', picking: 'picking', packing: 'packed', packed: 'packed', staged: 'staged',
};
const due = (one: OrderRow) => one.window_from ?? one.window_to ?? one.received;

/** The orders of a column, the late ones first; what is put back or over stands on no wall. */
export function inColumn(orders: readonly OrderRow[], column: OrderColumn): OrderRow[] {
  return orders
    .filter((one) => COLUMN[one.state] === column)
    .toSorted((a, b) => Number(b.late) - Number(a.late) || due(a).localeCompare(due(b)));
}
