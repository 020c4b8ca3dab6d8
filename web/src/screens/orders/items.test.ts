import { describe, expect, it } from 'vitest';
import type { Order } from '../../lib/api/types.ts';
import {
  allBack, allVerified, forProduct, holdsProduct, inBag, inPackage, piecesOf, shortLines, stillMissing, there, toVerify,
} from './items.ts';

const product = (id: number, unit = 'ea') => ({ id, sku: `S${id}`, name: `P${id}`, unit });
const item = (line: number, of: number, picked: string, verified: string, back = '0', inUnit = picked) => ({
  line, package: { id: line, tag: `tag-${line}`, product: product(of), batch: null, expires: null }, each: '1',
  picked: { value: inUnit, unit: 'g' }, picked_count: picked, verified: { value: '0', unit: 'g' },
  verified_count: verified, put_back_count: back, from: { id: 1, name: 'A-01' }, gtins: [],
});
const order = (items: unknown[], more = {}) =>
  ({
    id: 4, state: 'packing', checks: ['sealed', 'opaque_bag'].map((check) => ({ check, cite: 'house rule' })), photo_wanted: false, photos: [],
    lines: [{ id: 1, product: product(1), short: '0', items }], ...more,
  }) as unknown as Order;

describe('what is in the bag', () => {
  it('counts what is verified of what was picked', () => {
    const one = order([item(1, 1, '3', '1'), item(2, 1, '2', '2'), item(3, 2, '0', '0')]);
    expect(piecesOf(one)).toHaveLength(2);
    expect(piecesOf(one).map(toVerify)).toEqual(['2', '0']);
    expect(inBag(one)).toEqual({ verified: '3', all: '5' });
    expect(allVerified(one)).toBe(false);
    expect(allVerified(order([item(1, 1, '3', '3')]))).toBe(true);
    expect(allVerified(order([]))).toBe(false);
  });

  it('counts a barcode for the first package of its product that is not through', () => {
    const one = order([item(1, 1, '3', '3'), item(2, 1, '2', '1'), item(3, 2, '1', '0')]);
    expect(forProduct(one, 1, toVerify)?.item.line).toBe(2);
    expect(forProduct(one, 9, toVerify)).toBeNull();
    expect(forProduct(order([item(1, 1, '3', '3')]), 1, toVerify)).toBeNull();
  });

  it('turns product units into the package’s', () => {
    const [piece] = piecesOf(order([item(1, 1, '4', '0', '0', '14')]));
    expect(inPackage(piece!, '3')).toBe('10.5');
  });

  it('stays open while anything is missing, the first thing first', () => {
    const all = order([item(1, 1, '3', '3')], { photo_wanted: true });
    expect(stillMissing(order([item(1, 1, '3', '2')]), [], 0)).toEqual(['units', 'checks']);
    expect(stillMissing(all, ['sealed'], 0)).toEqual(['checks', 'photo']);
    expect(stillMissing(all, ['sealed', 'opaque_bag'], 1)).toEqual([]);
  });

  it('counts nothing that was put away, and wants it decided first', () => {
    const one = order([item(1, 1, '3', '1', '2'), item(2, 1, '2', '0', '2')]);
    expect(inBag(one)).toEqual({ verified: '1', all: '1' });
    expect(allVerified(one)).toBe(true);
    expect(holdsProduct(order([item(2, 1, '2', '0', '2')]), 1)).toBe(false);
    const short = { ...one, lines: one.lines.map((line) => ({ ...line, short: '4' })) };
    expect(stillMissing(short, ['sealed', 'opaque_bag'], 0)).toEqual(['short']);
  });

  it('knows what is back', () => {
    const one = order([item(1, 1, '3', '3', '1'), item(2, 1, '2', '2', '2')]);
    expect(piecesOf(one).map(there)).toEqual(['2', '0']);
    expect(allBack(one)).toBe(false);
    expect(allBack(order([item(1, 1, '3', '3', '3')]))).toBe(true);
  });

  it('has lines to decide about only while they may change', () => {
    const short = { lines: [{ id: 1, product: product(1), short: '2', items: [] }] };
    expect(shortLines(order([], { ...short, state: 'waiting' }))).toHaveLength(1);
    expect(shortLines(order([], { ...short, state: 'packing' }))).toHaveLength(1);
    expect(shortLines(order([], { ...short, state: 'packed' }))).toEqual([]);
  });
});
