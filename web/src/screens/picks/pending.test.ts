import { describe, expect, it } from 'vitest';
import type { Pick, PickLine } from '../../lib/api/types.ts';
import type { OutboxRecord } from '../../lib/outbox/record.ts';
import { withPending } from './pending.ts';

const product = { id: 1, sku: 'BD', name: 'Blue Dream', unit: 'ea' as const };
const pack = (id: number) => ({ id, tag: `tag-${id}`, product, batch: null, expires: null });
const place = (id: number, kind = 'bin') => ({ id, name: `P${id}`, kind, code: `C${id}` });
const line = (id: number, planned: string, more: Partial<PickLine> = {}) =>
  ({
    id, n: id, package: pack(id), bin: place(id), area: null,
    planned: { value: planned, unit: 'ea' }, picked: { value: '0', unit: 'ea' },
    planned_count: planned, picked_count: '0', state: 'to_pick', received: null, short_reason: null,
    gtins: [], request_line: 1, ...more,
  }) as unknown as PickLine;
const pick = { id: 12, code: 'R7K', tote: null, lines: [line(1, '9'), line(2, '4')] } as unknown as Pick;
const known = {
  place: (id: number) => (id === 99 ? null : (place(id, id === 9 ? 'tote' : 'bin') as never)),
  package: (id: number) => (id === 99 ? null : (pack(id) as never)),
};

const record = (act: string, body: unknown, state: OutboxRecord['state'] = 'queued') =>
  ({ path: `/picks/12/${act}`, body, state }) as OutboxRecord;
const take = (count: string, more = {}) =>
  record('takes', { bin: 1, package: 1, line: 1, quantity: { value: count, unit: 'ea' }, ...more });
const seen = (...records: OutboxRecord[]) => withPending(pick, records, known);

/** Of each line: which package, planned, picked, state. */
const short = (one: Pick) =>
  one.lines.map((each) => [each.package.id, each.planned.value, each.picked.value, each.state]);

describe('a pick with what waits', () => {
  it('is as the box has it where nothing waits, and stays what it was', () => {
    expect(seen()).toBe(pick);
    seen(take('3'));
    expect(pick.lines[0]!.picked.value).toBe('0');
  });

  it('has its tote', () => {
    expect(seen(record('tote', { tote: 9 })).tote).toMatchObject({ id: 9, kind: 'tote' });
    expect(seen(record('tote', { tote: 99 })).tote).toBeNull();
  });

  it('counts takes up to the plan', () => {
    expect(short(seen(take('3')))[0]).toEqual([1, '9', '3', 'to_pick']);
    const done = seen(take('3'), take('6'));
    expect(short(done)).toEqual([[1, '9', '9', 'picked'], [2, '4', '0', 'to_pick']]);
    expect(done.lines[0]!.picked_count).toBe('9');
  });

  it('counts in the product’s unit where the package has another', () => {
    const grams = line(1, '31.5', { planned_count: '9' });
    const one = withPending({ ...pick, lines: [grams] }, [take('10.5')], known);
    expect(one.lines[0]).toMatchObject({ picked: { value: '10.5' }, picked_count: '3', state: 'to_pick' });
  });

  it('has a line of its own for another lot, and asks for so much less of the planned one', () => {
    const one = seen(take('4', { package: 3 }));
    expect(short(one)).toEqual([
      [1, '5', '0', 'to_pick'],
      [3, '4', '4', 'picked'],
      [2, '4', '0', 'to_pick'],
    ]);
    expect(one.lines[1]!.id).toBeLessThan(0);
    expect(new Set(one.lines.map((each) => each.id)).size).toBe(3);
  });

  it('has only the other lot where it stands in for all', () => {
    expect(short(seen(take('9', { package: 3 })))).toEqual([
      [3, '9', '9', 'picked'],
      [2, '4', '0', 'to_pick'],
    ]);
  });

  it('keeps the planned line where some of it was picked', () => {
    expect(short(seen(take('5'), take('4', { package: 3 })))).toEqual([
      [1, '5', '5', 'picked'],
      [3, '4', '4', 'picked'],
      [2, '4', '0', 'to_pick'],
    ]);
  });

  it('goes on though the other lot or its bin is not known here', () => {
    const one = seen(take('4', { package: 99, bin: 99 }));
    expect(one.lines[1]).toMatchObject({ package: { id: 1 }, bin: { id: 1 }, state: 'picked' });
  });

  it('has what was reported short', () => {
    const one = seen(record('shorts', { line: 2, reason: 'damaged' }));
    expect(one.lines[1]).toMatchObject({ state: 'short', short_reason: 'damaged' });
    expect(one.lines[0]!.state).toBe('to_pick');
  });

  it('changes nothing by what was refused, by what is not its own, by what it does not know', () => {
    const odd = [
      record('takes', take('3').body, 'refused'),
      take('3', { line: 77 }),
      record('handover', {}),
      { path: '/moves', body: {}, state: 'queued' } as OutboxRecord,
    ];
    expect(short(seen(...odd))).toEqual(short(pick));
  });

  it('has the tote of one order of a walk', () => {
    const walk = {
      ...pick, request: null,
      orders: [{ order: 7, slot: 1, tote: null }, { order: 8, slot: 2, tote: null }],
    } as unknown as Pick;
    const one = withPending(walk, [record('tote', { tote: 9, order: 8 })], known);
    expect(one.tote).toBeNull();
    expect(one.orders.map((each) => each.tote?.id ?? null)).toEqual([null, 9]);
  });

  it('is over where its end waits', () => {
    expect(seen(record('finish', {})).state).toBe('done');
  });
});
