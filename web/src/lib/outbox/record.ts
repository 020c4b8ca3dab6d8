// A write on its way to the box, and the rules of the queue: what goes next, what a refusal holds
// back, what builds upon what. Pure; the outbox does the rest.

import type { Method } from '../api/client.ts';
import type { Refusal } from '../tabs.ts';

export interface Author {
  user: number;
  name: string;
  session: string;
}

export interface OutboxRecord {
  /** The order of writing on this device; given by the database. */
  seq?: number;
  /** The Idempotency-Key: the same through every try. */
  id: string;
  author: Author;
  /** When it was written, by the box's clock as this device knows it. */
  device_time: string;
  method: Exclude<Method, 'GET'>;
  path: string;
  body: unknown;
  /** The file that is handed in instead of a body, by its SHA-256; its bytes lie beside the queue. */
  file?: string;
  /** What the person did, in the words of the screen that sent it. */
  label: string;
  /** What it changes ("pick:12", "line:40"): screens mark that as not yet saved. */
  about: string[];
  /** What it builds upon: it waits while an earlier write about one of these is refused. */
  needs: string[];
  state: 'queued' | 'refused';
  tries: number;
  /** The last answer that was no yes; on a queued one, the box's own fault that holds it up. */
  problem: Refusal | null;
  /** Proves that it was written while its author was signed in here. */
  signature: string | null;
}

/** A box that fails inside (500) on one write would hold up all after it: from this try on, what does
 *  not build upon it goes first. */
const ASIDE_AFTER = 5;

/** So does one that the box takes only from its author, who is not signed in. */
export const isAside = (one: OutboxRecord): boolean =>
  one.state === 'queued' &&
  (one.problem?.code === 'signed_out' || (one.problem?.status === 500 && one.tries >= ASIDE_AFTER));

const meet = (needs: readonly string[], about: readonly string[]): boolean =>
  needs.some((one) => about.includes(one));

/** The writes that wait for one before them: by id, the first that holds each back. `all` is in order. */
export function heldBack(all: readonly OutboxRecord[]): Map<string, OutboxRecord> {
  const held = new Map<string, OutboxRecord>();
  const stopped: { about: string[]; by: OutboxRecord }[] = [];
  for (const one of all) {
    if (one.state === 'refused' || isAside(one)) {
      stopped.push({ about: one.about, by: one });
      continue;
    }
    const stop = stopped.find(({ about }) => meet(one.needs, about));
    if (!stop) continue;
    held.set(one.id, stop.by);
    stopped.push({ about: one.about, by: stop.by });
  }
  return held;
}

/** What may be sent, in the order of writing; those set aside after the others. */
export function sendable(all: readonly OutboxRecord[]): OutboxRecord[] {
  const held = heldBack(all);
  const free = all.filter((one) => one.state === 'queued' && !held.has(one.id));
  return [...free.filter((one) => !isAside(one)), ...free.filter(isAside)];
}

/** What waits for this one, in order: it goes with it or after it. */
export function dependents(of: OutboxRecord, all: readonly OutboxRecord[]): OutboxRecord[] {
  const about = new Set(of.about);
  const found: OutboxRecord[] = [];
  for (const one of all) {
    if ((one.seq ?? 0) <= (of.seq ?? 0) || one.state !== 'queued') continue;
    if (!one.needs.some((need) => about.has(need))) continue;
    found.push(one);
    for (const each of one.about) about.add(each);
  }
  return found;
}
