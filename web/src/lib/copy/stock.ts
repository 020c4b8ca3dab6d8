// The store's stock as this device last knew it: every product, place and package that can be scanned.
// Kept in the device's database, renewed piece by piece as the live stream tells of changes, and made
// anew when some may have been missed. Only ever read by the screens.

import { get } from '../api/client.ts';
import type {
  Change, CopiedPackage, CopiedPlace, CopiedProduct, Copy, PackageRef, PlaceRef, ProductRef,
} from '../api/types.ts';
import { withDb } from '../db.ts';
import { add } from '../decimal.ts';
import { seqOf } from '../position.ts';
import type { Delta } from './pending.ts';

/** Changes come in bursts: what they touch is asked for together. */
const SETTLE_MS = 300;
/** Every device makes its copy anew after the same change: not all at once. */
const SPREAD_MS = 4_000;
const MOST_IDS = 256;
const BY_ITSELF = { idle: '1' };

export interface Held {
  place: CopiedPlace;
  quantity: string;
  reserved: string;
  open: boolean;
}

export class Stock {
  /** When it was last known to be true (device time); null while there is none. */
  at: number | null = null;
  /** Hears that the copy was made anew. */
  onRenewed: () => void = () => {};
  #position: string | null = null;
  #packages = new Map<number, CopiedPackage>();
  #products = new Map<number, CopiedProduct>();
  #places = new Map<number, CopiedPlace>();
  #byTag = new Map<string, CopiedPackage>();
  #byOrigin = new Map<string, CopiedPackage[]>();
  #byGtin = new Map<string, CopiedProduct>();
  #byCode = new Map<string, CopiedPlace>();
  #loading: Promise<void> | null = null;
  #touched = new Set<number>();
  /** It is to be made anew, and the box has not answered yet. */
  #owed = false;
  #latest: string | null = null;
  /** An answer that was asked for before the figures were hidden is not for these eyes. */
  #round = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** From the device's database, once. */
  load(): Promise<void> {
    this.#loading ??= this.#load();
    return this.#loading;
  }

