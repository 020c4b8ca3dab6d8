// What the writes that still wait will have done to the stock, as far as this device can know: so that
// the next scan finds the last one's effect although the box has not answered yet. Pure.

import type { OutboxRecord } from '../outbox/record.ts';

export interface Delta {
  package: number;
  place: number;
  /** A decimal string in the package's unit, with its sign. */
  amount: string;
}

interface Posted {
  package: number;
  from: number | null;
  to: number | null;
  value: string;
}

/** `toteOf` tells the tote of a pick, in a walk of the line's order, where it is known. */
export function deltas(
  records: readonly OutboxRecord[],
  toteOf: (pick: number, line: number) => number | null,
): Delta[] {
  return records
    .filter((one) => one.state === 'queued')
    .flatMap((one) => {
      const posted = postedBy(one, toteOf);
      if (!posted) return [];
      const { from, to, value } = posted;
      const both: Delta[] = [];
      if (from !== null) both.push({ package: posted.package, place: from, amount: `-${value}` });
      if (to !== null) both.push({ package: posted.package, place: to, amount: value });
      return both;
    });
}

function postedBy(
  record: OutboxRecord,
  toteOf: (pick: number, line: number) => number | null,
): Posted | null {
  const body = record.body as Record<string, unknown>;
  const value = (body['quantity'] as { value?: string } | undefined)?.value;
  if (typeof value !== 'string') return null;
  if (record.path === '/moves') {
    return {
      package: Number(body['package']), from: Number(body['from']), to: Number(body['to']), value,
    };
  }
  const pick = /^\/picks\/(\d+)\/takes$/.exec(record.path)?.[1];
  if (pick) {
    const tote = toteOf(Number(pick), Number(body['line']));
    return { package: Number(body['package']), from: Number(body['bin']), to: tote, value };
  }
  const found = /^\/packages\/(\d+)\/found$/.exec(record.path)?.[1];
  if (found) return { package: Number(found), from: null, to: Number(body['place']), value };
  return null;
}
