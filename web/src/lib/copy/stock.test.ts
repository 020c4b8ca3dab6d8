import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Change, Copy } from '../api/types.ts';
import { withDb } from '../db.ts';
import { Box, STORE, TAG, copied, pack } from './store.test-setup.ts';
import { Stock } from './stock.ts';
import { viewOf } from './views.ts';

let box: Box;
beforeEach(async () => {
  box = new Box();
  await withDb(async (db) => {
    for (const store of ['packages', 'products', 'places', 'facts'] as const) await db.clear(store);
  });
});
afterEach(() => vi.unstubAllGlobals());

const touched = (...ids: number[]): Change => ({ topics: ['stock'], ids: { stock: ids } });
const asked = (path: string) => vi.waitFor(() => expect(box.asked).toContain(path), { timeout: 6_000 });
const quantityOf = (stock: Stock, tag: string) => stock.byTag(tag)?.held[0]?.quantity;

/** Package 1 with this much of it. */
const part = (quantity: string, position = 'e-7') => ({
  ...STORE, position, full: false, places: [],
  packages: [pack(1, TAG.old, { held: quantity === '0' ? [] : [{ place: 1, quantity, reserved: '0', open: false }] })],
});

describe('the copy', () => {
  it('is there again after a start without the box, as of when it was true', async () => {
    const first = await copied();
    await vi.waitFor(async () => expect(await withDb((db) => db.count('packages'))).toBe(5));
    const again = new Stock();
    await again.load();
    expect(again.byTag(TAG.old)).toEqual(first.byTag(TAG.old));
    expect(again.byGtin('00036000291452')?.id).toBe(1);
    expect(again.at).toBe(first.at);
    expect(await withDb((db) => db.get('facts', 'copy'))).toMatchObject({ position: 'e-5' });
  });

  it('is none until the box has given one', async () => {
    const stock = new Stock();
    await stock.load();
    expect(stock.at).toBeNull();
    expect(stock.byTag(TAG.old)).toBeNull();
  });

  it('asks for what a change has touched, together, and keeps the change’s position', async () => {
    const stock = await copied();
    box.parts.set('/copy?packages=1,2', part('4'));
    await stock.heard(touched(1), 'e-6');
    await stock.heard(touched(2, 1), 'e-7');
    await asked('/copy?packages=1,2');
    await vi.waitFor(() => expect(quantityOf(stock, TAG.old)).toBe('4'));
    expect(box.asked).toEqual(['/copy', '/copy?packages=1,2']);
    expect(stock.place(1)?.name).toBe('A-01');
    await vi.waitFor(async () =>
      expect(await withDb((db) => db.get('facts', 'copy'))).toMatchObject({ position: 'e-7' }),
    );
  });

  it('knows that nothing of a package is left', async () => {
    const stock = await copied();
    box.parts.set('/copy?packages=1', part('0'));
    await stock.heard(touched(1), 'e-7');
    await vi.waitFor(() => expect(stock.held(stock.byTag(TAG.old)!, [])).toEqual([]));
  });

  it('is made anew where products, places or unnamed stock changed', async () => {
    for (const change of [{ topics: ['places'] }, { topics: ['stock'] }] as Change[]) {
      const stock = await copied();
      box.asked = [];
      box.copy = { ...STORE, packages: [], position: 'e-8' };
      await stock.heard(change, 'e-8');
      await asked('/copy');
      await vi.waitFor(() => expect(stock.byTag(TAG.old)).toBeNull());
      box.copy = STORE;
    }
  });

  it('asks again for what the box did not answer, and stays behind until it did', async () => {
    const stock = await copied();
    await stock.heard(touched(1), 'e-7');
    await asked('/copy?packages=1');
    await new Promise((done) => setTimeout(done, 20));
    expect(await withDb((db) => db.get('facts', 'copy'))).toMatchObject({ position: 'e-5' });
    box.parts.set('/copy?packages=1', part('4'));
    stock.resume();
    await vi.waitFor(() => expect(quantityOf(stock, TAG.old)).toBe('4'));
  });

  it('asks again for the whole that the box did not give', async () => {
    box.copy = null;
    const stock = new Stock();
    stock.renewAll();
    await asked('/copy');
    await new Promise((done) => setTimeout(done, 20));
    expect(stock.at).toBeNull();
    box.copy = STORE;
    stock.resume();
    await vi.waitFor(() => expect(stock.at).not.toBeNull());
    box.asked = [];
    stock.resume();
    await new Promise((done) => setTimeout(done, 20));
    expect(box.asked).toEqual([]);
  });

  it('drops every figure at once when its person begins to count, here and on disk', async () => {
    const stock = await copied();
    await vi.waitFor(async () => expect(await withDb((db) => db.count('packages'))).toBe(5));
    const figures = async () => (await withDb((db) => db.getAll('packages'))).flatMap((one) => one.held).length;
    expect(await figures()).toBeGreaterThan(0);
    box.copy = null; // the box does not answer: nothing is shown until it does
    expect(await stock.blink()).toBe(false);
    expect([stock.held(stock.byTag(TAG.old)!, []), await figures(), stock.hidesSome]).toEqual([[], 0, true]);
    expect(stock.byTag(TAG.old)?.batch).toBe('LOT-1'); // scans are known all the same
    box.copy = { ...STORE, packages: STORE.packages.map((one) => (one.id === 1 ? { ...one, held: [], hidden: true } : one)) };
    expect(await stock.blink()).toBe(true);
    expect([stock.hides(1), stock.hides(2), stock.hidesProduct(1)]).toEqual([true, false, true]);
    expect(quantityOf(stock, TAG.fresh)).toBe('5.5');
  });

  it('takes no answer that was asked for before the figures were hidden', async () => {
    const stock = await copied();
    const hidden = { ...STORE, packages: STORE.packages.map((one) => ({ ...one, held: [], hidden: true })) };
    let answer: (copy: Copy) => void = () => {};
    const late = new Promise<Copy>((done) => (answer = done));
    const real = globalThis.fetch;
    let slow = true;
    vi.stubGlobal('fetch', async (url: string) => {
      if (!url.endsWith('/copy') || !slow) return real(url);
      slow = false;
      return Response.json(await late);
    });
    stock.renewAll();
    await vi.waitFor(() => expect(slow).toBe(false), 6_000);
    box.copy = hidden;
    await stock.blink();
    answer(STORE);
    await new Promise((done) => setTimeout(done, 30));
    expect(stock.held(stock.byTag(TAG.old)!, [])).toEqual([]);
  }, 10_000);

  it('is gone from memory and disk when the device is no longer the store’s', async () => {
    const stock = await copied();
    await vi.waitFor(async () => expect(await withDb((db) => db.count('packages'))).toBe(5));
    await stock.forget();
    expect([stock.at, stock.byTag(TAG.old), stock.allPlaces]).toEqual([null, null, []]);
    for (const store of ['packages', 'products', 'places'] as const) {
      expect(await withDb((db) => db.count(store))).toBe(0);
    }
    expect(await withDb((db) => db.get('facts', 'copy'))).toBeUndefined();
  });

  it('tells which lot is to leave first: by expiry, then by receipt', async () => {
    const stock = await copied();
    expect([stock.isNewer(2, 1), stock.isNewer(1, 2)]).toEqual([true, false]);
    expect(stock.isNewer(3, 1)).toBe(true); // what expires goes before what does not
    expect(stock.isNewer(3, 5)).toBe(false); // nothing tells
    expect(stock.isNewer(99, 1)).toBe(false);
  });
});

