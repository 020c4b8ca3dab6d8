// The jobs on one order: what each scan means at the pack bench, at the counter and on the way back.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Order } from '../../lib/api/types.ts';
import type { Scan } from '../../lib/scan/index.svelte.ts';

interface Posted {
  path: string;
  body: Record<string, unknown>;
  label: string;
  about: string[];
  needs: string[];
}
const wire = vi.hoisted(() => ({
  found: new Map<string, unknown>(),
  sent: [] as Posted[],
  answer: (_path: string): unknown => undefined,
  order: null as unknown,
}));
vi.mock('../../lib/scan/index.svelte.ts', () => ({
  resolve: (text: string) => Promise.resolve(wire.found.get(text)),
}));
vi.mock('../../lib/live.svelte.ts', () => ({
  resource: () => ({
    get data() {
      return wire.order;
    },
    error: null,
    set: (next: unknown) => (wire.order = next),
    refresh: () => Promise.resolve(),
  }),
}));
vi.mock('../../lib/outbox.svelte.ts', () => ({
  post: (write: Posted) => {
    wire.sent.push(write);
    const answer = wire.answer(write.path);
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(answer === undefined ? { state: 'queued', id: 'w' } : { state: 'saved', answer });
  },
  outbox: { of: () => [], onTaken: () => () => {} },
}));
vi.mock('../../lib/session.svelte.ts', () => ({ session: { zone: 'UTC' }, can: () => true }));

const { Problem } = await import('../../lib/api/client.ts');
const { t } = await import('../../lib/messages/index.svelte.ts');
const { Bench } = await import('./pack.svelte.ts');
const { Counter } = await import('./handover.svelte.ts');
const { Unwinding } = await import('./putback.svelte.ts');
const { piecesOf } = await import('./items.ts');

const product = (id: number, name: string) => ({ id, sku: `S${id}`, name, unit: 'ea' as const });
const dream = product(1, 'Blue Dream');
const cake = product(2, 'Wedding Cake');
const pack = (id: number, of: typeof dream) => ({ id, tag: `1A406030000000000000000${id}`, product: of, batch: null, expires: null });
const item = (line: number, of: typeof dream, picked: string, verified = '0', back = '0') => ({
  line, package: pack(line, of), each: '1', picked: { value: picked, unit: 'ea' }, picked_count: picked,
  verified: { value: verified, unit: 'ea' }, verified_count: verified, put_back_count: back,
  from: { id: 1, name: 'A-01', kind: 'bin', code: 'A' }, gtins: [],
});
const order = (more: Record<string, unknown> = {}) =>
  ({
    id: 4, code: '7K2M9Q', number: 'W-1', customer: 'Maria G.', state: 'packing', bags: 1, tote: { id: 9, name: 'T-09' },
    checks: [{ check: 'sealed', cite: 'house rule' }], ticked: [], photo_wanted: false, photos: [], kept_from_resale: null,
    lines: [
      { id: 1, product: dream, short: '0', items: [item(1, dream, '2')] },
      { id: 2, product: cake, short: '0', items: [item(2, cake, '3', '3')] },
    ],
    ...more,
  }) as unknown as Order;
const made = <T>(make: () => T): T => {
  let one!: T;
  $effect.root(() => {
    one = make();
  });
  return one;
};
const scan = (text: string) => ({ text }) as Scan;
const place = (id: number, kind: string) => ({ kind: 'place', place: { id, name: `P-${id}`, kind, code: 'C' } });

