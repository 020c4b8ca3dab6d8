// A device for the outbox's tests: one database, one lock and one channel for all its tabs, and a box that
// answers as it is told. Time stands still until a test lets it pass.

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { vi } from 'vitest';
import { Problem, type CallOptions } from '../api/client.ts';
import { database, type Use } from '../db.ts';
import { Outbox, type Write } from '../outbox.svelte.ts';
import { quiet, underway, watchCrypto } from '../quiet.test-setup.ts';
import type { Note } from '../tabs.ts';

export const ANA = { user: 1, name: 'Ana', session: 's1' };
export const BEN = { user: 2, name: 'Ben', session: 's2' };

export interface Sent {
  method: string;
  path: string;
  body: unknown;
  /** The file that was handed in. */
  raw?: Blob;
  headers: Record<string, string>;
}
type Answer = () => unknown;

export const ok = (body: unknown): Answer => () => body;
export const refuse = (status: number, code: string, extra: Record<string, unknown> = {}): Answer => () => {
  throw new Problem(status, code, code, extra);
};
export const unreachable = refuse(0, 'offline');
/** Never answers. */
export const silence: Answer = () => new Promise(() => {});

const LOST = () => new DOMException('Connection to Indexed Database server lost', 'UnknownError');

export class Device {
  sent: Sent[] = [];
  /** What the box answers to the next writes; then it cannot be reached. */
  answers: Answer[] = [];
  /** What it answers to one write each time, by its path, before anything else. */
  answersTo = new Map<string, Answer>();
  /** The public keys that were registered, by session, and what the box says to the next. */
  keys: { session: string; key: string }[] = [];
  keyAnswer: Answer = ok(null);
  /** How many of the next uses of the database fail, for good. */
  broken = 0;
  /** How many of the next connections die under their first use. */
  dying = 0;
  #chain: Promise<unknown> = Promise.resolve();
  #tabs = new Set<(note: Note) => void>();

  constructor() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
    globalThis.indexedDB = new IDBFactory();
    watchCrypto();
  }

  /** A page opened on this device. What it had in memory is gone with the last; the database stays. */
  async open(): Promise<Outbox> {
    const use = database('backstock');
    let listener: (note: Note) => void = () => {};
    const heard = (note: Note) => listener(note);
    const outbox = new Outbox({
      db: (work) => underway(this.#use(use, work)),
      ask: (method, path, options = {}) => this.#ask(method, path, options),
      exclusive: (work) => this.#exclusive(work),
      tell: (note) => this.#tell(heard, structuredClone(note)),
      hear: (given) => (listener = given),
      wait: (ms) => new Promise((done) => setTimeout(done, ms)),
    });
    this.#tabs.add(heard);
    await outbox.open();
    await this.quiet();
    return outbox;
  }

  /** A page with somebody signed in. */
  async openAs(author = ANA): Promise<Outbox> {
    const outbox = await this.open();
    await outbox.setAuthor(author);
    await this.quiet();
    return outbox;
  }

  /** A page that crashes: the lock it may hold is free, nobody hears it any more. */
  crash(outbox: Outbox): void {
    outbox.close();
    this.#chain = Promise.resolve();
  }

  /** Lets time go by, with all that happens meanwhile. */
  async pass(ms: number): Promise<void> {
    await this.quiet();
    const step = ms > 60_000 ? 2_000 : 250;
    for (let gone = 0; gone < ms; gone += step) {
      await vi.advanceTimersByTimeAsync(Math.min(step, ms - gone));
      await this.quiet();
    }
  }

  /** Until nothing is under way but what waits for the box or for time. */
  quiet(): Promise<void> {
    return quiet();
  }

  /** The paths of the writes that were tried, in order. */
  get paths(): string[] {
    return this.sent.map((one) => one.path);
  }

  #use<T>(use: Use, work: Parameters<Use>[0]): Promise<T> {
    if (this.broken > 0) {
      this.broken -= 1;
      return Promise.reject(LOST());
    }
    const used = use(async (db) => {
      if (this.dying > 0) {
        this.dying -= 1;
        throw LOST();
      }
      return work(db);
    }) as Promise<T>;
    return underway(used);
  }

  async #ask<T>(method: string, path: string, options: CallOptions): Promise<T> {
    const headers = options.headers ?? {};
    const body = structuredClone(options.body);
    if (path === '/session/key') {
      const answer = this.keyAnswer() as T;
      this.keys.push({ session: headers['written-in']!, key: (body as { key: string }).key });
      return answer;
    }
    this.sent.push({ method, path, body, headers, ...(options.raw ? { raw: options.raw } : {}) });
    return (await (this.answersTo.get(path) ?? this.answers.shift() ?? unreachable)()) as T;
  }

  #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#chain.then(work, work);
    this.#chain = turn.catch(() => {});
    return turn;
  }

  #tell(from: (note: Note) => void, note: Note): void {
    for (const tab of this.#tabs) {
      if (tab !== from) void underway(new Promise<void>((done) => setImmediate(() => (tab(note), done()))));
    }
  }
}

/** The n-th write, which builds upon nothing; `more` says otherwise. */
export const write = (n: number, more: Partial<Write> = {}): Write => ({
  method: 'POST', path: `/moves/${n}`, body: { n }, label: `${n}`, ...more,
});

/** The refusal that a write comes back with. */
export const refusal = (answer: Promise<unknown>): Promise<Problem> =>
  answer.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => error as Problem,
  );
