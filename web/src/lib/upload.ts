// A whole register to the box: not queued, for it is chosen again more easily than it is kept on a phone.

import { call } from './api/client.ts';
import { uuid7 } from './uuid.ts';

const MINUTES = 5;

/** `path`: with its query. */
export function upload<T>(method: 'POST' | 'PUT', path: string, file: Blob): Promise<T> {
  return call<T>(method, path, {
    raw: file,
    headers: { 'content-type': 'application/octet-stream', 'idempotency-key': uuid7() },
    timeout: MINUTES * 60_000,
  });
}
