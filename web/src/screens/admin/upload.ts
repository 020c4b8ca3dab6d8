// Sending a file to the box for an import. Not queued: a file is chosen again more easily than it
// is kept on a phone, and nothing changes at the box until the preview is confirmed.

import { call } from '../../lib/api/client.ts';
import type { Import } from '../../lib/api/types.ts';
import { uuid7 } from '../../lib/uuid.ts';

const MINUTES = 5;

export function upload(kind: 'packages' | 'sales', file: File): Promise<Import> {
  const json = /\.json$/i.test(file.name) || file.type === 'application/json';
  return call<Import>('POST', '/imports', {
    query: { kind, name: file.name },
    raw: file,
    headers: {
      'content-type': json ? 'application/json' : 'text/csv',
      'idempotency-key': uuid7(),
    },
    timeout: MINUTES * 60_000,
  });
}
