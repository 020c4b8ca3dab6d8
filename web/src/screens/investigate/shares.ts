// The chart of shrink as rectangles: a row for each cause, missing and over side by side. Pure.

import type { Shrink } from '../../lib/api/types.ts';

export type Measure = 'money' | 'units';

export interface Row {
  cause: Shrink['parts'][number]['cause'];
  found: boolean;
  lines: number;
  missing: number;
  over: number;
  /** Of 100. */
  missingWidth: number;
  overWidth: number;
}

/** Cents or units of each cause over all legs, the largest first. Causes nobody has looked into stand apart
 *  from those that were found unknown. */
export function shares(parts: Shrink['parts'], measure: Measure): Row[] {
  const rows = new Map<string, Row>();
  for (const part of parts) {
    const key = `${part.cause}:${part.found}`;
    const row = rows.get(key) ?? {
      cause: part.cause, found: part.found, lines: 0, missing: 0, over: 0, missingWidth: 0, overWidth: 0,
    };
    row.lines += part.lines;
    row.missing += measure === 'money' ? part.missing_cents : Number(part.missing_units);
    row.over += measure === 'money' ? part.over_cents : Number(part.over_units);
    rows.set(key, row);
  }
  const all = [...rows.values()].sort((a, b) => b.missing + b.over - (a.missing + a.over));
  const most = Math.max(0, ...all.map((one) => one.missing + one.over));
  const width = (size: number) => (most === 0 ? 0 : (size / most) * 100);
  return all.map((one) => ({ ...one, missingWidth: width(one.missing), overWidth: width(one.over) }));
}
