// Asking the box to check its whole record: it reads every entry, so it gets minutes, not seconds.

import { call } from '../../lib/api/client.ts';
import type { Verified } from '../../lib/api/types.ts';
import { uuid7 } from '../../lib/uuid.ts';

const MINUTES = 10;

export function verify(): Promise<Verified> {
  return call<Verified>('POST', '/journal/verify', {
    timeout: MINUTES * 60_000,
    headers: { 'idempotency-key': uuid7() },
  });
}
