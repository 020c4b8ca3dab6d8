// One tab of a device: the real outbox over the device's database, lock and channel, which its other tabs
// share. A crash ends it at any moment: nothing it has begun goes on, but what has left it.

import { AsyncLocalStorage } from 'node:async_hooks';
import { pause } from './random.mjs';

const gone = new Promise(() => {});
const whose = new AsyncLocalStorage();
globalThis.fetch = (url, init) => whose.getStore().fetch(url, init);

/** The lock of one device. Who crashes in it, leaves it. */
export class Lock {
  #holder = null;
  #waiting = [];

  async hold(tab, work) {
    const turn = { tab, begin: null };
    await new Promise((begin) => {
      turn.begin = begin;
      this.#waiting.push(turn);
      this.#next();
    });
    try {
      return await work();
    } finally {
      if (this.#holder === turn) this.#leave();
    }
  }

  drop(tab) {
    this.#waiting = this.#waiting.filter((turn) => turn.tab !== tab);
    if (this.#holder?.tab === tab) this.#leave();
  }

  #leave() {
    this.#holder = null;
    this.#next();
  }

  #next() {
    if (this.#holder || this.#waiting.length === 0) return;
    this.#holder = this.#waiting.shift();
    this.#holder.begin();
  }
}

export class Tab {
  alive = true;
  outbox;
  #listeners = [];
  #device;
  #random;
  #use;

  constructor(device, random) {
    this.#device = device;
    this.#random = random;
    this.#use = device.app.database(device.name);
    this.outbox = new device.app.Outbox({
      db: (work) => this.#db(work),
      ask: (method, path, options) => this.#ask(method, path, options),
      exclusive: (work) => device.lock.hold(this, work),
      tell: (note) => this.#tell(note),
      hear: (listener) => this.#listeners.push(listener),
      wait: () => pause(random.between(0, 25)),
    });
    device.tabs.add(this);
  }

  crash() {
    this.alive = false;
    this.outbox.close();
    this.#device.tabs.delete(this);
    this.#device.lock.drop(this);
  }

  async #db(work) {
    if (!this.alive) return gone;
    if (this.#random.chance(this.#device.storageFails)) {
      this.#device.counts.storage += 1;
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
    }
    const given = await this.#use((db) => work(this.#watched(db)));
    return this.alive ? given : gone;
  }

  /** Tells the judge of each write that is stored, and in which place. */
  #watched(db) {
    const { stored } = this.#device;
    const queueOf = (tx) =>
      changed(tx.objectStore('outbox'), 'add', async (store, record) => {
        const seq = await store.add(record);
        // Before whoever stored it goes on.
        tx.done.then(() => stored(record, seq), () => {});
        return seq;
      });
    return changed(db, 'transaction', (target, ...given) =>
      changed(target.transaction(...given), 'objectStore', (tx, name) =>
        name === 'outbox' ? queueOf(tx) : tx.objectStore(name),
      ),
    );
  }

  async #ask(method, path, options) {
    if (!this.alive) return gone;
    const asked = whose.run(this.#device.wire, () => this.#device.app.call(method, path, options));
    try {
      const answer = await asked;
      return this.alive ? answer : gone;
    } catch (error) {
      if (!this.alive) return gone;
      throw error;
    }
  }

  #tell(note) {
    if (!this.alive) return;
    const copy = structuredClone(note);
    for (const tab of this.#device.tabs) {
      if (tab === this) continue;
      setImmediate(() => tab.alive && tab.#listeners.forEach((listener) => listener(copy)));
    }
  }
}

/** The same object, but for one function of it. */
function changed(object, which, instead) {
  return new Proxy(object, {
    get(target, name) {
      const value = target[name];
      if (typeof value !== 'function') return value;
      return name === which ? (...given) => instead(target, ...given) : (...given) => value.apply(target, given);
    },
  });
}
