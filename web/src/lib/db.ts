// This device's database: the writes not yet taken by the box, and who is signed in here.
// iOS ends IndexedDB behind a page's back, so each use reopens and tries once more.

import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { Method } from './api/client.ts';
import type { Refusal } from './tabs.ts';

export interface Author {
  user: number;
  name: string;
  session: string;
}

export interface OutboxRecord {
  /** The order of writing on this device; given by the database. */
  seq?: number;
  /** The Idempotency-Key: the same through every try. */
  id: string;
  author: Author;
  device_time: string;
  method: Exclude<Method, 'GET'>;
  path: string;
  body: unknown;
  /** What the person did, in the words of the screen that sent it. */
  label: string;
  /** What it is about ("pick:12"), for screens that mark it as not yet saved. */
  subject: string | null;
  state: 'queued' | 'refused';
  tries: number;
  problem: Refusal | null;
}

interface Schema extends DBSchema {
  outbox: { key: number; value: OutboxRecord; indexes: { id: string } };
  facts: { key: string; value: unknown };
}

type Database = IDBPDatabase<Schema>;
let opening: Promise<Database> | null = null;

function open(): Promise<Database> {
  opening ??= openDB<Schema>('backstock', 1, {
    upgrade(db) {
      const outbox = db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
      outbox.createIndex('id', 'id', { unique: true });
      db.createObjectStore('facts');
    },
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

const LOST = new Set(['InvalidStateError', 'UnknownError', 'AbortError']);

/** Runs `work` on the database; when the connection turns out dead, on a fresh one, once. */
export async function withDb<T>(work: (db: Database) => Promise<T>): Promise<T> {
  try {
    return await work(await open());
  } catch (error) {
    if (!LOST.has((error as Error)?.name)) throw error;
    await close();
    return work(await open());
  }
}

/** Asks the browser not to throw this device's data away when space is short. */
export async function keepStorage(): Promise<void> {
  await navigator.storage?.persist?.().catch(() => false);
}
