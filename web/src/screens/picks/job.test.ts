import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pick, PickLine, Resolved } from '../../lib/api/types.ts';
import type { Scan } from '../../lib/scan/index.svelte.ts';

interface Posted {
  path: string;
  body: Record<string, unknown>;
  about: string[];
  needs: string[];
}
const wire = vi.hoisted(() => ({
  found: new Map<string, unknown>(),
  sent: [] as Posted[],
  /** What the box answers; undefined where it does not in time, and the write waits. */
  answer: (_path: string): unknown => ({}),
  /** What the box answered later to a write that waited. */
  late: undefined as unknown,
  /** Whether a write that waits can still be taken back. */
  untried: true,
}));
vi.mock('../../lib/scan/index.svelte.ts', () => ({
  resolve: (text: string) => Promise.resolve(wire.found.get(text)),
}));
vi.mock('../../lib/outbox.svelte.ts', () => ({
  post: (write: Posted) => {
    wire.sent.push(write);
    const answer = wire.answer(write.path);
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(
      answer === undefined ? { state: 'queued', id: `w${wire.sent.length}` } : { state: 'saved', answer },
    );
  },
  outbox: {
    answerTo: () => wire.late ?? null,
    withdraw: () => Promise.resolve(wire.untried),
    records: [],
  },
}));
vi.mock('../../lib/session.svelte.ts', () => ({ session: { zone: 'UTC' }, can: () => true }));

const { Problem } = await import('../../lib/api/client.ts');
const { t } = await import('../../lib/messages/index.svelte.ts');
const { Job } = await import('./job.svelte.ts');

const product = { id: 1, sku: 'BD', name: 'Blue Dream', unit: 'ea' as const };
const cake = { id: 2, sku: 'WC', name: 'Wedding Cake', unit: 'ea' as const };
const tag = (n: number) => `1A406030000000000000000${n}`;
const pack = (id: number, of = product) => ({
  id,
  tag: tag(id),
  product: of,
  batch: null,
  expires: null as string | null,
});
const place = (id: number, name: string, kind = 'bin') => ({ id, name, kind, code: name });
const line = (id: number, one: ReturnType<typeof pack>, bin: number, planned: string) =>
  ({
    id,
    n: id,
    package: one,
    bin: place(bin, `A-0${bin}`),
    area: null,
    planned: { value: planned, unit: 'ea' },
    picked: { value: '0', unit: 'ea' },
    planned_count: planned,
    state: 'to_pick',
    received: null,
    short_reason: null,
    gtins: [],
    request_line: 1,
  }) as unknown as PickLine;

let pick: Pick;
let job: InstanceType<typeof Job>;
const scan = (text: string) => job.scan({ text } as Scan);
const found = (text: string, what: unknown) => wire.found.set(text, what as Resolved);

beforeEach(() => {
  wire.found.clear();
  wire.sent.length = 0;
  wire.late = undefined;
  wire.untried = true;
  pick = {
    id: 12,
    code: 'R7K-2QF',
    state: 'picking',
    tote: place(9, 'Tote 1', 'tote'),
    lines: [line(1, { ...pack(1), expires: '2027-03-01' }, 1, '9'), line(2, pack(2, cake), 2, '4')],
  } as unknown as Pick;
  job = new Job(
    () => pick,
    (next) => (pick = next),
  );
  for (const n of [1, 2, 3]) found(`bin${n}`, { kind: 'place', place: place(n, `A-0${n}`) });
  const full = (id: number, of = product, more = {}) => ({
    kind: 'package',
    here: true,
    via: 'tag',
    unit_index: null,
    package: { ...pack(id, of), unit: 'ea', blocked: [], places: [], ...more },
  });
  found('p1', full(1));
  found('p2', full(2, cake));
  found('p3', full(3, product, { expires: '2027-05-01' }));
  found('p6', full(6, product, { expires: '2027-01-01' }));
  found('p4', { ...full(4), here: false });
  found('p5', full(5, product, { blocked: ['on_hold'] }));
  found('upc', { kind: 'product', product, gtin: '1', packages: [] });
  found('upc2', { kind: 'product', product: cake, gtin: '2', packages: [] });
});

