// The one way a write leaves this device. Each is stored before its first try, sent in order under
// the person who made it, and repeated with the same id until the box has answered for good.
// Nothing is dropped: a refusal nobody was waiting for is kept and shown.

import { Problem, call, type Method } from './api/client.ts';
import { withDb, type Author, type OutboxRecord } from './db.ts';
import { exclusive, hear, tell, type Refusal } from './tabs.ts';
import { uuid7 } from './uuid.ts';

export type { Author, OutboxRecord } from './db.ts';

export interface Write {
  method: Exclude<Method, 'GET'>;
  /** Under /api/v1: "/picks/12/takes". */
  path: string;
  body?: unknown;
  /** What the person did, for the list of writes not yet saved. */
  label: string;
  /** What it is about ("pick:12"), for screens that mark it as not yet saved. */
  subject?: string;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const IDLE_LOOK_MS = 15_000;
/** A box that fails inside (500) on one write would hold up all after it: then it is set aside. */
const INTERNAL_TRIES = 5;

type Step = { kind: 'sent' } | { kind: 'empty' } | { kind: 'wait'; ms: number };
interface Waiter {
  resolve: (answer: unknown) => void;
  reject: (problem: Problem) => void;
}

class Outbox {
  /** Every write not yet taken, oldest first; those of other people too. */
  records = $state.raw<OutboxRecord[]>([]);
  /** Why the oldest write of this person could not be sent on the last try; null when it moves. */
  stalled = $state.raw<Problem | null>(null);
  #author: Author | null = null;
  #waiters = new Map<string, Waiter>();
  #draining = false;
  #again = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** How many writes wait to be sent. */
  get pending(): number {
    return this.records.filter((record) => record.state === 'queued').length;
  }

  get refused(): OutboxRecord[] {
    return this.records.filter((record) => record.state === 'refused');
  }

  /** Whether a write about `subject` still waits. */
  waiting(subject: string): boolean {
    return this.records.some((r) => r.subject === subject && r.state === 'queued');
  }

  /** Stores the write, then resolves with the box's answer or rejects with its refusal. While the
   *  box cannot be reached it stays pending, through reloads; only then is nobody left to tell. */
  async send<T>(write: Write): Promise<T> {
    const author = this.#author;
    if (!author) throw new Problem(401, 'signed_out', 'Sign in first.');
    const record: OutboxRecord = {
      id: uuid7(),
      author,
      device_time: new Date().toISOString(),
      method: write.method,
      path: write.path,
      // A plain copy: what the screens hold are reactive proxies, which IndexedDB cannot store.
      body: JSON.parse(JSON.stringify(write.body ?? {})),
      label: write.label,
      subject: write.subject ?? null,
      state: 'queued',
      tries: 0,
      problem: null,
    };
    const answer = new Promise<T>((resolve, reject) => {
      this.#waiters.set(record.id, { resolve: resolve as (a: unknown) => void, reject });
    });
    try {
      await withDb((db) => db.add('outbox', record));
    } catch (error) {
      this.#waiters.delete(record.id);
      throw new Problem(0, 'not_stored', `This device could not keep it: ${String(error)}`);
    }
    await this.#look();
    tell({ kind: 'queued' });
    this.nudge();
    return answer;
  }

  /** Who may send now. The session sets it, inside `exclusive`, whenever the person changes. */
  async setAuthor(author: Author | null): Promise<void> {
    this.#author = author;
    await withDb((db) => db.put('facts', author, 'author'));
    this.#failures = 0;
    this.stalled = null;
    if (author) this.nudge();
  }

  /** Sends what waits, now. */
  nudge(): void {
    clearTimeout(this.#timer);
    void this.#drain();
  }

  /** Forgets a refused write that someone has read. Waiting ones cannot be discarded. */
  async discard(id: string): Promise<void> {
    const record = this.records.find((r) => r.id === id);
    if (record?.state !== 'refused' || record.seq === undefined) return;
    await withDb((db) => db.delete('outbox', record.seq!));
    await this.#look();
    tell({ kind: 'queued' });
  }

  /** Puts a refused write of one's own back in the queue, with the same id. */
  async retry(id: string): Promise<void> {
    const record = this.records.find((r) => r.id === id);
    if (record?.state !== 'refused') return;
    await withDb((db) => db.put('outbox', { ...record, state: 'queued', tries: 0, problem: null }));
    await this.#look();
    this.nudge();
  }

  /** Reads what an earlier page left and starts sending on every sign that the box is back. */
  async start(): Promise<void> {
    hear((note) => {
      if (note.kind === 'queued') void this.#look();
      else if (note.kind === 'sent') this.#settle(note.id, (waiter) => waiter.resolve(note.answer));
      else if (note.kind === 'refused') void this.#deliverRefusal(note.id, note.problem);
    });
    addEventListener('online', () => this.nudge());
    addEventListener('focus', () => this.nudge());
    addEventListener('pageshow', () => this.nudge());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.nudge();
    });
    await this.#look();
    this.nudge();
  }

