// What an item of a file most likely is: the one product that fits, else a new one made of it.

import type { Mapping, MappingInput, Quantity, Unit } from '../../lib/api/types.ts';

/** Taken for granted only when the box found exactly one product that fits; otherwise a new one is
 *  proposed, with a SKU no other has. `taken` learns it. */
export function suggested(one: Mapping, taken: Set<string>): MappingInput {
  if (one.candidates.length === 1) return { item: one.item, product: one.candidates[0]!.id };
  const sku = freeSku(one.item, taken);
  taken.add(sku);
  const content = one.unit === 'ea' ? contentIn(one.item) : null;
  return {
    item: one.item,
    make: { sku, name: one.item, category: one.category ?? '', unit: one.unit, content },
  };
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
