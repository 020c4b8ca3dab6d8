import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from './api/client.ts';

const ANA = { user: 1, name: 'Ana', session: 's1' };
const BEN = { user: 2, name: 'Ben', session: 's2' };

interface Sent {
  path: string;
  key: string;
  body: unknown;
}

let sent: Sent[] = [];
let answers: (() => Response | Promise<never>)[] = [];

const ok = (body: unknown) => () => Response.json(body);
const refuse = (status: number, code: string, extra = {}) => () =>
  Response.json({ code, detail: code, status, ...extra }, { status });
const unreachable = () => Promise.reject(new TypeError('failed to fetch'));

type Module = typeof import('./outbox.svelte.ts');

/** A page freshly opened on the same device: what is in memory is gone, the database stays. */
async function openPage(): Promise<Module['outbox']> {
  vi.clearAllTimers();
  vi.stubGlobal('BroadcastChannel', SilentChannel);
  vi.resetModules();
  const { outbox } = (await import('./outbox.svelte.ts')) as Module;
  await outbox.start();
  return outbox;
}

/** Nothing of a page that was closed is heard by the next one. */
class SilentChannel {
  addEventListener() {}
  postMessage() {}
}

/** Lets time go by, the database's own turns included. */
async function pass(ms: number): Promise<void> {
  for (let gone = 0; gone <= ms; gone += 250) {
    await vi.advanceTimersByTimeAsync(Math.min(250, ms));
    for (let turn = 0; turn < 12; turn++) await new Promise((done) => setImmediate(done));
  }
}
const settle = async () => {
  await pass(1);
  await pass(1);
};
const write = (n: number) => ({ method: 'POST' as const, path: `/moves/${n}`, body: { n }, label: `${n}` });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'Date'] });
  globalThis.indexedDB = new IDBFactory();
  sent = [];
  answers = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const headers = init.headers as Record<string, string>;
    sent.push({
      path: url.replace('/api/v1', ''),
      key: headers['idempotency-key']!,
      body: JSON.parse(String(init.body)),
    });
    return (answers.shift() ?? unreachable)();
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the outbox', () => {
  it('stores a write before it is sent, and forgets it when it is taken', async () => {
    const outbox = await openPage();
    await outbox.setAuthor(ANA);
    answers = [ok({ seq: 7 })];
    const answer = outbox.send(write(1));
    await settle();
    await expect(answer).resolves.toEqual({ seq: 7 });
    expect(sent).toMatchObject([{ path: '/moves/1', body: { n: 1 } }]);
    expect(sent[0]!.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(outbox.records).toEqual([]);
  });

  it('repeats with the same id until the box answers, in the order of writing', async () => {
    const outbox = await openPage();
    await outbox.setAuthor(ANA);
    answers = [unreachable, refuse(503, 'outcome_unknown'), refuse(503, 'busy'), ok(1), ok(2)];
    const both = [outbox.send(write(1)), outbox.send(write(2))];
    await settle();
    expect(outbox.pending).toBe(2);
    expect(outbox.stalled?.transient).toBe(true);
    await pass(60_000);
    await expect(Promise.all(both)).resolves.toEqual([1, 2]);
    expect(sent.map((s) => s.path)).toEqual([...Array(4).fill('/moves/1'), '/moves/2']);
    expect(new Set(sent.slice(0, 4).map((s) => s.key)).size).toBe(1);
    expect(outbox.stalled).toBeNull();
  });

  it('survives a reload and goes on with the same id', async () => {
    const first = await openPage();
    await first.setAuthor(ANA);
    void first.send(write(1));
    await settle();
    const key = sent[0]!.key;
    const second = await openPage();
    expect(second.pending).toBe(1);
    answers = [ok({}), ok({})];
    await second.setAuthor(ANA);
    await pass(60_000);
    expect(second.pending).toBe(0);
    expect(new Set(sent.map((s) => s.key))).toEqual(new Set([key]));
  });

  it('gives a refusal to who waits for it and keeps nothing', async () => {
    const outbox = await openPage();
    await outbox.setAuthor(ANA);
    answers = [refuse(409, 'wrong_bin', { expected: { name: 'A-3' } }), ok(2)];
    const refused = outbox.send(write(1)).catch((error: unknown) => error);
    const after = outbox.send(write(2));
    await settle();
    const problem = (await refused) as Problem;
    expect(problem).toMatchObject({ status: 409, code: 'wrong_bin', extra: { expected: { name: 'A-3' } } });
    await expect(after).resolves.toBe(2);
    expect(outbox.records).toEqual([]);
  });

  it('keeps and shows a refusal nobody waits for any more, until it is read', async () => {
    const first = await openPage();
    await first.setAuthor(ANA);
    void first.send(write(1));
    await settle();
    const outbox = await openPage();
    answers = [refuse(409, 'not_enough')];
    await outbox.setAuthor(ANA);
    await pass(30_000);
    expect(outbox.refused).toMatchObject([{ label: '1', problem: { code: 'not_enough' } }]);
    expect(outbox.pending).toBe(0);
    const again = await openPage();
    expect(again.refused).toHaveLength(1);
    await again.discard(again.refused[0]!.id);
    expect(again.records).toEqual([]);
  });

  it('never discards a write that still waits', async () => {
    const outbox = await openPage();
    await outbox.setAuthor(ANA);
    void outbox.send(write(1));
    await settle();
    await outbox.discard(outbox.records[0]!.id);
    expect(outbox.pending).toBe(1);
  });

  it('never sends one person’s write under another', async () => {
    const outbox = await openPage();
    await outbox.setAuthor(ANA);
    void outbox.send(write(1));
    await settle();
    sent = [];
    await outbox.setAuthor(BEN);
    answers = [ok('ben')];
    await expect(outbox.send(write(2))).resolves.toBe('ben');
    await pass(60_000);
    expect(sent.map((s) => s.path)).toEqual(['/moves/2']);
    expect(outbox.pending).toBe(1);
    answers = [ok('ana')];
    await outbox.setAuthor({ ...ANA, session: 's3' });
    await pass(60_000);
    expect(sent.at(-1)!.path).toBe('/moves/1');
    expect(outbox.pending).toBe(0);
  });

  it('keeps what met a signed-out session until the author is back', async () => {
    const outbox = await openPage();
    await outbox.setAuthor(ANA);
    answers = [refuse(401, 'signed_out'), ok('saved')];
    const answer = outbox.send(write(1));
    await pass(60_000);
    expect(sent).toHaveLength(1);
    expect(outbox.pending).toBe(1);
    await outbox.setAuthor({ ...ANA, session: 's2' });
    await settle();
    await expect(answer).resolves.toBe('saved');
  });

  it('waits as long as the box asks', async () => {
    const outbox = await openPage();
    await outbox.setAuthor(ANA);
    answers = [refuse(429, 'too_many_requests', { retry_after_s: 30 }), ok(1)];
    void outbox.send(write(1));
    await pass(29_000);
    expect(sent).toHaveLength(1);
    await pass(3_000);
    expect(sent).toHaveLength(2);
  });

  it('sets a write aside on which the box fails again and again, and goes on', async () => {
    const outbox = await openPage();
    await outbox.setAuthor(ANA);
    answers = [...Array<() => Response>(5).fill(refuse(500, 'internal')), ok(2)];
    const first = outbox.send(write(1)).catch((error: unknown) => (error as Problem).code);
    const second = outbox.send(write(2));
    await pass(120_000);
    await expect(first).resolves.toBe('internal');
    await expect(second).resolves.toBe(2);
  });

  it('refuses to begin when nobody is signed in', async () => {
    const outbox = await openPage();
    await expect(outbox.send(write(1))).rejects.toMatchObject({ code: 'signed_out' });
    expect(sent).toEqual([]);
  });
});
