// What a scan means by this device's own copy of the store: the same answers as the box gives, as of
// when the copy was last true. The box has the last word at every write.

import type {
  CopiedPackage, CopiedPlace, CopiedProduct, Package, PackageRef, Pick, Quantity, Resolved,
  StockLine,
} from '../api/types.ts';
import { parse, readCode, toGtin14 } from '../scan/parse.ts';
import type { Delta } from './pending.ts';
import { readRetailId } from './retail-id.ts';
import type { Held, Stock } from './stock.ts';

/** What is known here besides the stock. */
export interface Around {
  stock: Stock;
  /** Picks that are under way, as last seen. */
  picks: readonly Pick[];
  /** Orders of the desk, as last seen, by their codes. */
  orders?: readonly { id: number; code: string }[];
  waiting: readonly Delta[];
}

const LIMIT = 512;

export function resolveHere(around: Around, scanned: string, place?: number): Resolved {
  const text = scanned.slice(0, LIMIT).trim();
  const found = parse(text);
  switch (found.kind) {
    case 'tag':
      return byTag(around, found.tag, place) ?? unknown(found.tag, 'tag');
    case 'gtin':
      return byGtin(around, found.gtin, place) ?? unknown(text, 'gtin');
    case 'element_string': {
      const gtin = found.gtin && byGtin(around, found.gtin, place);
      return gtin || unknown(text, 'gtin');
    }
    case 'ours':
    case 'code':
      return byCode(around, found.code) ?? byTail(around, found.code, place) ?? unknown(text, 'code');
    case 'badge':
      return unknown(text, 'code');
    case 'pairing':
      return { kind: 'pairing' };
    case 'url':
      return byUrl(around, found.url, place) ?? unknown(text, 'text');
    case 'text':
      return byWords(around, found.text, place) ?? unknown(text, 'text');
  }
}

/** A package as the box would show it, with what this device knows. */
export function packageOf({ stock, waiting }: Around, one: CopiedPackage): Package {
  const ref = stock.packageRef(one);
  const quantity = (value: string): Quantity => ({ value, unit: one.unit });
  return {
    ...ref,
    unit: one.unit,
    each: eachOf(stock, one),
    packaged: one.packaged,
    received: one.received,
    unit_cost_cents: null,
    supplier: null,
    manifest: null,
    lab_state: '',
    on_hold: false,
    blocked: one.blocked,
    holds: [],
    places: stock.held(one, waiting).map((held) => ({
      place: stock.placeRef(held.place),
      quantity: quantity(held.quantity),
      reserved: quantity(held.reserved),
    })),
    readings: [],
  };
}

/** One unit of the product in the package's unit. */
function eachOf(stock: Stock, one: CopiedPackage): string {
  const content = stock.product(one.product)?.content;
  return content?.unit === one.unit ? content.value : '1';
}

export function linesOf(
  { stock, waiting }: Around,
  product: number,
  place?: number,
): StockLine[] {
  return stock.packagesOf(product).flatMap((one) =>
    stock
      .held(one, waiting)
      .filter((held) => place === undefined || held.place.id === place)
      .map((held) => lineOf(stock, one, held)),
  );
}

function lineOf(stock: Stock, one: CopiedPackage, held: Held): StockLine {
  return {
    package: stock.packageRef(one),
    place: stock.placeRef(held.place),
    quantity: { value: held.quantity, unit: one.unit },
    reserved: { value: held.reserved, unit: one.unit },
    sellable: one.blocked.length === 0,
    blocked: one.blocked,
    received: one.received,
    packaged: one.packaged,
    open: held.open,
  };
}

function known(around: Around, one: CopiedPackage, place?: number, unit?: number): Resolved {
  const view = packageOf(around, one);
  const here = place === undefined ? null : view.places.some((each) => each.place.id === place);
  return {
    kind: 'package', package: view, via: unit === undefined ? 'tag' : 'retail_id',
    unit_index: unit ?? null, here,
  };
}

function byTag(around: Around, tag: string, place?: number): Resolved | null {
  const { stock } = around;
  const one = stock.byTag(tag);
  if (one) return known(around, one, place);
  const near = [...stock.tags].filter((other) => isNear(tag, other)).slice(0, 20);
  if (near.length === 0) return null;
  return { kind: 'neighbour', text: tag, near: near.map((each) => stock.packageRef(stock.byTag(each)!)) };
}

