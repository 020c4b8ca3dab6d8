// One paired device with its people, its bins and packages of its own, and what the model says they hold.
// It lives through many sequences, one after the other.

import { Random, surely } from './random.mjs';
import { Lock } from './tab.mjs';
import { Wire } from './wire.mjs';

export class Device {
  tabs = new Set();
  lock = new Lock();
  /** Who is signed in here; null while the screen is locked. */
  author = null;
  stored;
  storageFails = 0;
  #balances = new Map();
  #owed = false;
  #use;

  constructor({ id, people, bins, packages, holds }, { app, api, ledger, counts }) {
    Object.assign(this, { id, people, bins, packages, app, api, ledger, counts });
    this.name = `device-${id}`;
    this.wire = new Wire(api, counts);
    for (const one of packages) for (const bin of bins) this.add(one, bin, holds[bin] ?? 0);
    this.#use = app.database(this.name);
  }

  begin(seed, stored) {
    this.stored = stored;
    this.storageFails = new Random(seed, 'storage').chance(0.3) ? 0.02 : 0;
    this.wire.begin(seed);
  }

  /** From here on nothing new goes wrong. */
  calm() {
    this.storageFails = 0;
  }

  async network(mode) {
    this.wire.mode = mode;
    if (mode === 'offline' || !this.#owed) return;
    this.#owed = false;
    await surely(() => this.api.raw('DELETE', '/session'));
  }

  async signIn({ id, name, pin }) {
    const { session } = await surely(() => this.api.post('/session', { user: id, pin }));
    this.wire.session = session;
    this.author = { user: id, name, session };
  }

  /** The screen is locked: the session ends, or will as soon as the box hears of it. */
  async lockUp() {
    if (!this.author) return;
    this.author = null;
    if (this.wire.mode === 'offline') this.#owed = true;
    else await surely(() => this.api.raw('DELETE', '/session'));
  }

  /** What the device's database holds of the outbox. */
  peek() {
    return this.#use((db) => db.getAll('outbox'));
  }

  holds(one, bin) {
    return this.#balances.get(`${one}@${bin}`) ?? 0;
  }

  add(one, bin, amount) {
    this.#balances.set(`${one}@${bin}`, this.holds(one, bin) + amount);
  }
}
