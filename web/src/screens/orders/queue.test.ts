import { describe, expect, it } from 'vitest';
import type { OrderRow } from '../../lib/api/types.ts';
import { dueNow, queued, segmentOf, stepOf, walkable } from './queue.ts';

const NOON = Date.parse('2026-11-27T12:00:00Z');
const at = (minutes: number) => new Date(NOON + minutes * 60_000).toISOString();

function order(id: number, given: Partial<OrderRow> = {}): OrderRow {
  return {
    id, code: `C${id}`, source: { id: 1, name: 'Menu' }, state: 'waiting', way: 'pickup', number: null, customer: null,
    window_from: null, window_to: null, received: at(-60 + id), line_count: 1, units: '1', short: false, unmatched: 0,
    asked: false, late: false, aging: false, pick: null, picker: null, tote: null, shelf: null, why: null,
    picking_at: null, picked_at: null, packed_at: null, staged_at: null, handed_at: null, ended_at: null, awaiting_sale: false,
    ...given,
  };
}

const ids = (orders: OrderRow[]) => orders.map((one) => one.id);

describe('the queue', () => {
  it('puts every state into one segment', () => {
    expect(segmentOf('unmatched')).toBe('new');
    expect(segmentOf('unwinding')).toBe('work');
    expect(segmentOf('staged')).toBe('ready');
    expect(segmentOf('ended')).toBe('over');
  });

  it('has late orders first, then by window, then as they came', () => {
    const all = [
      order(1), order(2, { window_from: at(60) }), order(3, { window_from: at(20) }),
      order(4, { window_from: at(30), late: true }), order(5, { state: 'packing' }), order(6),
    ];
    expect(ids(queued(all, 'new'))).toEqual([4, 3, 2, 1, 6]);
  });

  it('has what is over with the newest first', () => {
    const all = [
      order(1, { state: 'ended', ended_at: at(-30) }), order(2, { state: 'handed_over', handed_at: at(-5) }),
    ];
    expect(ids(queued(all, 'over'))).toEqual([2, 1]);
  });

  it('lets only waiting orders onto a walk', () => {
    expect([order(1), order(2, { state: 'unmatched' }), order(3, { state: 'picking' })].map(walkable)).toEqual([
      true, false, false,
    ]);
  });
});

describe('a window', () => {
  const due = (state: OrderRow['state'], from: number | null, to: number | null) =>
    dueNow({ state, window_from: from === null ? null : at(from), window_to: to === null ? null : at(to) }, NOON);

  it('counts down to its beginning', () => {
    expect(due('waiting', 25, 55)).toEqual({ kind: 'in', ms: 25 * 60_000 });
    expect(due('staged', 25, 55)).toEqual({ kind: 'in', ms: 25 * 60_000 });
  });

  it('is late from its beginning while unpacked, from its end once packed', () => {
    expect(due('packing', -10, 20)).toEqual({ kind: 'late', ms: 10 * 60_000 });
    expect(due('packed', -10, 20)).toEqual({ kind: 'now', until: at(20) });
    expect(due('staged', -40, -10)).toEqual({ kind: 'late', ms: 10 * 60_000 });
  });

  it('says nothing where there is none, or the order is over', () => {
    expect(due('waiting', null, null)).toEqual({ kind: 'none' });
    expect(due('handed_over', -60, -30)).toEqual({ kind: 'none' });
  });

  it('may have one end alone', () => {
    expect(due('waiting', null, 15)).toEqual({ kind: 'in', ms: 15 * 60_000 });
    expect(due('packed', -10, null)).toEqual({ kind: 'now', until: null });
  });
});

describe('how far it is', () => {
  it('follows the states, and stands where it was when it goes back', () => {
    expect(stepOf(order(1, { state: 'unmatched' }))).toBe(0);
    expect(stepOf(order(1))).toBe(1);
    expect(stepOf(order(1, { state: 'packed' }))).toBe(3);
    expect(stepOf(order(1, { state: 'handed_over' }))).toBe(5);
    expect(stepOf(order(1, { state: 'unwinding', picked_at: at(-5), packed_at: at(-2) }))).toBe(3);
  });
});
