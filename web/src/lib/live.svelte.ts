// What changes at the box, as it changes: one event stream per page, and data that refetches
// itself when something it shows has changed. Without the box, data is what was last seen of it.

import { BASE, Problem, get } from './api/client.ts';
import type { Change, Topic } from './api/types.ts';
import { seen } from './copy/seen.ts';
import { seqOf } from './position.ts';
import { reach } from './reach.svelte.ts';

/** A topic, or one thing of a topic: "picks", "picks:12". */
export type TopicFilter = Topic | `${Topic}:${number}`;
export type LiveState = 'off' | 'connecting' | 'live' | 'down';
export type Ending = 'revoked' | 'signed_out' | 'stopping';
type Listener = (change: Change | 'everything') => void;

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 20_000;
/** After a sleep this long the stream may be dead without saying so. */
const STALE_MS = 20_000;
const SETTLE_MS = 40;
/** The box is heard of every fifteen seconds: after this long without a word it is gone, whatever the
 *  connection says. */
const SILENT_MS = 35_000;
/** Said of requests that nobody asked for by hand: they keep no one signed in. */
const BY_ITSELF = { idle: '1' };

class Live {
  state = $state<LiveState>('off');
  /** The last event heard of, from which a stream goes on. */
  position: string | null = null;
  #source: EventSource | null = null;
  #listeners = new Set<Listener>();
  #onLive = new Set<() => void>();
  #onEnded: (why: Ending) => void = () => {};
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wanted = false;
  #hiddenAt: number | null = null;
  #silent: ReturnType<typeof setTimeout> | undefined;
  #onMissed: (() => void) | null = null;
  #missed = false;

  constructor() {
    document.addEventListener('visibilitychange', () => this.#visibility());
    addEventListener('online', () => this.#wanted && this.state !== 'live' && this.#open());
    addEventListener('pageshow', (event) => (event as PageTransitionEvent).persisted && this.#wanted && this.#open());
  }

  /** The newest entry of the box's journal that this page has heard of: the end of its position. */
  get seq(): number | null {
    return seqOf(this.position);
  }

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#open();
  }

  stop(): void {
    this.#wanted = false;
    this.#close();
    this.state = 'off';
  }

  /** Hears every change; 'everything' when some may have been missed. Returns how to stop. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onLive(listener: () => void): void {
    this.#onLive.add(listener);
  }

  onEnded(listener: (why: Ending) => void): void {
    this.#onEnded = listener;
  }

  /** Hears that changes since `position` are not told: a copy kept from there must be made anew. */
  onMissed(listener: () => void): void {
    this.#onMissed = listener;
    if (this.#missed) listener();
    this.#missed = false;
  }

  #miss(): void {
    if (this.#onMissed) this.#onMissed();
    else this.#missed = true;
  }

  #open(): void {
    this.#close();
    if (this.state !== 'down') this.state = 'connecting';
    const after = this.position;
    const query = after === null ? '' : `?after=${encodeURIComponent(after)}`;
    const source = new EventSource(`${BASE}/live${query}`);
    this.#source = source;
    source.onopen = () => this.#opened(after);
    source.onerror = () => this.#lost(source);
    const hear = (type: string, then: (event: MessageEvent<string>) => void) =>
      source.addEventListener(type, (event) => {
        this.#alive();
        then(event as MessageEvent<string>);
      });
    hear('change', (event) => this.#change(event));
    hear('beat', () => {});
    hear('reset', (event) => {
      this.#at(event);
      this.#miss();
      this.#emit('everything');
    });
    hear('ended', (event) => this.#ended(event));
  }

  #close(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#silent);
    this.#source?.close();
    this.#source = null;
  }

  #at(event: MessageEvent<string>): void {
    if (event.lastEventId) this.position = event.lastEventId;
  }

  /** A connection that is only half there says nothing, and says nothing of it. */
  #alive(): void {
    reach.found();
    clearTimeout(this.#silent);
    this.#silent = setTimeout(() => {
      reach.lost(Date.now() - SILENT_MS);
      this.state = 'down';
      this.#open();
    }, SILENT_MS);
  }

  #opened(after: string | null): void {
    this.#failures = 0;
    this.state = 'live';
    this.#alive();
    if (after === null) this.#miss();
    // What was read before the stream stood may have changed in between, the first time too.
    this.#emit('everything');
    for (const listener of this.#onLive) listener();
  }

  #lost(source: EventSource): void {
    if (source !== this.#source) return;
    this.state = 'down';
    clearTimeout(this.#silent);
    reach.lost();
    // The browser reconnects by itself, with the last event's id, unless it was refused outright.
    if (source.readyState !== EventSource.CLOSED) return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 6));
    this.#failures += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#open(), wait * (0.5 + Math.random() / 2));
    // Refused may mean signed out or revoked; asking for the session finds out and tells it.
    void get('/session').catch(() => {});
  }

  #change(event: MessageEvent<string>): void {
    this.#at(event);
    try {
      this.#emit(JSON.parse(event.data) as Change);
    } catch {
      this.#emit('everything'); // not readable: safer to look again
    }
  }

  #ended(event: MessageEvent<string>): void {
    let why: Ending = 'stopping';
    try {
      why = (JSON.parse(event.data) as { why: Ending }).why;
    } catch {
      // Treated as the box stopping: reconnecting tells the rest.
    }
    this.#onEnded(why);
  }

  #visibility(): void {
    if (document.visibilityState === 'hidden') {
      this.#hiddenAt = Date.now();
      return;
    }
    const slept = this.#hiddenAt === null ? 0 : Date.now() - this.#hiddenAt;
    this.#hiddenAt = null;
    if (this.#wanted && (slept > STALE_MS || this.state !== 'live')) this.#open();
  }

  #emit(change: Change | 'everything'): void {
    for (const listener of this.#listeners) listener(change);
  }
}

