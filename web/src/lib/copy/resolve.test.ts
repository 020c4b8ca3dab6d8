import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deltas } from './pending.ts';
import { resolveHere } from './resolve.ts';
import { readRetailId } from './retail-id.ts';
import { Box, ORIGIN, PICK, STORE, TAG, around, pack } from './store.test-setup.ts';
import type { OutboxRecord } from '../outbox/record.ts';
import type { Resolved } from '../api/types.ts';

let box: Box;
beforeEach(() => (box = new Box()));
afterEach(() => vi.unstubAllGlobals());

const scan = async (text: string, place?: number): Promise<Resolved> =>
  resolveHere(await around(), text, place);
const packageOf = (found: Resolved) => (found.kind === 'package' ? found : null);

describe('a scan by this device’s own copy', () => {
  it('is a package by its tag, and whether it is here', async () => {
    const anywhere = packageOf(await scan(TAG.old));
    expect(anywhere).toMatchObject({ via: 'tag', unit_index: null, here: null });
    expect(anywhere?.package).toMatchObject({
      id: 1, tag: TAG.old, product: { name: 'Blue Dream' }, batch: 'LOT-1',
      places: [{ place: { name: 'A-01' }, quantity: { value: '10', unit: 'ea' }, reserved: { value: '2' } }],
    });
    expect(packageOf(await scan(TAG.old.toLowerCase(), 1))?.here).toBe(true);
    expect(packageOf(await scan(TAG.old, 2))?.here).toBe(false);
  });

  it('says why a package may not be sold', async () => {
    expect(packageOf(await scan(TAG.held))?.package.blocked).toEqual(['on_hold']);
  });

  it('names the neighbours of a tag that is not known: one digit off, or two swapped', async () => {
    const misread = TAG.old.slice(0, -1) + '8';
    expect(await scan(misread)).toMatchObject({ kind: 'neighbour', text: misread, near: [{ id: 1 }] });
    const swapped = TAG.fresh.slice(0, -3) + '172';
    expect(await scan(swapped)).toMatchObject({ kind: 'neighbour', near: [{ id: 2 }] });
    const far = '1A4060399999999999999999';
    expect(await scan(far)).toMatchObject({ kind: 'unknown', reads_as: 'tag', text: far });
  });

  it('is a product by its barcode, with where it lies, here or anywhere', async () => {
    const found = await scan('036000291452');
    expect(found).toMatchObject({ kind: 'product', product: { id: 1 }, gtin: '00036000291452' });
    const lots = (one: Resolved) => (one.kind === 'product' ? one.packages.map((each) => each.package.id) : []);
    expect(lots(found)).toEqual([1, 2, 5]);
    expect(lots(await scan('036000291452', 2))).toEqual([2]);
    expect(await scan('4006381333931')).toMatchObject({ kind: 'unknown', reads_as: 'gtin' });
  });

  it('finds the barcode in an element string and in a link', async () => {
    expect(await scan(']C10100036000291452')).toMatchObject({ kind: 'product', product: { id: 1 } });
    const link = 'https://example.com/01/00036000291452?x=1';
    expect(await scan(link)).toMatchObject({ kind: 'product', product: { id: 1 } });
    expect(await scan('https://example.com/02/123')).toMatchObject({ kind: 'unknown' });
  });

  it('is a place by its label, by its code as typed, and a tote with its pick', async () => {
    expect(await scan('HTTPS://BOX.EXAMPLE/L/222222')).toMatchObject({ kind: 'place', place: { name: 'A-01' } });
    expect(await scan('222-23y')).toMatchObject({ kind: 'place', place: { id: 2 } });
    expect(await scan('22226S')).toMatchObject({ kind: 'tote', place: { id: 9 }, pick: 12 });
    const done = { ...PICK, state: 'done' } as typeof PICK;
    expect(resolveHere(await around([], [done]), '22226S')).toMatchObject({ kind: 'tote', pick: null });
  });

  it('is an order by the label on its bag, seen at the desk or on a walk', async () => {
    const label = 'HTTPS://BOX.EXAMPLE/O/7K2M95';
    expect(await scan(label)).toMatchObject({ kind: 'unknown' });
    const desk = { ...(await around()), orders: [{ id: 101, code: '7K2M95' }] };
    expect(resolveHere(desk, label)).toEqual({ kind: 'order', order: 101 });
    const tote = { id: 9, name: 'Tote 1', kind: 'tote', code: '22226S' };
    const walk = {
      ...PICK, id: 13, code: '22223Y', request: null, tote: null, orders: [{ order: 101, code: '7K2M95', slot: 1, tote, left: false }],
    } as unknown as typeof PICK;
    const walked = await around([], [walk]);
    expect(resolveHere(walked, label)).toMatchObject({ kind: 'order', order: 101 });
    expect(resolveHere(walked, '22226S')).toMatchObject({ kind: 'tote', pick: 13 });
  });

  it('is a pick by the code on its slip', async () => {
    expect(await scan('HTTPS://BOX.EXAMPLE/P/R7K2QE')).toEqual({ kind: 'pick', pick: 12, code: 'R7K2QE' });
  });

  it('is a package by the end of its tag, or all that end so', async () => {
    expect(packageOf(await scan('06712'))?.package.id).toBe(2);
    const both = await scan('16609');
    expect(packageOf(both)?.package.id).toBe(3);
    expect(await scan('6609')).toMatchObject({ kind: 'unknown' }); // too short to tell anything
    box.copy = { ...STORE, packages: [...STORE.packages, pack(6, '1A4060300099999999906609')] };
    expect(await scan('06609')).toMatchObject({ kind: 'ambiguous', packages: [{ id: 1 }, { id: 6 }] });
  });

  it('is a product by its SKU and packages by their batch, however they are written', async () => {
    expect(await scan('bd-35')).toMatchObject({ kind: 'product', product: { id: 1 } });
    expect(packageOf(await scan('lot-1'))?.package.id).toBe(1);
    expect(await scan('LOT-2')).toMatchObject({ kind: 'ambiguous', packages: [{ id: 2 }, { id: 3 }] });
  });

  it('knows no badge, and says so without a word of it', async () => {
    const found = await scan(`HTTPS://BOX.EXAMPLE/B/${'A'.repeat(26)}`);
    expect(found).toMatchObject({ kind: 'unknown', reads_as: 'code' });
    expect(await scan(`HTTPS://BOX.EXAMPLE/E/${'A'.repeat(26)}`)).toEqual({ kind: 'pairing' });
  });

  it('names a tag that a spreadsheet has spoiled', async () => {
    expect(await scan('1.4A04E+23')).toMatchObject({ kind: 'unknown', mangled: true });
    expect(await scan('hello')).toMatchObject({ kind: 'unknown', reads_as: 'text', mangled: false });
  });
});

