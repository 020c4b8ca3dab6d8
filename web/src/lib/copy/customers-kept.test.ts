// What a device has stored of orders after everybody has looked at everything: nothing of the customer.

import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Pick } from '../api/types.ts';
import { withDb } from '../db.ts';
import { pickIn } from './index.svelte.ts';
import { seen } from './seen.ts';

const CUSTOMER = { number: 'W-1041', customer: 'Maria G.', phone: '•••• 4821', window_from: '2026-11-27T20:00:00Z', window_to: null };
const order = { id: 101, code: '7K2M9Q', state: 'staged', lines: [], picker: { id: 7, name: 'Tia' }, ...CUSTOMER };
const pick = {
  id: 12, code: 'R7K2QF', state: 'picking', request: null, lines: [], shortages: [],
  orders: [{ order: 101, code: '7K2M9Q', slot: 1, tote: null, left: false, shorts: [], ...CUSTOMER }],
};

async function everything(): Promise<string> {
  const stores = ['seen', 'outbox', 'facts', 'packages', 'products', 'places'] as const;
  const all = await withDb(async (db) => Promise.all(stores.map((store) => db.getAll(store))));
  return JSON.stringify(all);
}

describe('a device that works on orders', () => {
  beforeEach(() => seen.belongTo(7));

  it('keeps nothing of the customer, whichever screen showed it', async () => {
    await seen.put('/orders/101', order);
    await seen.put('/orders?state=live', { orders: [order] });
    await seen.put('/orders?q=maria', { orders: [order] });
    await seen.put('/picks/12', pick);
    await seen.put('/picks?state=live', { picks: [pick] });
    await seen.put('/board', { orders: [order] });
    const kept = await everything();
    for (const text of ['W-1041', 'Maria', 'maria', '4821', '2026-11-27T20']) expect(kept).not.toContain(text);
  });

  it('keeps the job itself: codes, slots and lines, to go on without the box', async () => {
    await seen.put('/picks/12', pick);
    expect((await seen.get<Pick>('/picks/12'))?.data.orders[0]).toMatchObject({ code: '7K2M9Q', slot: 1 });
  });

  it('takes an order for no pick, and a walk for one', () => {
    expect(pickIn(order)).toBeNull();
    expect(pickIn(pick)?.id).toBe(12);
    expect(pickIn({ pick, line: 3 })?.id).toBe(12);
  });
});
