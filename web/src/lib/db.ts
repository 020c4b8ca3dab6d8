// This device's database: the writes not yet taken by the box, the keys that sign them, who is signed
// in here, and the last answers seen. iOS ends IndexedDB behind a page's back, so each use reopens
// and tries once more; when that fails too, the page is loaded anew.

import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import type { CopiedPackage, CopiedPlace, CopiedProduct } from './api/types.ts';
import type { OutboxRecord } from './outbox/record.ts';

/** The private half never leaves this device: the browser does not give it out. */
export interface SigningKey {
  session: string;
  key: CryptoKey;
  /** As the box is given it: base64url of the uncompressed point. */
  public: string;
  registered: boolean;
}

/** A file that a waiting write hands in. */
export interface KeptFile {
  /** SHA-256 of its bytes, hexadecimal: what others name it by. */
  sha: string;
  bytes: ArrayBuffer;
}

/** An answer of the box as it was last seen by one person. */
export interface Seen {
  /** "7|/picks/12": whose, and the path. */
  key: string;
  at: number;
  data: unknown;
}

interface Schema extends DBSchema {
  outbox: { key: number; value: OutboxRecord; indexes: { id: string } };
  files: { key: string; value: KeptFile };
  facts: { key: string; value: unknown };
  keys: { key: string; value: SigningKey };
  seen: { key: string; value: Seen; indexes: { at: number } };
  packages: { key: number; value: CopiedPackage };
  products: { key: number; value: CopiedProduct };
  places: { key: number; value: CopiedPlace };
}

export type Database = IDBPDatabase<Schema>;
/** Runs `work` on the database; when the connection turns out dead, on a fresh one, once. */
export type Use = <T>(work: (db: Database) => Promise<T>) => Promise<T>;

const LOST = new Set(['InvalidStateError', 'UnknownError', 'AbortError']);

/** The database of this name. `onbroken` hears that it failed on a fresh connection too. */
export function database(name: string, onbroken: () => void = () => {}): Use {
  let opening: Promise<Database> | null = null;

  function open(): Promise<Database> {
    opening ??= openDB<Schema>(name, 3, {
      upgrade,
      blocking: () => void close(),
      terminated: () => (opening = null),
    });
    opening.catch(() => (opening = null));
    return opening;
  }

  async function close(): Promise<void> {
    const was = opening;
    opening = null;
    await was?.then((db) => db.close()).catch(() => {});
  }

  return async (work) => {
    try {
      return await work(await open());
    } catch (error) {
      if (!LOST.has((error as Error)?.name)) throw error;
      await close();
    }
    try {
      return await work(await open());
    } catch (error) {
      if (LOST.has((error as Error)?.name)) onbroken();
      throw error;
    }
  };
}

async function upgrade(
  db: Database,
  from: number,
  _to: number | null,
  tx: IDBPTransaction<Schema, ('outbox' | 'facts')[], 'versionchange'>,
): Promise<void> {
  if (from < 1) {
    const outbox = db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
    outbox.createIndex('id', 'id', { unique: true });
    db.createObjectStore('facts');
  }
  if (from < 2) {
    db.createObjectStore('keys', { keyPath: 'session' });
    const seen = db.createObjectStore('seen', { keyPath: 'key' });
    seen.createIndex('at', 'at');
    for (const store of ['packages', 'products', 'places'] as const) {
      db.createObjectStore(store, { keyPath: 'id' });
    }
  }
  db.createObjectStore('files', { keyPath: 'sha' });
  if (from === 1) {
    // What an older app left waits on as it did: unsigned, for its author to come back.
    for await (const cursor of tx.objectStore('outbox')) {
      const old = cursor.value as OutboxRecord & { subject?: string | null };
      const about = old.subject ? [old.subject] : [];
      await cursor.update({ ...old, about, needs: [], signature: null });
    }
  }
}

const RELOAD_ONCE_MS = 30_000;

/** The one way out when iOS keeps the database shut: what is stored is there after a reload. */
function reload(): void {
  const last = Number(sessionStorage.getItem('backstock.reloaded') ?? 0);
  if (Date.now() - last < RELOAD_ONCE_MS || document.visibilityState !== 'visible') return;
  sessionStorage.setItem('backstock.reloaded', String(Date.now()));
  location.reload();
}

export const withDb: Use = database('backstock', reload);

/** Asks the browser not to throw this device's data away when space is short. */
export async function keepStorage(): Promise<boolean> {
  return (await navigator.storage?.persist?.().catch(() => false)) ?? false;
}
