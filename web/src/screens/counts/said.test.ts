import { describe, expect, it } from 'vitest';
import type { CountLine, CountSpot, PackageRef } from '../../lib/api/types.ts';
import type { OutboxRecord } from '../../lib/outbox/record.ts';
import { saidAt, spokenIn, spotsWith, standingOf, type Spoken } from './said.ts';
import { Tally } from './tally.svelte.ts';

const ME = { id: 1, name: 'Tia', role: 'technician' as const };
const NOE = { ...ME, id: 2, name: 'Noe' };
const PLACE = { id: 7, name: 'A-01', kind: 'bin' as const, code: '222222' };
const PRODUCT = { id: 3, sku: 'TW-GUM', name: 'Gummies', unit: 'ea' as const };
const PACK: PackageRef = { id: 5, tag: '1A4060300002EE1000018701', batch: null, expires: null, product: PRODUCT };
const ea = (value: string) => ({ value, unit: 'ea' as const });
const at = (second: number) => `2026-11-27T10:00:${String(second).padStart(2, '0')}Z`;
const BEGAN = { seq: 4, at: at(0) };

const line = (more: Partial<CountLine> = {}): CountLine => ({
  place: PLACE, product: PRODUCT, package: PACK, tag: null, quantity: ea('212'), by: ME, at: at(10), ...more,
});
const spoken = (more: Partial<Spoken> = {}): Spoken => ({
  place: 7, package: PACK, product: null, tag: null, quantity: ea('213'), at: at(20), ...more,
});
const write = (path: string, body: unknown, more: Partial<OutboxRecord> = {}): OutboxRecord => ({
  id: path, author: { user: 1, name: 'Tia', session: 's' }, device_time: at(30), method: 'POST', path, body,
  label: '', about: [], needs: [], state: 'queued', tries: 0, problem: null, signature: null, ...more,
});

describe('what was said at a place', () => {
  it('is the newest of the box and of this device', () => {
    const one = (lines: CountLine[], own: Spoken[], waits: string[] = []) =>
      saidAt(7, lines, own, new Set(waits), ME).map((each) => [each.quantity?.value, each.waits]);
    expect(one([line()], [])).toEqual([['212', false]]);
    expect(one([line()], [spoken()])).toEqual([['213', false]]);
    expect(one([line({ at: at(40), quantity: ea('214') })], [spoken()])).toEqual([['214', false]]);
    expect(one([line({ at: at(40) })], [spoken()], ['package:5'])).toEqual([['213', true]]);
    expect(one([line({ place: { ...PLACE, id: 8 } })], [spoken({ place: 8 })])).toEqual([]);
  });

  it('keeps a package, its product counted loose, and a strange label apart', () => {
    const loose = line({ package: null, quantity: ea('3'), at: at(11) });
    const strange = line({ package: null, product: null, tag: 'X', quantity: ea('1'), at: at(12) });
    const keys = saidAt(7, [line(), loose, strange], [], new Set(), ME).map((one) => one.key);
    expect(keys).toEqual(['tag:X', 'product:3', 'package:5']);
  });

  it('tells who else counted, without a figure', () => {
    const [one] = saidAt(7, [line({ by: NOE, quantity: null })], [], new Set(), ME);
    expect(one).toMatchObject({ quantity: null, by: NOE });
  });

  it('is read from the queue after a reload, only what still waits and only of this count', () => {
    const body = { place: 7, package: 5, quantity: ea('9'), began: BEGAN, said: { seq: 4, at: at(25) } };
    const records = [
      write('/counts/1/lines', body), write('/counts/2/lines', body), write('/counts/1/lines', body, { state: 'refused' }),
    ];
    const found = spokenIn(records, 1, () => PACK, () => PRODUCT);
    expect(found).toEqual([spoken({ quantity: ea('9'), at: at(25) })]);
  });
});

describe('the places of a count', () => {
  const spot = (more: Partial<CountSpot> = {}): CountSpot => ({ place: PLACE, counter: null, done_at: null, ...more });

  it('are as they will be when what waits is taken, in the order of writing', () => {
    const begun = write('/counts/1/places', { place: 7 });
    const done = write('/counts/1/done', { place: 7, done: true });
    const back = write('/counts/1/done', { place: 7, done: false });
    const standing = (records: OutboxRecord[], given = spot()) => standingOf(spotsWith([given], records, 1, ME)[0]!, ME.id);
    expect(standing([])).toBe('free');
    expect(standing([], spot({ counter: NOE }))).toBe('other');
    expect(standing([begun])).toBe('mine');
    expect(standing([begun, done])).toBe('done');
    expect(standing([begun, done, back])).toBe('mine');
    expect(standing([{ ...begun, state: 'refused' }])).toBe('free');
  });
});

describe('a figure in the making', () => {
  const tally = (unit: 'ea' | 'g') => new Tally({ package: PACK, product: null, tag: null }, PLACE, unit, BEGAN, null);

  it('counts each unit once', () => {
    const one = tally('ea');
    expect([one.take(4), one.take(9), one.take(4)]).toEqual([true, true, false]);
    expect(one.twice).toBe(4);
    expect(one.input()).toEqual({ package: 5, quantity: ea('2'), units: [4, 9], began: BEGAN });
  });

  it('is what the scale says without the jar', () => {
    const one = tally('g');
    one.way = 'weighed';
    one.gross = '31.5';
    expect(one.input()).toMatchObject({ quantity: { value: '31.5', unit: 'g' }, gross: '31.5', tare: '0' });
    one.tare = '3.25';
    expect(one.input()).toMatchObject({ quantity: { value: '28.25', unit: 'g' }, tare: '3.25' });
    one.tare = '40';
    expect(one.ready).toBe(false);
  });

  it('may be none, and is none before a key', () => {
    const one = tally('ea');
    expect(one.ready).toBe(false);
    one.keyed = '0';
    expect(one.ready).toBe(true);
  });
});