  async #look(): Promise<void> {
    this.records = await withDb((db) => db.getAll('outbox'));
  }

  async #drain(): Promise<void> {
    if (this.#draining) {
      this.#again = true;
      return;
    }
    this.#draining = true;
    let wait = IDLE_LOOK_MS;
    try {
      for (;;) {
        this.#again = false;
        const step = await exclusive(() => this.#sendNext());
        if (step.kind === 'sent' || (this.#again && step.kind === 'empty')) continue;
        if (step.kind === 'wait') wait = step.ms;
        break;
      }
    } catch {
      // This device's database failed twice: what is stored stays, and is tried again.
    } finally {
      this.#draining = false;
    }
    clearTimeout(this.#timer);
    if (this.pending > 0) this.#timer = setTimeout(() => this.nudge(), wait);
  }

  /** Inside `exclusive`: sends the oldest write of whoever is signed in on this device. */
  async #sendNext(): Promise<Step> {
    const author = (await withDb((db) => db.get('facts', 'author'))) as Author | null | undefined;
    const all = await withDb((db) => db.getAll('outbox'));
    const record = all.find((r) => r.state === 'queued' && r.author.user === author?.user);
    if (!author || !record) {
      this.stalled = null;
      this.records = all;
      return { kind: 'empty' };
    }
    try {
      const answer = await call<unknown>(record.method, record.path, {
        body: record.body,
        headers: { 'idempotency-key': record.id, 'device-time': record.device_time },
      });
      await this.#taken(record, answer);
      return { kind: 'sent' };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return this.#failed(record, error);
    }
  }

  async #taken(record: OutboxRecord, answer: unknown): Promise<void> {
    await withDb((db) => db.delete('outbox', record.seq!));
    this.#failures = 0;
    this.stalled = null;
    await this.#look();
    this.#settle(record.id, (waiter) => waiter.resolve(answer));
    tell({ kind: 'sent', id: record.id, answer });
    tell({ kind: 'queued' });
  }

  async #failed(record: OutboxRecord, problem: Problem): Promise<Step> {
    const tries = record.tries + 1;
    if (problem.status === 401) {
      // Kept for when this person signs in again; nobody else's session may carry it.
      await withDb((db) => db.put('facts', null, 'author'));
      this.stalled = problem;
      return { kind: 'empty' };
    }
    const failedInside = problem.status === 500 && tries < INTERNAL_TRIES;
    if (problem.transient || problem.status === 408 || failedInside) {
      await withDb((db) => db.put('outbox', { ...record, tries }));
      this.stalled = problem;
      return { kind: 'wait', ms: this.#wait(problem) };
    }
    const { status, code, detail, extra } = problem;
    const refusal: Refusal = { status, code, detail, extra };
    // Marked first and removed only when its caller has been told, here or in another tab.
    await withDb((db) => db.put('outbox', { ...record, tries, state: 'refused', problem: refusal }));
    this.#failures = 0;
    this.stalled = null;
    await this.#look();
    if (!(await this.#deliverRefusal(record.id, refusal))) {
      tell({ kind: 'refused', id: record.id, problem: refusal });
    }
    tell({ kind: 'queued' });
    return { kind: 'sent' };
  }

  #wait(problem: Problem): number {
    const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 8));
    this.#failures += 1;
    const asked = problem.retryAfter;
    const jittered = backoff * (0.5 + Math.random() / 2);
    return asked === null ? jittered : asked * 1000 + Math.random() * 500;
  }

  async #deliverRefusal(id: string, refusal: Refusal): Promise<boolean> {
    if (!this.#waiters.has(id)) return false;
    await this.discard(id);
    const { status, code, detail, extra } = refusal;
    this.#settle(id, (waiter) => waiter.reject(new Problem(status, code, detail, extra)));
    return true;
  }

  #settle(id: string, tellWaiter: (waiter: Waiter) => void): void {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    if (waiter) tellWaiter(waiter);
  }
}

export const outbox = new Outbox();

/** Shorthand for `outbox.send`. */
export function send<T>(write: Write): Promise<T> {
  return outbox.send<T>(write);
}