beforeEach(() => {
  wire.sent.length = 0;
  wire.answer = () => undefined;
  wire.order = order();
  wire.found = new Map<string, unknown>(Object.entries({
    dream: { kind: 'product', product: dream, packages: [] }, cake: { kind: 'product', product: cake, packages: [] },
    other: { kind: 'product', product: product(3, 'Gummies'), packages: [] },
    tag1: { kind: 'package', via: 'tag', package: { ...pack(1, dream), blocked: [] } },
    unit1: { kind: 'package', via: 'retail_id', package: { ...pack(1, dream), blocked: [] } },
    tag2: { kind: 'package', via: 'tag', package: { ...pack(2, cake), blocked: [] } },
    tag7: { kind: 'package', via: 'tag', package: { ...pack(7, dream), blocked: [] } },
    shelf: place(50, 'packed'), bin: place(1, 'bin'), jail: place(60, 'quarantine'),
    mine: { kind: 'order', order: 4 }, theirs: { kind: 'order', order: 5 },
  }));
});

describe('the pack bench', () => {
  const bench = () => made(() => new Bench(4));

  it('counts one unit for a barcode and for a unit’s own code', async () => {
    const one = bench();
    await one.take(scan('dream'));
    await one.take(scan('unit1'));
    expect(wire.sent.map((each) => each.body)).toEqual([
      { line: 1, quantity: '1', scanned: 'dream' }, { line: 1, quantity: '1', scanned: 'unit1' },
    ]);
    expect(wire.sent[0]).toMatchObject({ path: '/orders/4/verify', about: ['order:4', 'verify:1'], needs: ['verify:1'] });
  });

  it('asks how many of a package, and takes no more than were picked', async () => {
    const one = bench();
    await one.take(scan('tag1'));
    expect(one.counting?.piece.item.line).toBe(1);
    await one.verify(one.counting!.piece, '3', 'tag1');
    expect(wire.sent).toEqual([]);
    expect(one.verdict?.title).toBe(t.picks.refusal.too_many);
    await one.verify(one.counting!.piece, '2', 'tag1');
    expect(wire.sent[0]?.body).toEqual({ line: 1, quantity: '2', scanned: 'tag1' });
  });

  it.each([
    ['other', 'not_in_order'], ['tag7', 'not_in_order'], ['cake', 'in_already'], ['tag2', 'in_already'],
    ['shelf', 'pack_first'], ['theirs', 'other_order'],
  ] as const)('stops at %s', async (what, why) => {
    const one = bench();
    await one.take(scan(what));
    expect(one.verdict).toMatchObject({ tone: 'wrong', title: t.fulfil[why] });
    expect(wire.sent).toEqual([]);
  });

  it('is packed only when nothing is missing', async () => {
    const one = bench();
    await one.pack();
    expect(wire.sent).toEqual([]);
    wire.order = order({ lines: [{ id: 1, product: dream, short: '0', items: [item(1, dream, '2', '2')] }] });
    one.ticked = ['sealed'];
    one.photos = ['abc'];
    await one.pack();
    expect(wire.sent[0]).toMatchObject({
      path: '/orders/4/pack', body: { checks: ['sealed'], photos: ['abc'], bags: 1 }, needs: ['verify:1', 'document:abc'],
    });
  });

  it('says what nobody finds, after what was scanned of it', async () => {
    const one = bench();
    await one.notFound(piecesOf(wire.order as Order)[0]!, '1');
    expect(wire.sent[0]).toMatchObject({
      path: '/orders/4/missing', body: { line: 1, quantity: '1' }, about: ['order:4', 'back:1'], needs: ['back:1', 'verify:1'],
    });
    wire.order = order({ lines: [{ id: 1, product: dream, short: '1', items: [item(1, dream, '2', '1', '1')] }] });
    one.ticked = ['sealed'];
    expect(one.missing).toEqual(['short']);
  });

  it('goes onto a shelf for packed orders, and onto no other place', async () => {
    wire.order = order({ state: 'packed' });
    const one = bench();
    await one.take(scan('bin'));
    expect(one.verdict?.title).toBe(t.fulfil.not_shelf);
    await one.take(scan('shelf'));
    expect(wire.sent[0]).toMatchObject({ path: '/orders/4/stage', body: { shelf: 50, scanned: 'shelf' } });
  });

  it('names what waits by its code: the number is the customer’s', async () => {
    await bench().take(scan('dream'));
    expect(wire.sent[0]?.label).toContain('7K2-M9Q');
    expect(wire.sent[0]?.label).not.toMatch(/W-1|Maria/);
  });
});