describe('the code on a single unit', () => {
  const unit = { tag: TAG.old, unit: 1 };
  it('is read in every form that can be read without asking', () => {
    for (const text of [
      'HTTPS://1A4.COM/5LN8CBN1UB33DON9CHKX',
      'https://1a4.com/5ln8cbn1ub33don9chkx',
      'https://www.1a4.com:443/5LN8CBN1UB33DON9CHKX/?utm=x',
    ]) {
      expect(readRetailId(text), text).toEqual(unit);
    }
    const bytes = [0x1a, 0x40, 0x60, 0x30, 0, 0x20, 8, 0x10, 0, 0, 0x66, 9, 1];
    const base64 = btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_');
    expect(readRetailId(`https://1a4.com/${base64.replace(/=+$/, '')}`)).toEqual(unit);
    const landing = 'https://app.1a4.com/landingpage/1a4060300020081000006609/250';
    expect(readRetailId(landing)).toEqual({ tag: TAG.old, unit: 250 });
  });

  it('is none where only the state can resolve it, or where it is another address', () => {
    for (const text of [
      'https://id.14a.com/3W5E11264SGPN', 'https://d.1a4.com/abcDEF', 'https://1a4.com/', 'https://1a4.com',
      'https://1a4.com/5LN8CBN1UB33DON9CHKX5LN8CBN1UB33DON9CHKX',
      'https://app.1a4.com/landingpage/652714e9db1b524f7c9ec246/1',
      'https://app.1a4.com/landingpage/1a4060300020081000006609/x',
      '', '5LN8CBN1UB33DON9CHKX', 'https://evil1a4.com/5LN8CBN1UB33DON9CHKX', 'https://x.com/1a4.com',
    ]) {
      expect(readRetailId(text), text).toBeNull();
    }
  });

  it('round trips for any tag and unit', () => {
    for (let n = 0; n < 300; n += 1) {
      const rest = Array.from({ length: 10 }, (_, i) => (n * 131 + i * 57) % 256);
      const number = (n * 7919) % 2_000_000;
      const bytes = [0x1a, 0x40 + (n % 16), ...rest];
      const tag = bytes.map((b) => b.toString(16).padStart(2, '0')).join('').toUpperCase();
      for (let left = number; ; left = Math.floor(left / 128)) {
        bytes.push(left > 127 ? 0x80 | (left % 128) : left);
        if (left <= 127) break;
      }
      const base36 = bytes.reduce((sum, b) => sum * 256n + BigInt(b), 0n).toString(36).toUpperCase();
      expect(readRetailId(`HTTPS://1A4.COM/${base36}`)).toEqual({ tag, unit: number });
    }
  });

  it('is its package, by its own tag or by the one it was made from', async () => {
    const found = packageOf(await scan('HTTPS://1A4.COM/5LN8CBN1UB33DON9CHKX'));
    expect(found).toMatchObject({ package: { id: 1 }, via: 'retail_id', unit_index: 1 });
    const landing = `https://app.1a4.com/landingpage/${ORIGIN}/7`;
    expect(packageOf(await scan(landing))).toMatchObject({ package: { id: 5 }, unit_index: 7 });
    box.copy = { ...STORE, packages: [...STORE.packages, pack(6, `${TAG.made.slice(0, -1)}8`, { origin_tag: ORIGIN })] };
    expect(await scan(landing)).toMatchObject({ kind: 'ambiguous', packages: [{ id: 5 }, { id: 6 }] });
  });
});