/** One digit off, or two neighbours swapped: what a misread or a mistyping makes of a tag. */
function isNear(a: string, b: string): boolean {
  const differ: number[] = [];
  for (let i = 0; i < a.length && differ.length <= 2; i++) if (a[i] !== b[i]) differ.push(i);
  const [first, second] = differ;
  if (differ.length === 1) return true;
  return (
    differ.length === 2 && second === first! + 1 && a[first!] === b[second] && a[second] === b[first!]
  );
}

function byGtin(around: Around, gtin: string, place?: number): Resolved | null {
  const product = around.stock.byGtin(gtin);
  return product && ofProduct(around, product, gtin, place);
}

function ofProduct(
  around: Around,
  product: CopiedProduct,
  gtin: string,
  place?: number,
): Resolved {
  const packages = linesOf(around, product.id, place);
  return { kind: 'product', product: around.stock.productRef(product.id), gtin, packages };
}

function byCode(around: Around, code: string): Resolved | null {
  const { stock, picks, orders = [] } = around;
  const place = stock.byCode(code);
  if (place) return ofPlace(around, place);
  const pick = picks.find((one) => one.code === code);
  if (pick) return { kind: 'pick', pick: pick.id, code: pick.code };
  const walked = picks.flatMap((one) => one.orders ?? []).find((one) => one.code === code);
  const order = orders.find((one) => one.code === code)?.id ?? walked?.order;
  return order === undefined ? null : { kind: 'order', order };
}

function ofPlace({ stock, picks }: Around, place: CopiedPlace): Resolved {
  const ref = stock.placeRef(place);
  if (place.kind !== 'tote') return { kind: 'place', place: ref };
  const pick = picks.find(
    (one) =>
      (one.state === 'picking' || one.state === 'in_transit') &&
      (one.tote?.id === place.id || one.orders?.some((each) => !each.left && each.tote?.id === place.id)),
  );
  return { kind: 'tote', place: ref, pick: pick?.id ?? null };
}

/** The last digits of a tag, as they stand large on its label. */
function byTail(around: Around, tail: string, place?: number): Resolved | null {
  if (!/^[0-9A-F]{5,11}$/i.test(tail)) return null;
  return several(around, tail, around.stock.byTail(tail.toUpperCase()), place);
}

function several(
  around: Around,
  text: string,
  found: CopiedPackage[],
  place?: number,
): Resolved | null {
  if (found.length === 0) return null;
  if (found.length === 1) return known(around, found[0]!, place);
  const packages: PackageRef[] = found.slice(0, 20).map((one) => around.stock.packageRef(one));
  return { kind: 'ambiguous', text, packages, products: [] };
}

function byUrl(around: Around, url: string, place?: number): Resolved | null {
  const unit = readRetailId(url);
  if (unit) {
    const one = around.stock.byTag(unit.tag);
    if (one) return known(around, one, place, unit.unit);
    const made = around.stock.byOrigin(unit.tag);
    if (made.length === 1) return known(around, made[0]!, place, unit.unit);
    return several(around, unit.tag, made, place);
  }
  const link = /\/01\/(\d{14})(?:[/?#]|$)/.exec(url)?.[1];
  const gtin = link && toGtin14(link);
  return gtin ? byGtin(around, gtin, place) : null;
}

function byWords(around: Around, text: string, place?: number): Resolved | null {
  const code = readCode(text);
  const ours = code && byCode(around, code);
  if (ours) return ours;
  const tail = byTail(around, text, place);
  if (tail) return tail;
  const product = around.stock.bySku(text);
  if (product) return ofProduct(around, product, '', place);
  return several(around, text, around.stock.byBatch(text), place);
}

function unknown(text: string, reads_as: 'tag' | 'gtin' | 'code' | 'text'): Resolved {
  // A tag that a spreadsheet spoiled: 1.4A04E+23.
  const mangled = /^\d(\.\w+)?E\+\d+$/i.test(text);
  return { kind: 'unknown', text: text.slice(0, 80), reads_as, mangled };
}
