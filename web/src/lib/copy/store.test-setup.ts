// A small store as a device keeps a copy of it, for the tests of the copy.

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { vi } from 'vitest';
import type { CopiedPackage, CopiedPlace, CopiedProduct, Copy, Pick } from '../api/types.ts';
import type { Delta } from './pending.ts';
import type { Around } from './resolve.ts';
import { Stock } from './stock.ts';

export const TAG = {
  old: '1A4060300020081000006609', fresh: '1A4060300020081000006712', cake: '1A4060300020081000016609',
  held: '1A40603000200810000AB001', made: '1A40603000200810000AB777',
};
/** The package that the made one was made from; not in the store any more. */
export const ORIGIN = '1A40603000200810000AA000';

const product = (id: number, sku: string, name: string, gtins: string[]): CopiedProduct => ({
  id, sku, name, brand: null, category: 'Flower', unit: 'ea', content: null, gtins,
  active: true,
});
const place = (id: number, name: string, kind: CopiedPlace['kind'], code: string): CopiedPlace => ({
  id, name, kind, code, area: null, walk: id,
});
export const pack = (id: number, tag: string, more: Partial<CopiedPackage> = {}): CopiedPackage => ({
  id, tag, origin_tag: null, product: 1, batch: null, expires: null, received: null, packaged: null,
  unit: 'ea', blocked: [], held: [{ place: 1, quantity: '10', reserved: '2', open: false }], hidden: false, ...more,
});

export const STORE: Copy = {
  position: 'e-5',
  full: true,
  products: [
    product(1, 'BD-35', 'Blue Dream', ['00036000291452']), product(2, 'WC-35', 'Wedding Cake', []),
  ],
  places: [
    place(1, 'A-01', 'bin', '222222'), place(2, 'B-02', 'bin', '22223Y'), place(9, 'Tote 1', 'tote', '22226S'),
  ],
  packages: [
    pack(1, TAG.old, { batch: 'LOT-1', expires: '2027-01-01', received: '2026-01-01T00:00:00Z' }),
    pack(2, TAG.fresh, {
      batch: 'LOT-2', expires: '2027-06-01', received: '2026-02-01T00:00:00Z',
      held: [{ place: 2, quantity: '5.5', reserved: '0', open: false }],
    }),
    pack(3, TAG.cake, { product: 2, batch: 'LOT-2' }),
    pack(4, TAG.held, { product: 2, blocked: ['on_hold'] }),
    pack(5, TAG.made, { origin_tag: ORIGIN }),
  ],
};
export const PICK = {
  id: 12, code: 'R7K2QE', state: 'picking', tote: { id: 9, name: 'Tote 1', kind: 'tote', code: '22226S' },
  lines: [],
} as unknown as Pick;

/** What the box was asked for, and what it answers. */
export class Box {
  asked: string[] = [];
  copy: Copy | null = STORE;
  parts = new Map<string, Copy>();

  constructor() {
    globalThis.indexedDB = new IDBFactory();
    vi.stubGlobal('fetch', async (url: string) => {
      const path = url.replace('/api/v1', '');
      this.asked.push(path);
      const answer = this.parts.get(path) ?? (path === '/copy' ? this.copy : null);
      if (!answer) throw new TypeError('no route');
      return Response.json(answer);
    });
  }
}

/** The store, copied from the box. */
export async function copied(): Promise<Stock> {
  const stock = new Stock();
  stock.renewAll();
  await vi.waitFor(() => {
    if (stock.at === null) throw new Error('no copy yet');
  });
  return stock;
}

export async function around(waiting: Delta[] = [], picks: Pick[] = [PICK]): Promise<Around> {
  return { stock: await copied(), picks, waiting };
}
