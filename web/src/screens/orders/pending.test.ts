import { describe, expect, it } from 'vitest';
import type { Order } from '../../lib/api/types.ts';
import type { OutboxRecord } from '../../lib/outbox/record.ts';
import { withPending } from './pending.ts';

const product = { id: 1, sku: 'S', name: 'P', unit: 'ea' };
const item = (line: number, picked: string, verified = '0', back = '0') => ({
  line, package: { id: line, tag: `tag-${line}`, product, batch: null, expires: null }, each: '1',
  picked: { value: picked, unit: 'ea' }, picked_count: picked, verified: { value: verified, unit: 'ea' },
  verified_count: verified, put_back_count: back, from: { id: 1, name: 'A-01' }, gtins: [],
});
const order = (more = {}) =>
  ({
    id: 4, state: 'packing', bags: 1, shelf: null, id_type: null, ticked: [],
    lines: [{ id: 1, product, items: [item(11, '3'), item(12, '2', '2')] }], ...more,
  }) as unknown as Order;
const record = (act: string, body: unknown, state: OutboxRecord['state'] = 'queued', id = 4) =>
  ({ path: `/orders/${id}/${act}`, body, state }) as OutboxRecord;
const place = (id: number) => (id === 99 ? null : ({ id, name: `P-${id}`, kind: 'packed', code: 'C' } as never));
const seen = (one: Order, ...records: OutboxRecord[]) => withPending(one, records, place);
const counts = (one: Order) => one.lines.flatMap((line) => line.items.map((each) => each.verified_count));

describe('an order with what waits', () => {
  it('is as the box has it where nothing waits', () => {
    const one = order();
    expect(seen(one)).toBe(one);
  });

  it('has what was scanned into the bag, and taken out again', () => {
    const verified = [record('verify', { line: 11, quantity: '2' }), record('verify', { line: 11, quantity: '1' })];
    expect(counts(seen(order(), ...verified))).toEqual(['3', '2']);
    expect(seen(order(), ...verified).lines[0]!.items[0]!.verified.value).toBe('3');
    expect(counts(seen(order(), ...verified, record('unverify', { line: 12 })))).toEqual(['3', '0']);
  });

  it('is packed, on its shelf, handed over', () => {
    const packed = record('pack', { checks: ['sealed'], photos: [], bags: 2 });
    expect(seen(order(), packed)).toMatchObject({ state: 'packed', bags: 2, ticked: ['sealed'] });
    expect(seen(order(), packed, record('stage', { shelf: 50 }))).toMatchObject({ state: 'staged', shelf: { id: 50 } });
    expect(seen(order(), record('stage', { shelf: 99 })).shelf).toBeNull();
    expect(seen(order(), record('handover', { id_type: 'passport' }))).toMatchObject({
      state: 'handed_over', id_type: 'passport',
    });
  });

  it('has ended when the last thing is back', () => {
    const one = order({ state: 'unwinding', lines: [{ id: 1, product, items: [item(11, '3', '3', '1')] }] });
    expect(seen(one, record('putbacks', { line: 11, quantity: '1' })).state).toBe('unwinding');
    expect(seen(one, record('putbacks', { line: 11, quantity: '2' })).state).toBe('ended');
  });

  it('lacks at the bench what was put away or not found, and has it in no bag', () => {
    const lines = [{ id: 1, product, short: '0', items: [item(11, '3'), item(12, '2', '2')] }];
    const one = seen(order({ lines }), record('missing', { line: 12, quantity: '1' }), record('putbacks', { line: 11, quantity: '3' }));
    expect(one.state).toBe('packing');
    expect(one.lines[0]!.short).toBe('4');
    expect(counts(one)).toEqual(['0', '1']);
    const unwound = order({ state: 'unwinding', lines: [{ id: 1, product, short: '0', items: [item(11, '3')] }] });
    expect(seen(unwound, record('missing', { line: 11, quantity: '3' })).state).toBe('ended');
  });

  it('changes nothing by what was refused, or is another order’s', () => {
    const odd = [
      record('verify', { line: 11, quantity: '2' }, 'refused'), record('verify', { line: 11, quantity: '2' }, 'queued', 5),
      record('lines/3/decide', { how: 'drop' }),
    ];
    expect(counts(seen(order(), ...odd))).toEqual(['0', '2']);
  });
});
