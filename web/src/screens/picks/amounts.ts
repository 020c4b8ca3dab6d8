// People count in the product's unit; the book holds the package's. A line carries both for the same
// planned amount, so one is turned into the other exactly by their ratio.

import type { PickLine, Quantity } from '../../lib/api/types.ts';
import { format, parse } from '../../lib/decimal.ts';

const exact = (text: string): bigint => parse(text) ?? 0n;

/** `count` product units of the line, in the package's unit. */
export function ofCount(line: PickLine, count: string): Quantity {
  const { planned, planned_count } = line;
  const per = exact(planned_count);
  if (planned.value === planned_count || per === 0n) return { value: count, unit: planned.unit };
  return { value: format((exact(count) * exact(planned.value)) / per), unit: planned.unit };
}

/** A quantity in the package's unit as product units of the line. */
export function asCount(line: PickLine, value: string): string {
  const planned = exact(line.planned.value);
  if (line.planned.value === line.planned_count || planned === 0n) return value;
  return format((exact(value) * exact(line.planned_count)) / planned);
}

/** Product units still to pick on the line; "0" when it is done. */
export function leftOf(line: PickLine): string {
  const left = exact(line.planned.value) - exact(line.picked.value);
  return left > 0n ? asCount(line, format(left)) : '0';
}
