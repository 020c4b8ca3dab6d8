// The device's own copy, tied to the page: it follows the live stream, it knows what waits in the
// outbox, and it answers scans when the box does not.

import { Problem, get } from '../api/client.ts';
import type { Order, Pick, Resolved } from '../api/types.ts';
import { live } from '../live.svelte.ts';
import { outbox, type OutboxRecord } from '../outbox.svelte.ts';
import { reach } from '../reach.svelte.ts';
import { blind } from './blind.svelte.ts';
import { deltas } from './pending.ts';
import { resolveHere, type Around } from './resolve.ts';
import { seen } from './seen.ts';
import { stock } from './stock.ts';
import { viewOf } from './views.ts';

/** A person with something in the hand waits so long for the box, then this device answers. */
const PATIENCE_MS = 2_500;
const BY_ITSELF = { idle: '1' };
const SETTLE_MS = 400;

let started = false;
let work: ReturnType<typeof setTimeout> | undefined;

/** Once somebody who may see stock is signed in, and before the live stream opens. */
export async function keepCopy(): Promise<void> {
  if (started) return;
  started = true;
  await stock.load().catch(() => {});
  stock.onRenewed = () => blind.look();
  blind.look();
  live.onMissed(() => {
    stock.renewAll();
    soon();
  });
  live.listen((change) => {
    blind.heard(change);
    if (change === 'everything') {
      stock.resume();
      return soon();
    }
    void stock.heard(change, live.position);
    if (change.topics.includes('picks') || change.topics.includes('requests')) soon();
  });
  outbox.onTaken(learn);
}

/** The work that is under way, kept whole: whoever loses the box in the middle of it goes on. */
function soon(): void {
  clearTimeout(work);
  work = setTimeout(() => void keepWork(), SETTLE_MS);
}

async function keepWork(): Promise<void> {
  try {
    const { picks } = await ask<{ picks: Pick[] }>('/picks?state=live');
    for (const pick of picks) await seen.put(`/picks/${pick.id}`, pick);
    for (const state of ['picking', 'in_transit'] as const) {
      await seen.put(`/picks?state=${state}`, { picks: picks.filter((pick) => pick.state === state) });
    }
    const station = localStorage.getItem('backstock.station');
    const rest = ['/requests?state=open', '/people', ...(station ? [`/stations/${station}`] : [])];
    for (const path of rest) await seen.put(path, await ask(path));
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // asked again with the next change
  }
}

const ask = <T>(path: string): Promise<T> => get<T>(path, undefined, { headers: BY_ITSELF });

/** What the box answered to a write of a pick or an order is the pick or order as it is now. */
function learn(record: OutboxRecord, answer: unknown): void {
  const order = /^\/orders\/\d+(?=\/)/.exec(record.path)?.[0];
  if (order && (answer as Partial<Order> | null)?.lines) void seen.put(order, answer);
  const pick = pickIn(answer);
  if (!pick) return;
  void seen.put(`/picks/${pick.id}`, pick);
  if (pick.state === 'done' && pick.orders?.length > 0) void keepOrders(pick);
}

/** The orders of a walk that has ended, to be packed without the box too. */
async function keepOrders(pick: Pick): Promise<void> {
  try {
    for (const { order, left } of pick.orders) {
      if (!left) await seen.put(`/orders/${order}`, await ask(`/orders/${order}`));
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error; // the bench asks again
  }
}

/** The pick that an answer holds or is; null where there is none. */
export function pickIn(answer: unknown): Pick | null {
  const given = (answer ?? {}) as { pick?: Pick } & Partial<Pick>;
  const pick = given.pick ?? (given.lines && given.shortages ? (given as Pick) : null);
  return pick?.id && Array.isArray(pick.lines) ? pick : null;
}

/** What is known here, with what waits on this device counted in. */
export async function around(): Promise<Around> {
  await stock.load();
  const picks = (await seen.all<Pick>('/picks/')).filter((one) => Array.isArray(one.lines));
  const orders = (await seen.all<Order>('/orders/')).filter((one) => typeof one.code === 'string');
  const toteOf = (id: number, line: number) => {
    const pick = picks.find((one) => one.id === id);
    const order = pick?.lines.find((one) => one.id === line)?.order;
    return (pick?.orders?.find((one) => one.order === order)?.tote ?? pick?.tote)?.id ?? null;
  };
  return { stock, picks, orders, waiting: deltas(outbox.records, toteOf) };
}

/** Asks the box what a scan is (with a place: whether it is here), or, where the box does not answer
 *  in time, this device's own copy. Rejects only when neither can tell. */
export async function resolve(text: string, place?: number): Promise<Resolved> {
  if (reach.down) {
    probe();
    const here = await resolveLocally(text, place);
    if (here) return here;
  }
  try {
    return await get<Resolved>('/resolve', { text, place }, { timeout: PATIENCE_MS });
  } catch (error) {
    if (!(error instanceof Problem) || !error.transient) throw error;
    const here = await resolveLocally(text, place);
    if (here) return here;
    throw error;
  }
}

/** What a screen under this path would show, by this device's copy; null where it cannot tell. */
export async function view<T>(path: string): Promise<{ data: T; at: number } | null> {
  const known = await around();
  const data = viewOf(known, path) as T | null;
  return data === null || known.stock.at === null ? null : { data, at: known.stock.at };
}

async function resolveLocally(text: string, place?: number): Promise<Resolved | null> {
  const known = await around();
  return known.stock.at === null ? null : resolveHere(known, text, place);
}

const PROBE_EVERY_MS = 3_000;
let probed = 0;

/** A look whether the box is back, while somebody works without it. */
export function probe(): void {
  if (Date.now() - probed < PROBE_EVERY_MS) return;
  probed = Date.now();
  void get('/box', undefined, { timeout: PROBE_EVERY_MS }).catch(() => {});
}