describe('screens by the copy', () => {
  const waiting = [
    { package: 1, place: 1, amount: '-4' }, { package: 1, place: 2, amount: '4' },
  ];
  const view = async (path: string) => viewOf({ stock: await copied(), picks: [], waiting }, path);

  it('show a place with what lies there, what waits counted in', async () => {
    expect(await view('/places/2')).toMatchObject({
      place: { name: 'B-02', packages: 2 },
      lines: [
        { package: { id: 1 }, quantity: { value: '4' } }, { package: { id: 2 }, quantity: { value: '5.5' } },
      ],
    });
  });

  it('show a product with its lots and its sum', async () => {
    const shown = (await view('/products/1')) as { product: { on_hand: unknown }; lines: unknown[] };
    expect(shown.product.on_hand).toEqual({ value: '25.5', unit: 'ea' });
    expect(shown.lines).toHaveLength(4);
  });

  it('show a package, without a life that is not kept here', async () => {
    expect(await view('/packages/4')).toMatchObject({
      package: { id: 4, blocked: ['on_hold'], unit_cost_cents: null }, life: [],
    });
  });

  it('find packages by tag, batch, name and SKU', async () => {
    const found = async (query: string) =>
      ((await view(`/packages?q=${query}`)) as { packages: { id: number }[] }).packages.map((one) => one.id);
    expect(await found('lot-2')).toEqual([2, 3]);
    expect(await found('wedding')).toEqual([3, 4]);
    expect(await found(TAG.made)).toEqual([5]);
    expect(await found('nothing')).toEqual([]);
  });

  it('show lists of places and products', async () => {
    expect((await view('/places')) as object).toMatchObject({ places: [{ id: 1 }, { id: 2 }, { id: 9 }] });
    expect((await view('/products')) as object).toMatchObject({ products: [{ id: 1 }, { id: 2 }] });
  });

  it('show nothing that this device cannot tell', async () => {
    for (const path of ['/places/77', '/products/77', '/packages/77', '/cases', '/picks/1']) {
      expect(await view(path), path).toBeNull();
    }
    expect(viewOf({ stock: new Stock(), picks: [], waiting: [] }, '/places')).toBeNull();
  });
});
