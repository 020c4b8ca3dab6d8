// The box's journal as a manager reads it, followed to its newest entry: the judge of what was done.

import { surely } from './random.mjs';

const PAGE = 200;

export class Ledger {
  /** The entries of each write, by its token. More than one is a doubled write. */
  #entries = new Map();
  #seen = 0;
  api;
  #reading = null;
  #next = null;

  constructor(api) {
    this.api = api;
  }

  of(token) {
    return this.#entries.get(token) ?? [];
  }

  /** Writes of which the journal has more than one entry. */
  get doubled() {
    return [...this.#entries].filter(([, entries]) => entries.length > 1).map(([token]) => token);
  }

  /** Reads on. What was done before the call is known after it; several callers share a reading. */
  async read() {
    if (!this.#reading) {
      this.#reading = this.#readOn().finally(() => (this.#reading = null));
      return this.#reading;
    }
    this.#next ??= this.#reading.then(() => {
      this.#next = null;
      return this.read();
    });
    return this.#next;
  }

  async #readOn() {
    const known = this.#seen;
    for (let before = null; ; ) {
      const query = before === null ? '' : `&before=${before}`;
      const { entries, next } = await surely(() =>
        this.api.get(`/journal?limit=${PAGE}${query}`),
      );
      for (const entry of entries) if (entry.seq > known) this.#add(entry);
      if (next === null || entries.at(-1).seq <= known + 1) return;
      before = next;
    }
  }

  #add({ seq, kind, body }) {
    this.#seen = Math.max(this.#seen, seq);
    const token = body.data?.scanned;
    if (kind !== 'moved' || !token) return;
    const { request, user, device, session, movements } = body;
    const [[, pack, amount, from, to]] = movements;
    const entry = { seq, request, user, device, session, package: pack, amount, from, to };
    this.#entries.set(token, [...this.of(token), entry]);
  }
}