describe('the counter', () => {
  it('goes label, name, ID, and hands over only then', async () => {
    wire.order = order({ state: 'staged' });
    const one = made(() => new Counter(4));
    await one.take(scan('theirs'));
    expect(one.verdict?.title).toBe(t.fulfil.other_order);
    expect(one.step).toBe('label');
    await one.take(scan('mine'));
    expect(one.step).toBe('name');
    await one.hand();
    one.confirmed = true;
    expect(one.step).toBe('id');
    await one.hand();
    expect(wire.sent).toEqual([]);
    one.idType = 'state_id';
    await one.hand();
    expect(wire.sent[0]?.body).toEqual({ scanned: 'mine', name_confirmed: true, id_type: 'state_id' });
    expect(one.over).toBe(false);
    wire.order = order({ state: 'handed_over' });
    expect(one.over).toBe(true);
  });

  it('is not done because another counter handed it over', async () => {
    wire.order = order({ state: 'staged' });
    const one = made(() => new Counter(4));
    await one.take(scan('mine'));
    wire.order = order({ state: 'handed_over' });
    expect(one.over).toBe(false);
  });

  it('stays where the box refuses', async () => {
    wire.order = order({ state: 'staged' });
    const one = made(() => new Counter(4));
    await one.take(scan('mine'));
    one.confirmed = true;
    one.idType = 'passport';
    wire.answer = () => new Problem(409, 'order_closed', '', {});
    await one.hand();
    expect(one.over).toBe(false);
    expect(one.verdict?.tone).toBe('wrong');
  });
});

describe('the way back', () => {
  const back = (more = {}) => {
    wire.order = order({ state: 'unwinding', ...more });
    return made(() => new Unwinding(4));
  };

  it('wants the package first, then takes all of it to a bin', async () => {
    const one = back();
    await one.take(scan('bin'));
    expect(one.verdict?.title).toBe(t.fulfil.back_first);
    await one.take(scan('tag2'));
    expect(one.count).toBe('3');
    await one.take(scan('bin'));
    expect(wire.sent[0]).toMatchObject({
      path: '/orders/4/putbacks', body: { line: 2, quantity: '3', to: 1, scanned: 'tag2', damaged: false },
    });
    expect(one.held).toBeNull();
  });

  it('sends what is damaged, or must not be sold again, to quarantine alone', async () => {
    for (const more of [{}, { kept_from_resale: 'house rule' }]) {
      wire.sent.length = 0;
      const one = back(more);
      await one.take(scan('tag1'));
      if (!('kept_from_resale' in more)) one.damaged = true;
      await one.take(scan('bin'));
      expect(one.verdict?.title).toBe(t.fulfil.back_not_bin);
      await one.take(scan('jail'));
      expect(wire.sent[0]?.body).toMatchObject({ line: 1, to: 60, damaged: !('kept_from_resale' in more) });
    }
  });

  it('takes one that is wrong out of an order at the bench', async () => {
    const one = back({ state: 'packing' });
    await one.take(scan('tag2'));
    expect(one.count).toBe('1');
    one.damaged = true;
    await one.take(scan('jail'));
    expect(wire.sent[0]).toMatchObject({ body: { line: 2, quantity: '1', to: 60, damaged: true }, needs: ['back:2', 'verify:2'] });
  });

  it('sends nothing sound to quarantine, and takes nothing of another order', async () => {
    const one = back();
    await one.take(scan('tag1'));
    await one.take(scan('jail'));
    expect(one.verdict?.title).toBe(t.fulfil.back_not_bin);
    await one.take(scan('tag7'));
    expect(one.verdict?.title).toBe(t.fulfil.not_in_order);
    expect(wire.sent).toEqual([]);
  });
});
