// The key that proves who wrote what while the box was out of reach: made on this device for one
// session, its private half not extractable, its public half registered with the box. Gone with the
// session, so nothing can be written in that person's name afterwards.

import type { call } from '../api/client.ts';
import { BASE } from '../api/client.ts';
import type { SigningKey, Use } from '../db.ts';
import type { OutboxRecord } from './record.ts';

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const HASH = { name: 'ECDSA', hash: 'SHA-256' } as const;

/** The session's key, made now if this device has none. */
export async function ensureKey(db: Use, session: string): Promise<SigningKey> {
  const known = await db((one) => one.get('keys', session));
  if (known) return known;
  const pair = await crypto.subtle.generateKey(CURVE, false, ['sign', 'verify']);
  const point = await crypto.subtle.exportKey('raw', pair.publicKey);
  const made = { session, key: pair.privateKey, public: base64url(point), registered: false };
  await db((one) => one.put('keys', made));
  return made;
}

/** Tells the box of the session's key, once. It takes it only while that session is signed in. */
export async function registerKey(db: Use, ask: typeof call, session: string): Promise<void> {
  const known = await db((one) => one.get('keys', session));
  if (!known || known.registered) return;
  const headers = { 'written-in': session };
  await ask('PUT', '/session/key', { body: { key: known.public }, headers, quiet: true });
  await db(async (one) => {
    const tx = one.transaction('keys', 'readwrite');
    // Dropped while the box was asked: it stays so.
    if (await tx.store.get(session)) await tx.store.put({ ...known, registered: true });
    await tx.done;
  });
}

/** Forgets every key but the one of `session`. */
export async function dropKeys(db: Use, session: string | null): Promise<void> {
  const all = await db((one) => one.getAllKeys('keys'));
  for (const key of all) if (key !== session) await db((one) => one.delete('keys', key));
}

/** Signs a write as its author's session; null where the session's key is gone. */
export async function sign(
  db: Use,
  write: Pick<OutboxRecord, 'id' | 'author' | 'device_time' | 'method' | 'path' | 'body' | 'file'>,
): Promise<string | null> {
  const known = await db((one) => one.get('keys', write.author.session));
  if (!known) return null;
  const body = write.file ?? (await sha256(utf8(JSON.stringify(write.body ?? {}))));
  const text = [
    'backstock-write-v1', write.method, BASE + write.path, write.id, write.device_time, body,
  ].join('\n');
  return base64url(await crypto.subtle.sign(HASH, known.key, utf8(text)));
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** In hexadecimal digits. */
export async function sha256(bytes: BufferSource): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64url(bytes: ArrayBuffer): string {
  const text = String.fromCharCode(...new Uint8Array(bytes));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
