// The one way a write leaves this device. Each is stored and signed before its first try, sent in the
// order of writing, and repeated with the same id until the box has answered for good. Nothing is
// dropped: a refusal nobody was waiting for is kept, with what it holds back, until its author has
// dealt with it.

import { Problem, call, type CallOptions } from './api/client.ts';
import { clock } from './clock.svelte.ts';
import { withDb, type Database, type KeptFile, type Use } from './db.ts';
import { dropKeys, ensureKey, registerKey, sign } from './outbox/keys.ts';
import { dependents, heldBack, sendable, type Author, type OutboxRecord } from './outbox/record.ts';
import { reach } from './reach.svelte.ts';
import { exclusive, hear, tell, type Note, type Refusal } from './tabs.ts';
import { uuid7 } from './uuid.ts';

export type { Author, OutboxRecord } from './outbox/record.ts';

export interface Write {
  method: OutboxRecord['method'];
  /** Under /api/v1: "/picks/12/takes". */
  path: string;
  body?: unknown;
  /** A file that is handed in instead of a body. */
  file?: KeptFile;
  /** What the person did, for the list of writes not yet saved. */
  label: string;
  /** What it changes, and what it builds upon: see OutboxRecord. */
  about?: string[];
  needs?: string[];
}

/** What became of a write within the time a person at a shelf waits. */
export type Outcome<T> = { state: 'saved'; answer: T } | { state: 'queued'; id: string };

/** What a tab lives in. The real one is the default; tests open several tabs of one device. */
export interface Tab {
  db: Use;
  ask: typeof call;
  exclusive: typeof exclusive;
  tell(note: Note): void;
  hear(listener: (note: Note) => void): void;
  wait(ms: number): Promise<void>;
}

