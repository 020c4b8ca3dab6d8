// The last answers of the box, each under its path and the person who saw it: what screens show until
// the box answers, and all they have while it cannot. A person never sees what another one saw.

import { withDb } from '../db.ts';
import { withoutCustomers } from './customers.ts';

/** Beyond these the oldest go: a shift's screens are far fewer. */
const MOST = 400;
const LARGEST = 1_000_000;
/** What may stay while its reader counts blind. */
const BLIND = /^\d+\|\/(counts\b(?!\/trend)|people\b|picks\b|requests\b|settings\b)/;

class Answers {
  #person: number | null = null;
  #puts = 0;

  /** Whose answers these are from now on. Those of others go. */
  async belongTo(person: number | null): Promise<void> {
    this.#person = person;
    if (person === null) return;
    await quietly(() =>
      withDb(async (db) => {
        const keys = await db.getAllKeys('seen');
        const others = keys.filter((key) => !key.startsWith(`${person}|`));
        for (const key of others) await db.delete('seen', key);
      }),
    );
  }

  async get<T>(path: string): Promise<{ data: T; at: number } | null> {
    const key = this.#key(path);
    if (key === null) return null;
    const found = await quietly(() => withDb((db) => db.get('seen', key)));
    return found ? { data: found.data as T, at: found.at } : null;
  }

  async put(path: string, data: unknown): Promise<void> {
    const key = this.#key(path);
    if (key === null) return;
    const plain = JSON.stringify(withoutCustomers(path, data));
    if (plain === undefined || plain.length > LARGEST) return;
    await quietly(() => withDb((db) => db.put('seen', { key, at: Date.now(), data: JSON.parse(plain) })));
    this.#puts += 1;
    if (this.#puts % 50 === 0) await this.#trim();
  }

  /** Answers that show stock go: of those that stay, none holds a figure of the book. */
  async dropStock(): Promise<void> {
    await quietly(() =>
      withDb(async (db) => {
        const keys = await db.getAllKeys('seen');
        for (const key of keys) if (!BLIND.test(key)) await db.delete('seen', key);
      }),
    );
  }

  /** Every answer under paths that begin so: "/picks/". */
  async all<T>(beginning: string): Promise<T[]> {
    const from = this.#key(beginning);
    if (from === null) return [];
    const range = IDBKeyRange.bound(from, `${from}\uffff`);
    const found = await quietly(() => withDb((db) => db.getAll('seen', range)));
    return (found ?? []).map((one) => one.data as T);
  }

  /** The device was revoked, or nobody's screens are to be kept here. */
  async forget(): Promise<void> {
    await quietly(() => withDb((db) => db.clear('seen')));
  }

  #key(path: string): string | null {
    return this.#person === null ? null : `${this.#person}|${path}`;
  }

  async #trim(): Promise<void> {
    await quietly(() =>
      withDb(async (db) => {
        const tx = db.transaction('seen', 'readwrite');
        let spare = (await tx.store.count()) - MOST;
        let cursor = spare > 0 ? await tx.store.index('at').openCursor() : null;
        for (; cursor && spare > 0; spare -= 1) {
          await cursor.delete();
          cursor = await cursor.continue();
        }
        await tx.done;
      }),
    );
  }
}

/** A copy is a comfort: where this device cannot keep one, the box is asked. */
async function quietly<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch {
    return undefined;
  }
}

export const seen = new Answers();