describe('the order of scans', () => {
  it('asks for a tote first and puts nothing else in its place', async () => {
    pick = { ...pick, tote: null };
    await scan('bin1');
    expect(job.verdict?.title).toBe(t.picks.refusal.not_a_tote);
    expect(wire.sent).toEqual([]);
  });
  it('goes bin, package, quantity', async () => {
    expect(job.step).toBe('bin');
    await scan('p1');
    expect(job.verdict?.title).toBe(t.picks.refusal.bin_first);
    await scan('bin1');
    expect(job.step).toBe('package');
    await scan('p1');
    expect(job.step).toBe('quantity');
  });
  it('refuses a bin without open lines and names the right one', async () => {
    await scan('bin3');
    expect(job.verdict?.title).toBe(t.picks.refusal.wrong_bin);
    expect(job.verdict?.facts.map((fact) => fact.value)).toEqual(['A-03', 'A-01']);
  });
  it('takes any bin of the pick, not only the next', async () => {
    await scan('bin2');
    expect(job.line?.id).toBe(2);
  });
});

describe('packages', () => {
  beforeEach(() => scan('bin1'));
  it('refuses another product', async () => {
    await scan('p2');
    expect(job.verdict?.title).toBe(t.picks.refusal.wrong_product);
    expect(job.held).toBeNull();
  });
  it('refuses a newer lot, and takes it once a manager allowed it', async () => {
    await scan('p3');
    expect(job.verdict?.remedy).toBe('approve');
    job.remedy();
    job.approved('token', 'Damaged');
    wire.answer = () => ({ pick, line: 1, moved: { seq: 5 } });
    await job.take('2');
    expect(wire.sent[0]?.body).toMatchObject({
      package: 3,
      line: 1,
      approval: 'token',
      reason: 'Damaged',
      scanned: 'p3',
    });
  });
  it('takes an older lot than planned, and leaves the last word to the box', async () => {
    await scan('p6');
    expect(job.step).toBe('quantity');
    wire.answer = () => new Problem(409, 'newer_lot', '', {});
    await job.take('2');
    expect(job.verdict?.remedy).toBe('approve');
    job.remedy();
    expect(job.asking?.package.id).toBe(6);
  });
  it('offers “it is here” for one the book has elsewhere', async () => {
    await scan('p4');
    expect(job.verdict?.remedy).toBe('found');
  });
  it('never holds what may not be sold', async () => {
    await scan('p5');
    expect(job.verdict?.tone).toBe('wrong');
    expect(job.held).toBeNull();
  });
  it('wants the tag where the barcode cannot tell packages apart', async () => {
    await scan('upc');
    expect(job.verdict?.title).toBe(t.picks.refusal.tag_needed);
  });
  it('takes the barcode where one package lies alone', async () => {
    found('upc', { kind: 'product', product, gtin: '1', packages: [{ package: pack(1) }] });
    await scan('upc');
    expect(job.step).toBe('quantity');
    expect(job.count).toBe('1');
  });
});

describe('quantities', () => {
  beforeEach(async () => {
    await scan('bin1');
    await scan('p1');
  });
  it('counts units by barcode up to the plan', async () => {
    for (let n = 0; n < 9; n++) await scan('upc');
    expect(job.count).toBe('9');
    await scan('upc');
    expect(job.count).toBe('9');
    expect(job.verdict?.title).toBe(t.picks.refusal.too_many);
  });
  it('counts no units of another product', async () => {
    await scan('upc2');
    expect(job.count).toBe('');
    expect(job.verdict?.tone).toBe('wrong');
  });
  it('keeps the package in hand when the box refuses', async () => {
    wire.answer = () => new Problem(409, 'too_many', '', { left: { value: '4', unit: 'ea' } });
    await job.take('9');
    expect(job.verdict?.tone).toBe('wrong');
    expect(job.step).toBe('quantity');
    expect(job.last).toBeNull();
  });
  it('remembers the last take, for undo', async () => {
    wire.answer = () => ({ pick, line: 1, moved: { seq: 77 } });
    await job.take('9');
    wire.answer = () => ({ moved: [] });
    await job.undo();
    expect(wire.sent.at(-1)?.path).toBe('/moves/77/undo');
    expect(job.last).toBeNull();
  });
});

