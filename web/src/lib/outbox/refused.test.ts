import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outbox } from '../outbox.svelte.ts';
import { ANA, BEN, Device, ok, refusal, refuse, unreachable, write } from './device.test-setup.ts';

let device: Device;
beforeEach(() => (device = new Device()));
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
});

const a = { about: ['a'] };
const upon = { needs: ['a'], about: ['b'] };
const further = { needs: ['b'] };

/** Writes 1 (refused), 2 upon it, 3 upon 2, and 4 of something else, of which nobody hears any more. */
async function left(): Promise<Outbox> {
  const first = await device.openAs();
  void first.send(write(1, a));
  void first.send(write(2, upon));
  void first.send(write(3, further));
  void first.send(write(4));
  await device.quiet();
  device.crash(first);
  device.sent = [];
  device.answers = [refuse(409, 'not_enough'), ok(4)];
  const outbox = await device.openAs();
  await device.pass(30_000);
  return outbox;
}
const labels = (outbox: Outbox) => outbox.records.map((one) => one.label);

describe('a refusal', () => {
  it('goes to who waits for it, and nothing of it stays', async () => {
    const outbox = await device.openAs();
    device.answers = [refuse(409, 'wrong_bin', { expected: { name: 'A-3' } }), ok(2)];
    const refused = refusal(outbox.send(write(1)));
    const after = outbox.send(write(2));
    expect(await refused).toMatchObject({
      status: 409, code: 'wrong_bin', extra: { expected: { name: 'A-3' } },
    });
    await expect(after).resolves.toBe(2);
    await device.quiet();
    expect(outbox.records).toEqual([]);
  });

  it('stays, though it was told, while something builds upon it', async () => {
    const outbox = await device.openAs();
    device.answers = [unreachable];
    const told = refusal(outbox.send(write(1, a)));
    void outbox.send(write(2, upon));
    await device.quiet();
    device.answers = [refuse(409, 'not_enough')];
    await device.pass(5_000);
    expect((await told).code).toBe('not_enough');
    expect(outbox.refused).toMatchObject([{ label: '1' }]);
    expect([...outbox.held.values()]).toMatchObject([{ label: '1' }]);
    expect(device.paths).not.toContain('/moves/2');
  });

  it('of which nobody hears is kept and shown until it is read, over a reload too', async () => {
    const outbox = await left();
    expect(outbox.refused).toMatchObject([{ label: '1', problem: { code: 'not_enough' } }]);
    const again = await device.openAs();
    expect(again.refused).toHaveLength(1);
    await again.discard(again.refused[0]!.id);
    expect(again.refused).toEqual([]);
  });

  it('holds back what builds upon it, near and far, and nothing else', async () => {
    const outbox = await left();
    expect(device.paths).toEqual(['/moves/1', '/moves/4']);
    expect(labels(outbox)).toEqual(['1', '2', '3']);
    expect(outbox.dependents(outbox.refused[0]!).map((one) => one.label)).toEqual(['2', '3']);
    expect(outbox.pending).toBe(2);
    await device.pass(60_000);
    expect(device.paths).toHaveLength(2);
  });
});

describe('settling it', () => {
  it('by trying again sends it first, with the same id, then what waited', async () => {
    const outbox = await left();
    device.answers = [ok(1), ok(2), ok(3)];
    await expect(outbox.retry(outbox.refused[0]!.id)).resolves.toBe(true);
    await device.pass(1);
    expect(device.paths.slice(2)).toEqual(['/moves/1', '/moves/2', '/moves/3']);
    const [before, , again] = device.sent;
    expect(again!.headers['idempotency-key']).toBe(before!.headers['idempotency-key']);
    expect(outbox.records).toEqual([]);
  });

  it('by trying again lets nothing overtake it that waited, in the middle of a drain too', async () => {
    const outbox = await device.openAs();
    let release: () => void = () => {};
    const held = () => new Promise((done) => (release = () => done(null)));
    device.answers = [() => held().then(refuse(409, 'not_enough')), held, ok(1), ok(2)];
    const told = refusal(outbox.send(write(1, a)));
    void outbox.send(write(9));
    void outbox.send(write(2, upon));
    await device.quiet();
    release();
    await told;
    await device.quiet();
    await outbox.retry(outbox.refused[0]!.id);
    release();
    await device.pass(1);
    expect(device.paths).toEqual(['/moves/1', '/moves/9', '/moves/1', '/moves/2']);
  });

  it('by trying again is a writing of now: new time, new signature', async () => {
    const outbox = await left();
    await outbox.setAuthor({ ...ANA, session: 's3' });
    await device.pass(1_000);
    device.answers = [ok(1)];
    await outbox.retry(outbox.refused[0]!.id);
    await device.pass(1);
    const [before, , again] = device.sent.map((one) => one.headers);
    expect(again!['written-in']).toBe('s3');
    expect(again!['signature']).not.toBe(before!['signature']);
    expect(again!['device-time']! > before!['device-time']!).toBe(true);
  });

  it('by trying again is for its author alone', async () => {
    const outbox = await left();
    await outbox.setAuthor(BEN);
    await expect(outbox.retry(outbox.refused[0]!.id)).resolves.toBe(false);
    await outbox.setAuthor(null);
    await expect(outbox.retry(outbox.refused[0]!.id)).resolves.toBe(false);
    expect(outbox.refused).toHaveLength(1);
  });

  it('by discarding lets what waited go', async () => {
    const outbox = await left();
    device.answers = [ok(2), ok(3)];
    const gone = await outbox.discard(outbox.refused[0]!.id);
    expect(gone.map((one) => one.label)).toEqual(['1']);
    await device.pass(1);
    expect(device.paths.slice(2)).toEqual(['/moves/2', '/moves/3']);
  });

  it('by discarding all takes what waited with it', async () => {
    const outbox = await left();
    const gone = await outbox.discard(outbox.refused[0]!.id, true);
    expect(gone.map((one) => one.label)).toEqual(['1', '2', '3']);
    expect((await device.open()).records).toEqual([]);
    await device.pass(20_000);
    expect(device.paths).toHaveLength(2);
  });

  it('never discards a write that still waits', async () => {
    const outbox = await device.openAs();
    void outbox.send(write(1));
    await device.quiet();
    await expect(outbox.discard(outbox.records[0]!.id)).resolves.toEqual([]);
    expect((await device.open()).pending).toBe(1);
  });
});
