// The shapes of online orders, until the box's own document describes them.

import type { PackageRef, PlaceRef, ProductRef, Quantity, UserRef } from './types.ts';

export type OrderState =
  | 'unmatched' | 'waiting' | 'picking' | 'packing' | 'packed' | 'staged' | 'handed_over' | 'unwinding' | 'ended';
export type OrderWay = 'pickup' | 'curbside' | 'delivery';
export type OrderWhy = 'customer' | 'store' | 'not_picked_up' | 'refused' | 'changed' | 'short';
export type PackCheck = 'child_resistant' | 'opaque_bag' | 'label_uncovered' | 'sealed';
export type IdType =
  | 'driver_license' | 'state_id' | 'passport' | 'military_id' | 'medical_card' | 'other_government_id';

export interface OrderRow {
  id: number;
  code: string;
  source: { id: number; name: string };
  state: OrderState;
  way: OrderWay;
  number: string | null;
  customer: string | null;
  window_from: string | null;
  window_to: string | null;
  received: string;
  line_count: number;
  units: string;
  short: boolean;
  unmatched: number;
  asked: boolean;
  late: boolean;
  aging: boolean;
  pick: number | null;
  picker: UserRef | null;
  tote: PlaceRef | null;
  shelf: PlaceRef | null;
  why: OrderWhy | null;
  picking_at: string | null;
  picked_at: string | null;
  packed_at: string | null;
  staged_at: string | null;
  handed_at: string | null;
  ended_at: string | null;
  awaiting_sale: boolean;
}

export interface Orders {
  now: string;
  orders: OrderRow[];
}

export interface OrderItem {
  line: number;
  package: PackageRef;
  each: string;
  picked: Quantity;
  picked_count: string;
  verified: Quantity;
  verified_count: string;
  put_back_count: string;
  from: PlaceRef;
  gtins: string[];
}

export interface OrderSubstitute {
  product: ProductRef;
  brand: string | null;
  free: string;
  price_cents: number | null;
}

export interface OrderLine {
  id: number;
  n: number;
  item: string;
  sku: string | null;
  product: ProductRef | null;
  wanted: ProductRef | null;
  ordered: string;
  amount: string;
  promised: string;
  planned: string;
  picked: string;
  short: string;
  candidates: ProductRef[];
  substitutes: OrderSubstitute[];
  items: OrderItem[];
}

export interface OrderAsked {
  lines: { item: string; sku: string | null; quantity: string }[];
  window_from: string | null;
  window_to: string | null;
}

export interface Order extends OrderRow {
  phone: string | null;
  lines: OrderLine[];
  checks: PackCheck[];
  checks_cite: { check: PackCheck; cite: string }[];
  ticked: PackCheck[];
  photo_wanted: boolean;
  photos: number[];
  bags: number;
  packed_by: UserRef | null;
  handed_by: UserRef | null;
  id_type: IdType | null;
  asked_for: OrderAsked | null;
  must_quarantine: boolean;
  case: number | null;
  purged: boolean;
  version: number;
}

export interface OrderInput {
  number?: string;
  customer_first: string;
  customer_last?: string;
  phone?: string;
  way: OrderWay;
  window_from?: string;
  window_to?: string;
  lines: { product: number; quantity: string }[];
}

export interface OrdersTaken {
  taken: number;
  changed: number;
  cancelled: number;
  same: number;
  refused: { row: number; field: string | null; value: string | null; reason: string; code: string }[];
}

export type OrderFormat = 'backstock' | 'weedmaps' | 'jane' | 'dutchie' | 'flowhub' | 'csv';
export type OrderProof = 'none' | 'signature' | 'bearer';

export interface OrderSource {
  id: number;
  slug: string;
  name: string;
  format: OrderFormat;
  proof: OrderProof;
  active: boolean;
  has_secret: boolean;
  version: number;
}

export interface OrderTimes {
  hours: { hour: number; orders: number; pick_median_min: number | null; pack_median_min: number | null }[];
  pick_target_min: number;
  pack_target_min: number;
  days: number;
}
