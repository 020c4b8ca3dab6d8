// The queue's order and what a time window means now. Pure.

import type { OrderRow, OrderState } from '../../lib/api/types.ts';

export const SEGMENTS = ['new', 'work', 'ready', 'over'] as const;
export type Segment = (typeof SEGMENTS)[number];

/** The most orders of one walk. */
export const WALK = 20;

export function segmentOf(state: OrderState): Segment {
  switch (state) {
    case 'unmatched':
    case 'waiting':
      return 'new';
    case 'picking':
    case 'packing':
    case 'unwinding':
      return 'work';
    case 'packed':
    case 'staged':
      return 'ready';
    case 'handed_over':
    case 'ended':
      return 'over';
  }
}

export const isOver = (state: OrderState): boolean => segmentOf(state) === 'over';

const endOf = (one: OrderRow): string => one.handed_at ?? one.ended_at ?? one.received;
/** What nobody gave a time for comes after what somebody did. */
const dueOf = (one: OrderRow): string => one.window_from ?? one.window_to ?? '9999';

/** Late ones first, then by their window, then as they came; what is over, the newest first. */
export function queued(orders: readonly OrderRow[], segment: Segment): OrderRow[] {
  const mine = orders.filter((one) => segmentOf(one.state) === segment);
  if (segment === 'over') return mine.toSorted((a, b) => endOf(b).localeCompare(endOf(a)));
  return mine.toSorted(
    (a, b) =>
      Number(b.late) - Number(a.late) ||
      dueOf(a).localeCompare(dueOf(b)) ||
      a.received.localeCompare(b.received),
  );
}

/** What can be started on a walk: everything of it is known and nobody has it. */
export const walkable = (one: OrderRow): boolean => one.state === 'waiting';

export type Due =
  | { kind: 'none' }
  | { kind: 'in'; ms: number }
  | { kind: 'now'; until: string | null }
  | { kind: 'late'; ms: number };

/** How its window stands: until it is packed its beginning counts, from then on its end. */
export function dueNow(one: Pick<OrderRow, 'state' | 'window_from' | 'window_to'>, now: number): Due {
  if (isOver(one.state) || one.state === 'unwinding') return { kind: 'none' };
  const from = one.window_from === null ? null : Date.parse(one.window_from);
  const to = one.window_to === null ? null : Date.parse(one.window_to);
  const packed = segmentOf(one.state) === 'ready';
  const last = packed ? to : (from ?? to);
  if (last !== null && now > last) return { kind: 'late', ms: now - last };
  const first = from ?? to;
  if (first === null) return { kind: 'none' };
  return now < first ? { kind: 'in', ms: first - now } : { kind: 'now', until: one.window_to };
}

/** Of five steps, how many are behind it; null where it goes no further. */
export function stepOf(one: Pick<OrderRow, 'state' | 'picked_at' | 'packed_at' | 'staged_at'>): number {
  switch (one.state) {
    case 'unmatched':
      return 0;
    case 'waiting':
    case 'picking':
      return 1;
    case 'packing':
      return 2;
    case 'packed':
      return 3;
    case 'staged':
      return 4;
    case 'handed_over':
      return 5;
    case 'unwinding':
    case 'ended':
      return one.staged_at ? 4 : one.packed_at ? 3 : one.picked_at ? 2 : 1;
  }
}
