// What a source's change would change: its lines beside the order's own. Pure.

import type { Order } from '../../lib/api/types.ts';

export interface Change {
  item: string;
  was: string | null;
  is: string | null;
}

const key = (item: string) => item.trim().toLowerCase();
const same = (one: string | null, other: string | null) =>
  one === other || (one !== null && other !== null && Number(one) === Number(other));

/** Lines that are others than before, in the order of the lines they were; what is new comes last. */
export function changesOf(order: Pick<Order, 'lines'>, asked: readonly { item: string; quantity: string }[]): Change[] {
  const left = new Map<string, { item: string; quantity: string }[]>();
  for (const one of asked) left.set(key(one.item), [...(left.get(key(one.item)) ?? []), one]);
  const changes: Change[] = order.lines.map((line) => {
    const found = left.get(key(line.item))?.shift();
    return { item: line.item, was: line.ordered, is: found?.quantity ?? null };
  });
  for (const rest of left.values()) for (const one of rest) changes.push({ item: one.item, was: null, is: one.quantity });
  return changes.filter((one) => !same(one.was, one.is));
}
