// What an item of a file plainly is, or the new product that would be made of it.

import type { Mapping, MappingInput, Quantity, Unit } from '../../lib/api/types.ts';

/** The product that the item plainly is; null when a person has to say. */
export function same(one: Mapping): MappingInput | null {
  const words = wordsOf(one.item);
  const known = one.candidates.map((product) => ({ product, words: wordsOf(product.name) }));
  const equal = known.filter((other) => equals(other.words, words));
  const within = known.filter((other) => [...other.words].every((word) => words.has(word)));
  const only = equal.length === 1 ? equal : within.length === 1 ? within : [];
  return only[0] ? { item: one.item, product: only[0].product.id } : null;
}

/** A new product made of the item, with a SKU no other has; `taken` learns it. Packages kept by
 *  weight whose name states a portion are sold each, of that content; all others as they come. */
export function making(one: Mapping, taken: Set<string>): MappingInput {
  const sku = freeSku(one.item, taken);
  taken.add(sku);
  const stated = contentIn(one.item);
  const content = stated && stated.unit === one.unit ? stated : null;
  const unit = content ? 'ea' : one.unit;
  return { item: one.item, make: { sku, name: one.item, category: one.category ?? '', unit, content } };
}

/** "Blue Dream 3.5g" is blue, dream, 3.5, g: how names differ in spelling is left out. */
function wordsOf(name: string): Set<string> {
  return new Set(name.toLowerCase().match(/\d+(?:\.\d+)?|\p{L}+/gu) ?? []);
}

function equals(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((word) => b.has(word));
}

/** "Blue Dream 3.5g" to "BLUE-DREAM-3-5G", with a number behind when another has it. */
export function freeSku(name: string, taken: ReadonlySet<string>): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '-')
    .slice(0, 32)
    .replace(/^-+|-+$/g, '');
  const base = plain || 'ITEM';
  for (let n = 1; ; n++) {
    const sku = n === 1 ? base : `${base}-${n}`;
    if (!taken.has(sku)) return sku;
  }
}

const UNITS: Record<string, Unit> = { g: 'g', gram: 'g', grams: 'g', mg: 'mg', oz: 'oz', ml: 'ml' };

/** The weight or volume a name states: "3.5g", "100 mg", "1/8 oz" is none (not a decimal). */
export function contentIn(name: string): Quantity | null {
  const found = [...name.matchAll(/(?<![\d./])(\d{1,5}(?:\.\d{1,4})?)\s?(grams?|mg|g|oz|ml)\b/gi)];
  const only = found.length === 1 ? found[0] : undefined;
  if (!only) return null;
  return { value: only[1]!, unit: UNITS[only[2]!.toLowerCase()]! };
}
