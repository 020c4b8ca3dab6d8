// What was said at the places of a count: as the box has it, with what waits on this device laid over. Pure.

import type {
  CountLine, CountLineInput, CountSpot, PackageRef, ProductRef, Quantity, UserRef,
} from '../../lib/api/types.ts';
import type { OutboxRecord } from '../../lib/outbox/record.ts';

/** What is counted: a package, a product where its packages are mixed, or a label nobody knows. */
export interface Subject {
  package: PackageRef | null;
  product: ProductRef | null;
  tag: string | null;
}

export interface Said extends Subject {
  key: string;
  quantity: Quantity | null;
  by: UserRef | null;
  at: string;
  /** Not yet at the box. */
  waits: boolean;
}

export type Spot = CountSpot & { waits: boolean };

/** A figure of this device that the box's list may not show yet. */
export interface Spoken extends Subject {
  place: number;
  quantity: Quantity;
  at: string;
}

export function keyOf(one: Subject): string {
  if (one.package) return `package:${one.package.id}`;
  return one.product ? `product:${one.product.id}` : `tag:${one.tag?.trim() ?? ''}`;
}

/** The newest figure of each thing at a place, the newest first. */
export function saidAt(
  place: number,
  lines: readonly CountLine[],
  spoken: readonly Spoken[],
  waiting: ReadonlySet<string>,
  me: UserRef | null,
): Said[] {
  const all = new Map<string, Said>();
  for (const line of lines) {
    if (line.place.id !== place) continue;
    // A package's line names its product too: the package is what was counted.
    const subject = { package: line.package, product: line.package ? null : line.product, tag: line.tag };
    const key = keyOf(subject);
    all.set(key, { ...subject, key, quantity: line.quantity, by: line.by, at: line.at, waits: false });
  }
  for (const one of spoken) {
    if (one.place !== place) continue;
    const key = keyOf(one);
    const known = all.get(key);
    const waits = waiting.has(key);
    if (known && !waits && Date.parse(known.at) >= Date.parse(one.at)) continue;
    const { package: pack, product, tag, quantity, at } = one;
    all.set(key, { package: pack, product, tag, key, quantity, by: me, at, waits });
  }
  return [...all.values()].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/** The figures that wait in the queue, as they were said: what is left of them after a reload. */
export function spokenIn(
  records: readonly OutboxRecord[],
  count: number,
  packageRef: (id: number) => PackageRef | null,
  productRef: (id: number) => ProductRef,
): Spoken[] {
  return records.flatMap((one) => {
    if (one.state !== 'queued' || one.path !== `/counts/${count}/lines`) return [];
    const body = one.body as CountLineInput;
    const pack = body.package ? packageRef(body.package) : null;
    if (body.package && !pack) return [];
    const product = body.product ? productRef(body.product) : null;
    return [{
      package: pack, product, tag: body.tag ?? null, place: body.place,
      quantity: body.quantity as Quantity, at: body.said.at,
    }];
  });
}

/** The places as they will be when what waits is taken. */
export function spotsWith(
  spots: readonly CountSpot[],
  records: readonly OutboxRecord[],
  count: number,
  me: UserRef | null,
): Spot[] {
  const all = new Map<number, Spot>(spots.map((spot) => [spot.place.id, { ...spot, waits: false }]));
  for (const one of records) {
    if (one.state !== 'queued') continue;
    const what = new RegExp(`^/counts/${count}/(places|done)$`).exec(one.path)?.[1];
    const body = one.body as { place: number; done?: boolean };
    const spot = what && all.get(body.place);
    if (!spot) continue;
    const done_at = what === 'done' && body.done ? one.device_time : null;
    all.set(body.place, { ...spot, counter: me, done_at, waits: true });
  }
  return [...all.values()];
}

/** Whether a place is this person's, another's, free or done. */
export function standingOf(spot: CountSpot, me: number | undefined): 'mine' | 'other' | 'free' | 'done' {
  if (spot.done_at) return 'done';
  if (!spot.counter) return 'free';
  return spot.counter.id === me ? 'mine' : 'other';
}

