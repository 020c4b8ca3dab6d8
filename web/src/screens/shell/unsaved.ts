// What a write that is not saved means for a person: the reason in words, and where it can be done
// anew.

import { Problem } from '../../lib/api/client.ts';
import { inWords } from '../../lib/explain.ts';
import type { OutboxRecord } from '../../lib/outbox.svelte.ts';

export function reasonOf(record: OutboxRecord): string {
  if (!record.problem) return '';
  const { status, code, detail, extra } = record.problem;
  return inWords(new Problem(status, code, detail, extra));
}

const SCREENS: Record<string, string> = {
  verify: '/pack', unverify: '/pack', pack: '/pack', stage: '/pack', handover: '/handover', putbacks: '/putback',
};

/** The screen on which the same thing can be done in another way; null where there is none. */
export function screenOf(record: OutboxRecord): string | null {
  const body = record.body as Record<string, unknown>;
  const pick = /^\/picks\/(\d+)\/(\w+)/.exec(record.path);
  if (pick) return pick[2] === 'receipt' ? `/receive/${pick[1]}` : `/picks/${pick[1]}`;
  if (record.path === '/moves') return `/move?from=${Number(body['from'])}&package=${Number(body['package'])}`;
  const one = /^\/packages\/(\d+)/.exec(record.path)?.[1];
  if (one) return `/packages/${one}`;
  const shipment = /^\/shipments\/(\d+)/.exec(record.path)?.[1];
  if (shipment) return `/shipments/${shipment}`;
  const count = /^\/counts\/(\d+)/.exec(record.path)?.[1];
  if (count) return `/counts/${count}`;
  const order = /^\/orders\/(\d+)\/(\w+)/.exec(record.path);
  if (order) return `/orders/${order[1]}${SCREENS[order[2]!] ?? ''}`;
  if (record.path === '/walks') return '/orders';
  if (record.path.startsWith('/shipments')) return '/shipments';
  if (record.path === '/requests') return '/request';
  return null;
}
