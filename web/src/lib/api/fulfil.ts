// The shapes of walks and pack benches, until the box's own document describes them.

import type { OrderWay } from './orders.ts';
import type { PlaceRef, ProductRef } from './types.ts';

/** What is missing of an order's line in the middle of a walk, while nobody has said what becomes of it. */
export interface WalkShort {
  /** The order's line. */
  line: number;
  product: ProductRef;
  short: string;
}

/** One order of a walk, in its slot. */
export interface PickOrder {
  order: number;
  code: string;
  number: string | null;
  customer: string | null;
  slot: number;
  way: OrderWay;
  window_from: string | null;
  window_to: string | null;
  tote: PlaceRef | null;
  /** It was cancelled or given back in the middle of the walk. */
  left: boolean;
  shorts: WalkShort[];
}

export interface OrderDecision {
  how: 'substitute' | 'partial' | 'drop' | 'wait';
  product?: number;
}
