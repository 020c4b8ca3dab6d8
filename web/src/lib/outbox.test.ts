import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ANA, Device, ok, refusal, refuse, silence, unreachable, write,
} from './outbox/device.test-setup.ts';
import { reach } from './reach.svelte.ts';

let device: Device;
beforeEach(() => (device = new Device()));
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  reach.found();
});

describe('sending', () => {
  it('stores a write before it is sent, and forgets it when it is taken', async () => {
    const outbox = await device.openAs();
    let stored: unknown[] = [];
    device.answers = [
      async () => {
        stored = (await device.open()).records;
        return { seq: 7 };
      },
    ];
    await expect(outbox.send(write(1))).resolves.toEqual({ seq: 7 });
    expect(stored).toMatchObject([{ path: '/moves/1', state: 'queued', tries: 1 }]);
    expect(device.sent).toMatchObject([{ method: 'POST', path: '/moves/1', body: { n: 1 } }]);
    expect(device.sent[0]!.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    await device.quiet();
    expect(outbox.records).toEqual([]);
  });

  it('repeats with the same id until the box answers, in the order of writing', async () => {
    const outbox = await device.openAs();
    device.answers = [unreachable, refuse(503, 'outcome_unknown'), refuse(503, 'busy'), ok(1), ok(2)];
    const both = [outbox.send(write(1)), outbox.send(write(2))];
    await device.quiet();
    expect(outbox.pending).toBe(2);
    expect(outbox.stalled?.transient).toBe(true);
    await device.pass(60_000);
    await expect(Promise.all(both)).resolves.toEqual([1, 2]);
    expect(device.paths).toEqual([...Array<string>(4).fill('/moves/1'), '/moves/2']);
    const said = device.sent.slice(0, 4).map(({ headers, body }) => JSON.stringify({ headers, body }));
    expect(new Set(said).size).toBe(1);
    expect(outbox.stalled).toBeNull();
  });

  it('keeps the order of taps, however long each takes to be signed', async () => {
    const outbox = await device.openAs();
    device.answers = Array.from({ length: 20 }, (_, n) => ok(n));
    await Promise.all(Array.from({ length: 20 }, (_, n) => outbox.send(write(n))));
    expect(device.paths).toEqual(Array.from({ length: 20 }, (_, n) => `/moves/${n}`));
  });

  it('waits as long as the box asks', async () => {
    const outbox = await device.openAs();
    device.answers = [refuse(429, 'too_many_requests', { retry_after_s: 30 }), ok(1)];
    void outbox.send(write(1));
    await device.pass(29_000);
    expect(device.sent).toHaveLength(1);
    await device.pass(3_000);
    expect(device.sent).toHaveLength(2);
  });

  it('goes on for ever, and never waits longer than fifteen seconds by itself', async () => {
    const outbox = await device.openAs();
    void outbox.send(write(1));
    await device.pass(10 * 60_000);
    expect(outbox.pending).toBe(1);
    expect(device.sent.length).toBeGreaterThanOrEqual((10 * 60) / 18);
    device.answers = [ok(1)];
    await device.pass(16_000);
    expect(outbox.pending).toBe(0);
  });

  it('tries a write for ever on which the box fails, and sets it aside for the others', async () => {
    const outbox = await device.openAs();
    let held: string | undefined;
    const look = () => {
      held = outbox.held.get(outbox.records.find((one) => one.label === '2')!.id)?.label;
      return 3;
    };
    const failing = Array<() => unknown>(5).fill(refuse(500, 'internal'));
    device.answers = [...failing, look, refuse(500, 'internal'), ok(1), ok(2)];
    const first = outbox.send(write(1, { about: ['a'] }));
    const upon = outbox.send(write(2, { needs: ['a'] }));
    const other = outbox.send(write(3));
    await device.pass(60_000);
    await expect(Promise.all([first, upon, other])).resolves.toEqual([1, 2, 3]);
    const tries = [1, 1, 1, 1, 1, 3, 1, 1, 2];
    expect(device.paths).toEqual(tries.map((n) => `/moves/${n}`));
    expect(held).toBe('1');
  });

  it('does not let what is written while it comes to its end lie for the next look', async () => {
    const outbox = await device.openAs();
    device.answers = [ok(1), ok(2), ok(3)];
    const first = outbox.send(write(1));
    // In the same breath as the answer, with the drain about to end.
    const second = first.then(() => outbox.send(write(2)));
    const third = second.then(() => outbox.send(write(3)));
    await device.quiet();
    await device.pass(1);
    await expect(third).resolves.toBe(3);
  });

  it('refuses to begin when nobody is signed in', async () => {
    const outbox = await device.open();
    await expect(outbox.send(write(1))).rejects.toMatchObject({ code: 'signed_out' });
    await expect(outbox.post(write(1))).rejects.toMatchObject({ code: 'signed_out' });
    await expect(outbox.now(write(1))).rejects.toMatchObject({ code: 'signed_out' });
    expect(device.sent).toEqual([]);
  });
});

describe('the patience of a person', () => {
  it('has the answer where it comes in time', async () => {
    const outbox = await device.openAs();
    device.answers = [ok({ seq: 1 })];
    await expect(outbox.post(write(1))).resolves.toEqual({ state: 'saved', answer: { seq: 1 } });
  });

  it('ends after a second and a half; the answer is remembered', async () => {
    const outbox = await device.openAs();
    let answer: (given: unknown) => void = () => {};
    device.answers = [() => new Promise((done) => (answer = done))];
    const outcome = outbox.post<{ seq: number }>(write(1));
    await device.pass(1_500);
    const given = await outcome;
    expect(given).toMatchObject({ state: 'queued' });
    const { id } = given as { id: string };
    expect(outbox.answerTo(id)).toBeNull();
    const taken: unknown[] = [];
    outbox.onTaken((record, said) => taken.push([record.label, said]));
    answer({ seq: 7 });
    await device.quiet();
    expect(outbox.answerTo(id)).toEqual({ seq: 7 });
    expect(taken).toEqual([['1', { seq: 7 }]]);
  });

  it('is short where the box is known to be out of reach', async () => {
    const outbox = await device.openAs();
    reach.lost();
    const outcome = outbox.post(write(1));
    await device.pass(150);
    await expect(outcome).resolves.toMatchObject({ state: 'queued' });
  });

  it('hears a refusal that comes in time, and keeps nothing', async () => {
    const outbox = await device.openAs();
    device.answers = [refuse(409, 'wrong_bin', { expected: { name: 'A-3' } })];
    const problem = await refusal(outbox.post(write(1)));
    expect(problem).toMatchObject({ status: 409, code: 'wrong_bin', extra: { expected: { name: 'A-3' } } });
    await device.quiet();
    expect(outbox.records).toEqual([]);
  });

  it('keeps a refusal that comes later for its author', async () => {
    const outbox = await device.openAs();
    let answer: () => void = () => {};
    device.answers = [() => new Promise((done) => (answer = () => done(null))).then(refuse(409, 'not_enough'))];
    const outcome = outbox.post(write(1));
    await device.pass(1_500);
    await expect(outcome).resolves.toMatchObject({ state: 'queued' });
    answer();
    await device.quiet();
    expect(outbox.refused).toMatchObject([{ label: '1', author: ANA, problem: { code: 'not_enough' } }]);
  });

  it('loses no refusal that comes in the very moment it ends', async () => {
    for (const ms of [1_499, 1_500, 1_501]) {
      device = new Device();
      const outbox = await device.openAs();
      device.answers = [
        () => new Promise((_, refused) => setTimeout(() => refused(problem), ms)),
      ];
      const problem = await refusal(Promise.resolve().then(refuse(409, 'not_enough')));
      const told = outbox.post(write(1)).then(
        () => false,
        () => true,
      );
      await device.pass(3_000);
      // Told to who waited, or kept to be shown: never neither.
      expect([await told, outbox.refused.length], `${ms} ms`).toEqual((await told) ? [true, 0] : [false, 1]);
    }
  });
});

describe('what must happen now or not at all', () => {
  it('is not tried without the box', async () => {
    const outbox = await device.openAs();
    reach.lost();
    await expect(outbox.now(write(1))).rejects.toMatchObject({ code: 'offline' });
    expect(device.sent).toEqual([]);
  });

  it('is never stored, and says who does it', async () => {
    const outbox = await device.openAs();
    device.answers = [ok('mine')];
    await expect(outbox.now(write(1))).resolves.toBe('mine');
    expect(outbox.records).toEqual([]);
    expect(device.sent[0]!.headers['written-in']).toBe('s1');
  });

  it('asks once more with the same id where the answer may be lost', async () => {
    const outbox = await device.openAs();
    device.answers = [refuse(0, 'timeout'), ok('mine')];
    await expect(outbox.now(write(1))).resolves.toBe('mine');
    const [first, second] = device.sent;
    expect(first!.headers).toEqual(second!.headers);
  });

  it('gives a refusal back at once', async () => {
    const outbox = await device.openAs();
    device.answers = [refuse(409, 'already_claimed')];
    await expect(outbox.now(write(1))).rejects.toMatchObject({ code: 'already_claimed' });
    expect(device.sent).toHaveLength(1);
  });
});

describe('taking back', () => {
  it('takes a write back that was never tried', async () => {
    const outbox = await device.openAs();
    device.answers = [silence];
    void outbox.send(write(1));
    await device.quiet();
    void outbox.send(write(2));
    await device.quiet();
    const [first, second] = outbox.records;
    await expect(outbox.withdraw(second!.id)).resolves.toBe(true);
    await expect(outbox.withdraw(first!.id)).resolves.toBe(false);
    expect((await device.open()).records.map((one) => one.label)).toEqual(['1']);
  });

  it('takes nothing back that may have reached the box', async () => {
    const outbox = await device.openAs();
    device.answers = [refuse(0, 'timeout')];
    void outbox.send(write(1));
    await device.quiet();
    await expect(outbox.withdraw(outbox.records[0]!.id)).resolves.toBe(false);
    await expect(outbox.withdraw('another')).resolves.toBe(false);
    expect(outbox.pending).toBe(1);
  });
});
