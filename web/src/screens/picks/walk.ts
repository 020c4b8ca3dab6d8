// A walk for online orders: several orders at once, each with a slot and a tote of its own. Pure.

import type { Pick, PickLine, PickOrder, PlaceRef } from '../../lib/api/types.ts';

type WithOrders = Pick & { orders?: PickOrder[] };

/** The orders of a walk; none for a restock, nor for a pick that an older app has kept. */
export const ordersOf = (pick: Pick): PickOrder[] => (pick as WithOrders).orders ?? [];

export const isWalk = (pick: Pick): boolean => pick.request === null;

/** Those that still go, by slot. */
export const going = (pick: Pick): PickOrder[] =>
  ordersOf(pick).filter((one) => !one.left).sort((a, b) => a.slot - b.slot);

/** Those that were cancelled on the way, by slot. */
export const gone = (pick: Pick): PickOrder[] =>
  ordersOf(pick).filter((one) => one.left).sort((a, b) => a.slot - b.slot);

export function orderOf(pick: Pick, line: PickLine): PickOrder | null {
  return ordersOf(pick).find((one) => one.order === line.order) ?? null;
}

/** The tote that a line goes into: its order's, or the pick's. */
export const toteOf = (pick: Pick, line: PickLine): PlaceRef | null =>
  isWalk(pick) ? (orderOf(pick, line)?.tote ?? null) : pick.tote;

/** The lines that are walked: what was planned for an order that left is nobody's errand any more. */
export function linesOf(pick: Pick): PickLine[] {
  const left = new Set(gone(pick).map((one) => one.order));
  return left.size === 0 ? pick.lines : pick.lines.filter((line) => !left.has(line.order ?? 0));
}

/** The order that the next empty tote is for: the lowest slot without one that has something to pick. */
export function nextSlot(pick: Pick): PickOrder | null {
  const open = new Set(
    linesOf(pick).filter((line) => line.state === 'to_pick').map((line) => line.order),
  );
  return going(pick).find((one) => one.tote === null && open.has(one.order)) ?? null;
}

/** What is missing and nobody has decided about yet. */
export const undecided = (pick: Pick) =>
  going(pick).flatMap((order) => (order.shorts ?? []).map((short) => ({ order, short })));

/** What lies in the tote of an order that left: it is put back. */
export function leftBehind(pick: Pick, order: PickOrder): boolean {
  return pick.lines.some((line) => line.order === order.order && Number(line.picked.value) > 0);
}

/** Which orders left between two looks at the same walk. */
export function leftSince(before: Pick | null, now: Pick | null): PickOrder[] {
  if (!before || !now || before.id !== now.id) return [];
  const went = new Set(going(before).map((one) => one.order));
  return gone(now).filter((one) => went.has(one.order));
}