  /** Makes the copy anew from the box, soon; at once where there is none. */
  renewAll(): void {
    this.#owed = true;
    clearTimeout(this.#timer);
    const ms = this.at === null ? 0 : Math.random() * SPREAD_MS;
    this.#timer = setTimeout(() => void this.#fetchAll(), ms);
  }

  /** Asks again for what the box did not answer when it was asked. */
  resume(): void {
    if (this.#owed) this.renewAll();
    else if (this.#touched.size > 0) this.#soon();
  }

  /** Something changed at the box; `position` is the change's own. */
  async heard(change: Change, position: string | null): Promise<void> {
    await this.load();
    const { topics, ids } = change;
    if (topics.includes('products') || topics.includes('places')) return this.renewAll();
    this.#latest = position ?? this.#latest;
    if (!topics.includes('stock')) return;
    const touched = ids?.stock;
    if (!touched || this.at === null) return this.renewAll();
    for (const id of touched) this.#touched.add(id);
    if (!this.#owed) this.#soon();
  }

  /** The newest entry of the journal that this copy holds. */
  get seq(): number | null {
    return seqOf(this.#position);
  }

  /** What is counted: nothing here tells how much there is of it. */
  hides(id: number): boolean {
    return this.#packages.get(id)?.hidden ?? false;
  }

  hidesProduct(id: number): boolean {
    return this.packagesOf(id).some((one) => one.hidden);
  }

  get hidesSome(): boolean {
    return [...this.#packages.values()].some((one) => one.hidden);
  }

  /** What this person or device may see has changed: every figure goes at once, here and in the device's
   *  database, then the box says what may be shown. False where it did not answer: nothing is shown until
   *  it does. */
  async blink(): Promise<boolean> {
    await this.load();
    this.#round += 1;
    this.#owed = true;
    clearTimeout(this.#timer);
    const packages = [...this.#packages.values()].map((one) => ({ ...one, held: [], hidden: true }));
    const bare: Copy = {
      position: this.#position ?? '', full: true, products: this.allProducts, places: this.allPlaces, packages,
    };
    if (packages.length > 0) {
      this.#set(bare);
      await this.#keep(bare);
    }
    await this.#fetchAll();
    return !this.#owed;
  }

  /** The device is no longer the store's. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    this.#set({ position: '', full: true, products: [], places: [], packages: [] });
    this.at = null;
    this.#owed = false;
    this.#touched.clear();
    await withDb(async (db) => {
      const tx = db.transaction(['packages', 'products', 'places', 'facts'], 'readwrite');
      await tx.objectStore('packages').clear();
      await tx.objectStore('products').clear();
      await tx.objectStore('places').clear();
      await tx.objectStore('facts').delete('copy');
      await tx.done;
    });
  }

  package(id: number): CopiedPackage | null {
    return this.#packages.get(id) ?? null;
  }

  byTag(tag: string): CopiedPackage | null {
    return this.#byTag.get(tag) ?? null;
  }

  /** The packages made from the one that a unit's code was issued under. */
  byOrigin(tag: string): CopiedPackage[] {
    return this.#byOrigin.get(tag) ?? [];
  }

  byTail(tail: string): CopiedPackage[] {
    return [...this.#packages.values()].filter((one) => one.tag.endsWith(tail));
  }

  byGtin(gtin: string): CopiedProduct | null {
    return this.#byGtin.get(gtin) ?? null;
  }

  bySku(sku: string): CopiedProduct | null {
    const wanted = sku.toLowerCase();
    return [...this.#products.values()].find((one) => one.sku.toLowerCase() === wanted) ?? null;
  }

  byBatch(batch: string): CopiedPackage[] {
    const wanted = batch.toLowerCase();
    return [...this.#packages.values()].filter((one) => one.batch?.toLowerCase() === wanted);
  }

  byCode(code: string): CopiedPlace | null {
    return this.#byCode.get(code) ?? null;
  }

  place(id: number): CopiedPlace | null {
    return this.#places.get(id) ?? null;
  }

  product(id: number): CopiedProduct | null {
    return this.#products.get(id) ?? null;
  }

  get tags(): IterableIterator<string> {
    return this.#byTag.keys();
  }

  get allPackages(): CopiedPackage[] {
    return [...this.#packages.values()];
  }

  get allProducts(): CopiedProduct[] {
    return [...this.#products.values()];
  }

  get allPlaces(): CopiedPlace[] {
    return [...this.#places.values()];
  }

  packagesOf(product: number): CopiedPackage[] {
    return [...this.#packages.values()].filter((one) => one.product === product);
  }

  /** Where a package lies, with what waits on this device already counted in. */
  held(one: CopiedPackage, waiting: readonly Delta[]): Held[] {
    const amounts = new Map(one.held.map((held) => [held.place, held]));
    for (const delta of waiting) {
      if (delta.package !== one.id || one.hidden) continue;
      const now = amounts.get(delta.place) ?? {
        place: delta.place, quantity: '0', reserved: '0', open: false,
      };
      amounts.set(delta.place, { ...now, quantity: add(now.quantity, delta.amount) });
    }
    return [...amounts.values()].flatMap((held) => {
      const place = this.#places.get(held.place);
      return place && Number(held.quantity) > 0 ? [{ ...held, place }] : [];
    });
  }

  /** Whether `one` is to leave the shelf after `other`: later expiry, else received later. False where
   *  nothing tells. */
  isNewer(one: number, other: number): boolean {
    const [a, b] = [this.#packages.get(one), this.#packages.get(other)];
    return !!a && !!b && ageOf(a) > ageOf(b);
  }

  packageRef(one: CopiedPackage): PackageRef {
    const { id, tag, batch, expires } = one;
    return { id, tag, batch, expires, product: this.productRef(one.product) };
  }

  productRef(id: number): ProductRef {
    const known = this.#products.get(id);
    if (!known) return { id, sku: '', name: '', unit: 'ea' };
    return { id, sku: known.sku, name: known.name, unit: known.unit };
  }

  placeRef(place: CopiedPlace): PlaceRef {
    return { id: place.id, name: place.name, kind: place.kind, code: place.code };
  }

  async #load(): Promise<void> {
    const kept = await withDb(async (db) => ({
      fact: (await db.get('facts', 'copy')) as { position: string; at: number } | undefined,
      packages: await db.getAll('packages'),
      products: await db.getAll('products'),
      places: await db.getAll('places'),
    }));
    if (!kept.fact || this.at !== null) return;
    this.#set({ ...kept, position: kept.fact.position, full: true });
    this.at = kept.fact.at;
  }

  #soon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetchTouched(), SETTLE_MS);
  }

  async #fetchAll(): Promise<void> {
    this.#touched.clear();
    const round = this.#round;
    const copy = await this.#ask('/copy');
    if (!copy || round !== this.#round) return;
    this.#owed = false;
    if (this.#touched.size > 0) this.#soon(); // heard of while it was asked for
    this.#set(copy);
    await this.#keep(copy);
    this.onRenewed();
  }

  async #fetchTouched(): Promise<void> {
    const ids = [...this.#touched];
    const position = this.#latest;
    const round = this.#round;
    this.#touched.clear();
    if (ids.length > MOST_IDS) return this.renewAll();
    const copy = await this.#ask(`/copy?packages=${ids.join(',')}`);
    if (!copy) {
      for (const id of ids) this.#touched.add(id);
      return;
    }
    if (round !== this.#round) return;
    const part = { ...copy, position: position ?? copy.position };
    this.#merge(part);
    await this.#keep(part);
  }

  /** null when the box did not answer: the next change, or the next connection, asks again. */
  async #ask(path: string): Promise<Copy | null> {
    try {
      return await get<Copy>(path, undefined, { headers: BY_ITSELF });
    } catch {
      return null;
    }
  }

  #set(copy: Copy): void {
    for (const map of [this.#packages, this.#products, this.#places]) map.clear();
    for (const map of [this.#byTag, this.#byOrigin, this.#byGtin, this.#byCode]) map.clear();
    this.#merge(copy);
  }

  #merge(copy: Copy): void {
    for (const one of copy.products) {
      this.#products.set(one.id, one);
      for (const gtin of one.gtins) this.#byGtin.set(gtin, one);
    }
    for (const one of copy.places) {
      this.#places.set(one.id, one);
      this.#byCode.set(one.code, one);
    }
    for (const one of copy.packages) {
      this.#packages.set(one.id, one);
      this.#byTag.set(one.tag, one);
      if (!one.origin_tag) continue;
      const others = (this.#byOrigin.get(one.origin_tag) ?? []).filter((each) => each.id !== one.id);
      this.#byOrigin.set(one.origin_tag, [...others, one]);
    }
    this.at = Date.now();
    this.#position = copy.position;
  }

  async #keep(copy: Copy): Promise<void> {
    await withDb(async (db) => {
      const tx = db.transaction(['packages', 'products', 'places', 'facts'], 'readwrite');
      const stores = [
        [tx.objectStore('packages'), copy.packages],
        [tx.objectStore('products'), copy.products],
        [tx.objectStore('places'), copy.places],
      ] as const;
      for (const [store, rows] of stores) {
        if (copy.full) void store.clear();
        for (const row of rows) void (store.put as (value: unknown) => Promise<unknown>)(row);
      }
      void tx.objectStore('facts').put({ position: this.#position, at: this.at }, 'copy');
      await tx.done;
    }).catch(() => {}); // a full disk: the copy lives in memory, and is made anew next time
  }
}

/** Sorts as the box plans: what expires before what does not, then the earlier receipt. */
const ageOf = (one: CopiedPackage): string =>
  `${one.expires === null ? 1 : 0}|${one.expires ?? ''}|${one.received ?? ''}`;

export const stock = new Stock();