describe('a box that does not answer', () => {
  beforeEach(async () => {
    await scan('bin1');
    await scan('p1');
    wire.answer = () => undefined;
    await job.take('2');
  });
  it('does not stop the job: the take waits, and the next scan is asked for', () => {
    expect(job.verdict?.tone).toBe('right');
    expect(job.held).toBeNull();
    expect(job.step).toBe('package');
    expect(wire.sent[0]).toMatchObject({
      path: '/picks/12/takes',
      about: ['pick:12', 'line:1', 'stock:1@1'],
      needs: ['tote:12', 'stock:1@1'],
    });
  });
  it('has the take undone by taking it back', async () => {
    await job.undo();
    expect(wire.sent).toHaveLength(1);
    expect(job.last).toBeNull();
    expect(job.verdict?.tone).toBe('right');
  });
  it('has it undone at the box where it was taken meanwhile', async () => {
    wire.late = { pick, line: 1, moved: { seq: 80 } };
    wire.answer = () => ({ moved: [] });
    await job.undo();
    expect(wire.sent.at(-1)?.path).toBe('/moves/80/undo');
    expect(job.last).toBeNull();
  });
  it('keeps the undo for later where nobody knows whether it arrived', async () => {
    wire.untried = false;
    await job.undo();
    expect(wire.sent).toHaveLength(1);
    expect(job.verdict?.title).toBe(t.unsaved.on_its_way);
    expect(job.last).not.toBeNull();
  });
  it('lets the tote wait too', async () => {
    pick = { ...pick, tote: null };
    found('tote', { kind: 'tote', place: place(9, 'Tote 1', 'tote'), pick: null });
    await scan('tote');
    expect(wire.sent.at(-1)).toMatchObject({ path: '/picks/12/tote', about: ['pick:12', 'tote:12'] });
    expect(job.verdict?.tone).toBe('right');
  });
});

describe('a walk of orders', () => {
  const order = (n: number, more = {}) => ({
    order: 100 + n, code: `7K2M9${n}`, number: `W-${n}`, customer: null, slot: n, way: 'pickup',
    tote: place(20 + n, `T-0${n}`, 'tote'), left: false, shorts: [], ...more,
  });
  const into = (one: PickLine, n: number) => ({ ...one, order: 100 + n, slot: n }) as unknown as PickLine;

  beforeEach(() => {
    pick = {
      ...pick, request: null, tote: null, shortages: [], orders: [order(1), order(2)],
      lines: [into(line(1, pack(1), 1, '2'), 1), into(line(2, pack(2, cake), 1, '4'), 2)],
    } as unknown as Pick;
    for (const n of [1, 2]) found(`tote${n}`, { kind: 'tote', place: place(20 + n, `T-0${n}`, 'tote'), pick: 12 });
    found('tote3', { kind: 'tote', place: place(23, 'T-03', 'tote'), pick: null });
  });

  it('gives each empty tote to the next slot', async () => {
    pick = {
      ...pick, orders: [order(1), order(2, { tote: null })],
    } as unknown as Pick;
    expect(job.step).toBe('tote');
    expect(job.expects).toBe(t.fulfil.scan_tote(2));
    wire.answer = () => undefined;
    await scan('tote3');
    expect(wire.sent[0]).toMatchObject({
      path: '/picks/12/tote', body: { tote: 23, order: 102 }, about: ['pick:12', 'tote:12:102'],
    });
  });

  it('lets a take wait for its own order’s tote', async () => {
    await scan('bin1');
    await scan('p1');
    wire.answer = () => undefined;
    await job.take('2');
    expect(wire.sent[0]).toMatchObject({ body: { line: 1 }, needs: ['tote:12:101', 'stock:1@1'] });
    expect(job.verdict?.title).toContain(t.fulfil.slot(1));
  });

  it('stops at the wrong tote, and takes at the right one', async () => {
    await scan('bin1');
    await scan('p1');
    job.count = '2';
    await scan('tote2');
    expect(job.verdict?.title).toBe(t.fulfil.wrong_tote);
    expect(wire.sent).toEqual([]);
    wire.answer = () => undefined;
    await scan('tote1');
    expect(wire.sent[0]?.path).toBe('/picks/12/takes');
  });

  it('says at once that an order was cancelled, and what to do with what is in the hand', async () => {
    await scan('bin1');
    await scan('p1');
    const was = pick;
    pick = { ...pick, orders: [order(1, { left: true }), order(2)], lines: [pick.lines[1]!] } as unknown as Pick;
    job.left([pick.orders[0]!], was);
    expect(job.held).toBeNull();
    expect(job.verdict?.tone).toBe('wrong');
    expect(job.verdict?.title).toBe(t.fulfil.cancelled(`${t.fulfil.slot(1)}: W-1`));
    expect(job.verdict?.todo).toContain('Blue Dream');
    expect(job.line?.id).toBe(2);
  });

  it('ends, also where the box does not answer', async () => {
    wire.answer = () => undefined;
    await job.finish();
    expect(wire.sent[0]).toMatchObject({ path: '/picks/12/finish', needs: ['pick:12'] });
  });
});
