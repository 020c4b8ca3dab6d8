// How alike two names are, as the box has it (src/domain/likeness.rs): for suggesting what an item of a
// manifest could be while the box cannot be asked, never for deciding.

import type { CopiedProduct, Unit } from './api/types.ts';

/** As alike as the box asks for, of 1000. */
const ALIKE = 450;
const MOST = 5;

/** The pairs of neighbouring letters and digits of a name's words; a blank makes the first one count. */
function pairs(text: string): string[] {
  const words = text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  return words.flatMap((word) => {
    const letters = [' ', ...word];
    return letters.slice(1).map((letter, at) => letters[at]! + letter);
  });
}

/** From 0 (nothing in common) to 1000 (the same pairs). */
export function likeness(one: string, other: string): number {
  const [a, left] = [pairs(one), pairs(other)];
  const all = a.length + left.length;
  let common = 0;
  for (const pair of a) {
    const at = left.indexOf(pair);
    if (at < 0) continue;
    left.splice(at, 1);
    common += 1;
  }
  return all === 0 ? 0 : Math.floor((2000 * common) / all);
}

/** The products most alike in name that an item's packages would fit, the most alike first. */
export function candidates(products: readonly CopiedProduct[], item: string, unit: Unit): CopiedProduct[] {
  return products
    .filter((one) => one.active && (one.content?.unit ?? one.unit) === unit)
    .map((one) => ({ one, alike: likeness(item, one.name) }))
    .filter(({ alike }) => alike >= ALIKE)
    .toSorted((a, b) => b.alike - a.alike || a.one.id - b.one.id)
    .slice(0, MOST)
    .map(({ one }) => one);
}