export const live = new Live();

/** Whether a change concerns any of the filters. A change without ids concerns its whole topic. */
export function concerns(change: Change | 'everything', filters: readonly TopicFilter[]): boolean {
  if (change === 'everything') return true;
  return filters.some((filter) => {
    const [topic, id] = filter.split(':') as [Topic, string | undefined];
    if (!change.topics.includes(topic)) return false;
    const ids = change.ids?.[topic];
    return id === undefined || !ids || ids.includes(Number(id));
  });
}

/** Data of the box, kept fresh while the component that made it is on screen. `path` null waits.
 *  `data` keeps the last answer while refetching and when a refetch fails (`error` says why). Until
 *  the box has answered it is what this person last saw here, `asOf` then. */
export class Resource<T> {
  data = $state.raw<T | null>(null);
  error = $state.raw<Problem | null>(null);
  loading = $state(false);
  /** When `data` was read, device time, where it comes from this device; null where from the box. */
  asOf = $state<number | null>(null);
  #path: string | null = null;
  #run = 0;
  #dirty = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(path: () => string | null, topics: () => readonly TopicFilter[]) {
    $effect(() => {
      this.#go(path());
      return () => this.#halt();
    });
    $effect(() => {
      const filters = topics();
      return live.listen((change) => concerns(change, filters) && this.#soon(SETTLE_MS));
    });
  }

  /** Asks again now; resolves when `data` or `error` is new. */
  refresh(): Promise<void> {
    return this.#fetch();
  }

  /** Puts an answer that is known already (of a write) in place; the next change refetches. */
  set(data: T): void {
    this.#run += 1;
    this.loading = false;
    this.data = data;
    this.error = null;
    this.asOf = null;
    if (this.#path !== null) void seen.put(this.#path, data);
  }

  #go(path: string | null): void {
    this.#path = path;
    this.data = null;
    this.error = null;
    this.asOf = null;
    this.loading = false;
    if (path === null) return;
    void this.#recall(path);
    void this.#fetch();
  }

  /** What was last seen; a screen never opened before, as far as this device's copy can make it. */
  async #recall(path: string): Promise<void> {
    const last = (await seen.get<T>(path)) ?? (reach.down ? await fromCopy<T>(path) : null);
    if (!last || this.#path !== path || this.data !== null) return;
    this.data = last.data;
    this.asOf = last.at;
  }

  #halt(): void {
    clearTimeout(this.#timer);
    this.#run += 1;
    this.#path = null;
    this.#failures = 0;
  }

  #soon(ms: number): void {
    if (this.loading) {
      this.#dirty = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#fetch(BY_ITSELF), ms);
  }

  async #fetch(headers: Record<string, string> = {}): Promise<void> {
    const path = this.#path;
    if (path === null) return;
    clearTimeout(this.#timer);
    const run = ++this.#run;
    this.loading = true;
    this.#dirty = false;
    try {
      const data = await get<T>(path, undefined, { headers });
      if (run !== this.#run) return;
      this.data = data;
      this.error = null;
      this.asOf = null;
      this.#failures = 0;
      void seen.put(path, data);
    } catch (error) {
      if (run !== this.#run) return;
      this.error = error instanceof Problem ? error : new Problem(0, 'garbled', String(error));
      if (this.data === null && this.error.transient) void this.#recall(path);
    }
    this.loading = false;
    if (this.#dirty) this.#soon(SETTLE_MS);
    else if (this.error?.transient) this.#soon(this.#retryWait(this.error));
  }

  #retryWait(problem: Problem): number {
    const wait = Math.min(LONGEST_WAIT_MS, 2_000 * 2 ** Math.min(this.#failures++, 4));
    return problem.retryAfter === null ? wait : problem.retryAfter * 1000;
  }
}

async function fromCopy<T>(path: string): Promise<{ data: T; at: number } | null> {
  const copy = await import('./copy/index.svelte.ts');
  return copy.view<T>(path);
}

/** `resource('/requests', ['requests'])`, `resource(() => `/picks/${id}`, () => [`picks:${id}`])`.
 *  Call it while a component is being made. */
export function resource<T>(
  path: string | null | (() => string | null),
  topics: readonly TopicFilter[] | (() => readonly TopicFilter[]) = [],
): Resource<T> {
  return new Resource<T>(
    typeof path === 'function' ? path : () => path,
    typeof topics === 'function' ? topics : () => topics,
  );
}