const REAL: Tab = {
  db: withDb,
  ask: call,
  exclusive,
  tell,
  hear,
  wait: (ms) => new Promise((done) => setTimeout(done, ms)),
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
const LOOK_MS = 15_000;
/** How long a person waits for the answer before the job goes on without it; and when the box is
 *  known to be out of reach. */
const PATIENCE_MS = 1_500;
const PATIENCE_DOWN_MS = 150;
const REMEMBERED = 100;
/** A photo over a slow network. */
const FILE_MS = 60_000;
/** Refusals of who wrote, not of what: the screen they would be told on is about to close. */
const OF_THE_AUTHOR = new Set([
  'person_disabled', 'not_this_device', 'signature_invalid', 'written_too_late', 'too_old',
]);

interface Waiter {
  resolve: (answer: unknown) => void;
  reject: (problem: Problem) => void;
}

export class Outbox {
  /** Every write not yet taken, oldest first; those of other people too. */
  records = $state.raw<OutboxRecord[]>([]);
  /** Why the oldest write could not be sent on the last try; null when it moves. */
  stalled = $state.raw<Problem | null>(null);
  readonly held = $derived(heldBack(this.records));
  #tab: Tab;
  #author: Author | null = null;
  #waiters = new Map<string, Waiter>();
  #taken = new Set<(record: OutboxRecord, answer: unknown) => void>();
  #answers = new Map<string, unknown>();
  /** Sessions whose key the box has, or will never take. */
  #known = new Set<string>();
  #storing: Promise<unknown> = Promise.resolve();
  #draining = false;
  #again = false;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(tab: Tab = REAL) {
    this.#tab = tab;
  }

  /** How many writes wait to be sent. */
  get pending(): number {
    return this.records.filter((record) => record.state === 'queued').length;
  }

  get refused(): OutboxRecord[] {
    return this.records.filter((record) => record.state === 'refused');
  }

  get author(): Author | null {
    return this.#author;
  }

  /** The writes about `subject` that are not saved, refused ones included. */
  of(subject: string): OutboxRecord[] {
    return this.records.filter((record) => record.about.includes(subject));
  }

  /** What waits for this one. */
  dependents(record: OutboxRecord): OutboxRecord[] {
    return dependents(record, this.records);
  }

  /** Stores the write, then resolves with the box's answer or rejects with its refusal, however long
   *  it takes. For what makes no sense half done. */
  async send<T>(write: Write): Promise<T> {
    const { answer } = await this.#store<T>(write);
    return answer;
  }

  /** Stores the write, and waits for the answer as long as a person at a shelf does. Once `queued`,
   *  a refusal is kept for its author. Rejects with a refusal that came in time. */
  async post<T>(write: Write): Promise<Outcome<T>> {
    const { id, answer } = await this.#store<T>(write);
    const patience = reach.down || this.stalled ? PATIENCE_DOWN_MS : PATIENCE_MS;
    const late = this.#tab.wait(patience).then((): Outcome<T> => ({ state: 'queued', id }));
    const saved = answer.then((given): Outcome<T> => ({ state: 'saved', answer: given }));
    const outcome = await Promise.race([saved, late]);
    if (outcome.state === 'saved' || this.#waiters.delete(id)) return outcome;
    return saved; // the answer came in this very moment, and is nobody else's to hear
  }

  /** Sends the write now or not at all: for what two people could do at once without knowing (a claim),
   *  which must not happen later by itself. Rejects with `offline` where the box is out of reach. */
  async now<T>(write: Write): Promise<T> {
    const author = this.#author;
    if (!author) throw new Problem(401, 'signed_out', 'Sign in first.');
    if (reach.down) throw new Problem(0, 'offline', 'The box cannot be reached.');
    const key = uuid7();
    const headers = { 'idempotency-key': key, 'device-time': boxTime(), 'written-in': author.session };
    const options = { body: write.body ?? {}, headers };
    try {
      return await this.#tab.ask<T>(write.method, write.path, options);
    } catch (error) {
      if (!(error instanceof Problem) || !error.transient || error.code === 'offline') throw error;
      // The answer may be lost and the act done: the same id tells.
      return this.#tab.ask<T>(write.method, write.path, options);
    }
  }

  /** Takes a write back that was never tried. False when it may have reached the box already. */
  async withdraw(id: string): Promise<boolean> {
    const record = this.records.find((one) => one.id === id);
    if (record?.seq === undefined) return false;
    const gone = await this.#tab.db(async (db) => {
      const untried = (one: OutboxRecord) => one.id === id && one.state === 'queued' && one.tries === 0;
      return (await remove(db, (queue) => queue.filter(untried))).length > 0;
    });
    if (gone) await this.#changed();
    return gone;
  }

  /** Forgets a refused write that its author has read; with `all`, what builds upon it too. Tells what
   *  went: nothing where another tab has dealt with it. */
  async discard(id: string, all = false): Promise<OutboxRecord[]> {
    return this.#forget(id, (one, queue) => (all ? [one, ...dependents(one, queue)] : [one]));
  }

  /** Puts a refused write of one's own back in its place, with the same id, signed anew: it is written
   *  again now, in the session of now. False where it is somebody else's, or was dealt with meanwhile. */
  async retry(id: string): Promise<boolean> {
    const record = this.records.find((one) => one.id === id);
    const author = this.#author;
    if (record?.state !== 'refused' || author?.user !== record.author.user) return false;
    const again: OutboxRecord = {
      ...record, author, device_time: boxTime(), state: 'queued', tries: 0, problem: null,
    };
    again.signature = await sign(this.#tab.db, again);
    const back = await this.#tab.db(async (db) => {
      const tx = db.transaction('outbox', 'readwrite');
      const here = (await tx.store.get(record.seq!))?.state === 'refused';
      if (here) await tx.store.put(again);
      await tx.done;
      return here;
    });
    await this.#changed();
    this.nudge();
    return back;
  }

  /** Who writes on this device from now on. Their key is made and, when the box can be asked,
   *  registered; everybody else's is forgotten. */
  async setAuthor(author: Author | null): Promise<void> {
    await this.#storing; // what was written before is signed with the key that goes
    if (author) await ensureKey(this.#tab.db, author.session);
    this.#author = author;
    this.#known.clear();
    await this.#tab.db((db) => db.put('facts', author, 'author'));
    await dropKeys(this.#tab.db, author?.session ?? null);
    this.#failures = 0;
    this.stalled = null;
    if (author) this.nudge();
  }

  /** What the box answered to a write that had to wait, as long as this page remembers. */
  answerTo<T>(id: string): T | null {
    return (this.#answers.get(id) as T | undefined) ?? null;
  }

  /** Hears of every write that was taken, with the box's answer, before it leaves the queue. Returns how
   *  to stop. */
  onTaken(listener: (record: OutboxRecord, answer: unknown) => void): () => void {
    this.#taken.add(listener);
    return () => this.#taken.delete(listener);
  }

  /** Sends what waits, now. */
  nudge(): void {
    clearTimeout(this.#timer);
    if (!this.#closed) void this.#drain();
  }

  /** Reads what an earlier page left and starts sending on every sign that the box is back. */
  async start(): Promise<void> {
    const nudge = () => this.nudge();
    for (const type of ['online', 'focus', 'pageshow']) addEventListener(type, nudge);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') nudge();
    });
    reach.onFound(nudge);
    await this.open();
  }

  /** The same without a page around it. */
  async open(): Promise<void> {
    this.#tab.hear((note) => this.#heard(note));
    const kept = (await this.#tab.db((db) => db.get('facts', 'author'))) as Author | null;
    this.#author ??= kept ?? null;
    await this.#look();
    this.nudge();
  }

  /** The tab is gone: nothing more is sent from it. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#waiters.clear();
  }

  async #store<T>(write: Write): Promise<{ id: string; answer: Promise<T> }> {
    const author = this.#author;
    if (!author) throw new Problem(401, 'signed_out', 'Sign in first.');
    const record: OutboxRecord = {
      id: uuid7(),
      author,
      device_time: boxTime(),
      method: write.method,
      path: write.path,
      // A plain copy: what the screens hold are reactive proxies, which IndexedDB cannot store.
      body: JSON.parse(JSON.stringify(write.body ?? {})),
      label: write.label,
      about: write.about ?? [],
      needs: write.needs ?? [],
      ...(write.file ? { file: write.file.sha } : {}),
      state: 'queued',
      tries: 0,
      problem: null,
      signature: null,
    };
    const answer = new Promise<T>((resolve, reject) => {
      this.#waiters.set(record.id, { resolve: resolve as (a: unknown) => void, reject });
    });
    answer.catch(() => {}); // heard by whoever awaits it; a write put in the queue has nobody
    // One after the other: signing takes a moment, and the order of writing is the order of taps.
    const stored = this.#storing.then(async () => {
      record.signature = await sign(this.#tab.db, record);
      record.seq = await this.#tab.db(async (db) => {
        const tx = db.transaction(['outbox', 'files'], 'readwrite');
        if (write.file) void tx.objectStore('files').put(write.file);
        const seq = await tx.objectStore('outbox').add(record);
        await tx.done;
        return seq;
      });
    });
    this.#storing = stored.catch(() => {});
    try {
      await stored;
    } catch (error) {
      this.#waiters.delete(record.id);
      throw new Problem(0, 'not_stored', `This device could not keep it: ${String(error)}`);
    }
    this.records = [...this.records.filter((one) => one.id !== record.id), record];
    this.#tab.tell({ kind: 'queued' });
    this.nudge();
    return { id: record.id, answer };
  }

  #heard(note: Note): void {
    if (note.kind === 'queued') void this.#glance();
    else if (note.kind === 'sent') {
      this.#without(note.id);
      this.#remember(note.id, note.answer);
      this.#settle(note.id, (waiter) => waiter.resolve(note.answer));
    } else if (note.kind === 'refused') {
      this.#deliver(note.id, note.problem).catch(() => {}); // told; what stays is shown once more
    }
  }

  async #look(): Promise<void> {
    this.records = await this.#tab.db((db) => db.getAll('outbox'));
  }

  /** As far as the database lets itself be read; the next drain reads it again. */
  #glance(): Promise<void> {
    return this.#look().catch(() => {});
  }

  async #changed(): Promise<void> {
    await this.#glance();
    this.#tab.tell({ kind: 'queued' });
  }

  async #drain(): Promise<void> {
    if (this.#draining) {
      this.#again = true;
      return;
    }
    this.#draining = true;
    let wait: number | null = null;
    try {
      wait = await this.#tab.exclusive(() => this.#sendAll());
    } catch {
      wait = LOOK_MS; // this device's database failed twice: what is stored stays, and is tried again
    } finally {
      this.#draining = false;
    }
    if (this.#closed || (wait === null && this.pending === 0)) return;
    if (wait === null && this.#again) return this.nudge(); // written while the drain was ending
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.nudge(), wait ?? LOOK_MS);
  }

  /** Inside `exclusive`: sends everything that may go, in order; how long to wait where it stopped. */
  async #sendAll(): Promise<number | null> {
    await this.#look();
    const unheard = await this.#register(this.#author?.session);
    if (unheard && this.pending > 0) return this.#wait(unheard);
    const passed = new Set<string>();
    for (;;) {
      if (this.#again) await this.#look();
      this.#again = false;
      // Made anew each time: a refusal holds others back, and a retry puts one before them again.
      const next = sendable(this.records).find((one) => !passed.has(one.id));
      if (!next || this.#closed) break;
      const step = await this.#send(next);
      if (typeof step === 'number') return step;
      if (step === 'waits') passed.add(next.id);
    }
    this.stalled = null;
    return null;
  }

  /** Nothing leaves before the box has the key that proves it: the same write, sent again when its author
   *  has left, could be refused though it was done. Why the box was not heard, if it was not. */
  async #register(session: string | undefined): Promise<Problem | null> {
    if (!session || this.#known.has(session)) return null;
    try {
      await registerKey(this.#tab.db, this.#tab.ask, session);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.transient || error.status === 500) return (this.stalled = error);
      // The session is over: what was signed with the key is judged by the box.
    }
    this.#known.add(session);
    return null;
  }

  /** Tries one write. It is settled, or waits for its author while others go on; else how long to wait
   *  before all that follows. */
  async #send(record: OutboxRecord): Promise<'settled' | 'waits' | number> {
    // Counted before it leaves: from here on it may have reached the box, and is never withdrawn.
    const unheard = await this.#register(record.author.session);
    if (unheard) return this.#wait(unheard);
    const now = await this.#tab.db(async (db) => {
      const tx = db.transaction('outbox', 'readwrite');
      const found = await tx.store.get(record.seq!);
      const here = found?.state === 'queued' ? { ...found, tries: found.tries + 1 } : null;
      if (here) await tx.store.put(here);
      await tx.done;
      return here;
    });
    if (!now) {
      this.#without(record.id);
      return 'settled';
    }
    try {
      const answer = await this.#tab.ask<unknown>(now.method, now.path, {
        ...(await this.#content(now)),
        headers: headersOf(now),
      });
      if (!this.#closed) await this.#took(now, answer);
      return 'settled';
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (this.#closed) return 'settled';
      return this.#failed(now, error);
    }
  }

  async #content({ file, body }: OutboxRecord): Promise<CallOptions> {
    if (!file) return { body };
    const kept = await this.#tab.db((db) => db.get('files', file));
    if (!kept) throw new Problem(410, 'file_gone', 'The picture is no longer on this device.');
    return { raw: new Blob([kept.bytes]), timeout: FILE_MS };
  }

  async #took(record: OutboxRecord, answer: unknown): Promise<void> {
    await this.#tab.db((db) => remove(db, (queue) => queue.filter((one) => one.seq === record.seq)));
    this.#failures = 0;
    this.stalled = null;
    // The screens learn what the box made of it before the write disappears from what is pending.
    this.#remember(record.id, answer);
    for (const listener of this.#taken) listener(record, answer);
    this.#without(record.id);
    this.#settle(record.id, (waiter) => waiter.resolve(answer));
    this.#tab.tell({ kind: 'sent', id: record.id, answer });
  }

  #remember(id: string, answer: unknown): void {
    this.#answers.set(id, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > REMEMBERED && oldest) this.#answers.delete(oldest);
  }

  #without(id: string): void {
    this.records = this.records.filter((one) => one.id !== id);
  }

  async #failed(record: OutboxRecord, problem: Problem): Promise<'settled' | 'waits' | number> {
    const { status, code, detail, extra } = problem;
    const said: Refusal = { status, code, detail, extra };
    if (code === 'signed_out') {
      await this.#keep({ ...record, problem: said });
      return 'waits';
    }
    if (problem.transient || status === 408 || status === 500 || status === 401) {
      this.stalled = problem;
      // Remembered: a write on which the box keeps failing is set aside for the others.
      if (status === 500) await this.#keep({ ...record, problem: said });
      return status === 401 ? LOOK_MS : this.#wait(problem);
    }
    // Marked first and removed only when its caller has been told, here or in another tab.
    await this.#keep({ ...record, state: 'refused', problem: said });
    this.#failures = 0;
    this.stalled = null;
    if (!(await this.#deliver(record.id, said))) {
      this.#tab.tell({ kind: 'refused', id: record.id, problem: said });
    }
    this.#tab.tell({ kind: 'queued' });
    return 'settled';
  }

  async #keep(record: OutboxRecord): Promise<void> {
    await this.#tab.db((db) => db.put('outbox', record));
    this.records = this.records.map((one) => (one.id === record.id ? record : one));
  }

  #wait(problem: Problem): number {
    const backoff = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#failures, 8));
    this.#failures += 1;
    const asked = problem.retryAfter;
    const jittered = backoff * (0.5 + Math.random() / 2);
    return asked === null ? jittered : asked * 1000 + Math.random() * 500;
  }

  /** Tells who waits for the write. Kept all the same where something builds upon it. */
  async #deliver(id: string, refusal: Refusal): Promise<boolean> {
    if (!this.#waiters.has(id)) return false;
    const { status, code, detail, extra } = refusal;
    this.#settle(id, (waiter) => waiter.reject(new Problem(status, code, detail, extra)));
    const told = !OF_THE_AUTHOR.has(refusal.code);
    await this.#forget(id, (one, queue) =>
      told && dependents(one, queue).length === 0 ? [one] : [],
    );
    return true;
  }

  /** Takes a refused write, and what goes with it, out of the queue; what went. */
  async #forget(
    id: string,
    going: (one: OutboxRecord, queue: OutboxRecord[]) => OutboxRecord[],
  ): Promise<OutboxRecord[]> {
    const gone = await this.#tab.db(async (db) => {
      return remove(db, (queue) => {
        const refused = queue.find((one) => one.id === id && one.state === 'refused');
        return refused ? going(refused, queue) : [];
      });
    });
    await this.#changed();
    this.nudge();
    return gone;
  }

  #settle(id: string, tellWaiter: (waiter: Waiter) => void): void {
    const waiter = this.#waiters.get(id);
    this.#waiters.delete(id);
    if (waiter) tellWaiter(waiter);
  }
}