describe('what waits on this device', () => {
  const quantity = (value: string) => ({ value, unit: 'ea' });
  const record = (path: string, body: object, state: OutboxRecord['state'] = 'queued') =>
    ({ path, body, state }) as OutboxRecord;
  const toteOf = (pick: number) => (pick === 12 ? 9 : null);

  it('is a move, a take into the tote, and what was found', () => {
    const all = [
      record('/moves', { package: 1, from: 1, to: 2, quantity: quantity('3') }),
      record('/picks/12/takes', { package: 1, bin: 1, quantity: quantity('2.5') }),
      record('/picks/13/takes', { package: 1, bin: 1, quantity: quantity('1') }),
      record('/packages/2/found', { place: 1, quantity: quantity('4') }),
      record('/moves', { package: 1, from: 1, to: 2, quantity: quantity('3') }, 'refused'),
      record('/picks/12/tote', { tote: 9 }),
      record('/moves/7/undo', {}),
    ];
    expect(deltas(all, toteOf)).toEqual([
      { package: 1, place: 1, amount: '-3' }, { package: 1, place: 2, amount: '3' },
      { package: 1, place: 1, amount: '-2.5' }, { package: 1, place: 9, amount: '2.5' },
      { package: 1, place: 1, amount: '-1' },
      { package: 2, place: 1, amount: '4' },
    ]);
  });

  it('is counted in by the next scan', async () => {
    const waiting = deltas(
      [record('/moves', { package: 1, from: 1, to: 2, quantity: quantity('10') })],
      toteOf,
    );
    const found = packageOf(resolveHere(await around(waiting), TAG.old, 1));
    expect(found?.here).toBe(false);
    expect(found?.package.places).toMatchObject([
      { place: { id: 2 }, quantity: { value: '10' }, reserved: { value: '0' } },
    ]);
  });
});
