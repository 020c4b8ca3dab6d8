// A pick as it will be once the writes that wait on this device are taken: what the technician sees
// in the hand, not what the box knows yet. Pure; the box settles what differs.

import type { PackageRef, Pick, PickLine, PlaceRef, Quantity } from '../../lib/api/types.ts';
import { add, compare, isPositive, subtract } from '../../lib/decimal.ts';
import type { OutboxRecord } from '../../lib/outbox/record.ts';
import { asCount } from './amounts.ts';

/** What this device knows of things by their numbers. */
export interface Known {
  place(id: number): PlaceRef | null;
  package(id: number): PackageRef | null;
}

interface TakeBody {
  bin: number;
  package: number;
  quantity: Quantity;
  line: number;
}

/** `records` are the writes about this pick, in order; refused ones change nothing. */
export function withPending(pick: Pick, records: readonly OutboxRecord[], known: Known): Pick {
  return records
    .filter((one) => one.state === 'queued')
    .reduce((now, one) => apply(now, one, known), pick);
}

function apply(pick: Pick, record: OutboxRecord, known: Known): Pick {
  const act = /^\/picks\/\d+\/(\w+)$/.exec(record.path)?.[1];
  const body = record.body as Record<string, unknown>;
  switch (act) {
    case 'tote':
      return toted(pick, known.place(Number(body['tote'])), body['order']);
    case 'takes':
      return { ...pick, lines: taken(pick.lines, body as unknown as TakeBody, known) };
    case 'shorts':
      return { ...pick, lines: shorted(pick.lines, body) };
    case 'finish':
      return { ...pick, state: 'done' };
    default:
      return pick;
  }
}

/** The tote of the pick, or, in a walk, of one of its orders. */
function toted(pick: Pick, tote: PlaceRef | null, order: unknown): Pick {
  if (!tote) return pick;
  if (order === undefined) return { ...pick, tote };
  return {
    ...pick,
    orders: pick.orders.map((one) => (one.order === order ? { ...one, tote } : one)),
  };
}

function taken(lines: PickLine[], take: TakeBody, known: Known): PickLine[] {
  const line = lines.find((one) => one.id === take.line);
  if (!line) return lines;
  if (line.package.id === take.package && line.bin.id === take.bin) {
    return lines.map((one) => (one === line ? more(line, take.quantity.value) : one));
  }
  return instead(lines, line, take, known);
}

function more(line: PickLine, value: string): PickLine {
  const picked = add(line.picked.value, value);
  return {
    ...line,
    picked: { ...line.picked, value: picked },
    picked_count: asCount(line, picked),
    state: compare(picked, line.planned.value) >= 0 ? 'picked' : line.state,
  };
}

/** Another lot stands in: the planned line asks for so much less, and the lot has a line of its own. */
function instead(lines: PickLine[], line: PickLine, take: TakeBody, known: Known): PickLine[] {
  const { value } = take.quantity;
  const planned = subtract(line.planned.value, value);
  const rest: PickLine = {
    ...line,
    planned: { ...line.planned, value: planned },
    planned_count: asCount(line, planned),
    state: compare(line.picked.value, planned) >= 0 ? 'picked' : line.state,
  };
  const own: PickLine = {
    ...line,
    // No line of the box: it will have a number of its own.
    id: -(lines.length + 1),
    package: known.package(take.package) ?? line.package,
    bin: known.place(take.bin) ?? line.bin,
    planned: take.quantity,
    picked: take.quantity,
    planned_count: asCount(line, value),
    picked_count: asCount(line, value),
    state: 'picked',
  };
  const kept = isPositive(planned) || isPositive(line.picked.value);
  return lines.flatMap((one) => (one !== line ? [one] : kept ? [rest, own] : [own]));
}

function shorted(lines: PickLine[], body: Record<string, unknown>): PickLine[] {
  const reason = String(body['reason'] ?? '');
  return lines.map((one) =>
    one.id === body['line'] ? { ...one, state: 'short', short_reason: reason } : one,
  );
}