/** Takes writes out of the queue, and the files that nothing hands in any more; what went. */
async function remove(
  db: Database,
  choose: (queue: OutboxRecord[]) => OutboxRecord[],
): Promise<OutboxRecord[]> {
  const tx = db.transaction(['outbox', 'files'], 'readwrite');
  const queue = await tx.objectStore('outbox').getAll();
  const going = choose(queue);
  const left = new Set(queue.filter((one) => !going.includes(one)).map((one) => one.file));
  for (const { seq, file } of going) {
    await tx.objectStore('outbox').delete(seq!);
    if (file && !left.has(file)) await tx.objectStore('files').delete(file);
  }
  await tx.done;
  return going;
}

const boxTime = (): string => new Date(clock.exact()).toISOString();

/** `Written-In` names the author's session: the box never takes a write for whoever is signed in. */
function headersOf(record: OutboxRecord): Record<string, string> {
  const headers: Record<string, string> = {
    'idempotency-key': record.id,
    'device-time': record.device_time,
    'written-in': record.author.session,
  };
  if (record.signature) headers['signature'] = record.signature;
  return headers;
}

export const outbox = new Outbox();

/** Shorthand for `outbox.send`. */
export function send<T>(write: Write): Promise<T> {
  return outbox.send<T>(write);
}

/** Shorthand for `outbox.now`. */
export function sendNow<T>(write: Write): Promise<T> {
  return outbox.now<T>(write);
}

/** Shorthand for `outbox.post`. */
export function post<T>(write: Write): Promise<Outcome<T>> {
  return outbox.post<T>(write);
}
