import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ANA, Device, ok, refusal, refuse, unreachable, write } from './device.test-setup.ts';

let device: Device;
beforeEach(() => (device = new Device()));
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
});

describe('a page that ends', () => {
  it('between sending and answer leaves the write to the next, under the same id', async () => {
    const first = await device.openAs();
    let answer: (given: unknown) => void = () => {};
    device.answers = [() => new Promise((done) => (answer = done))];
    void first.send(write(1));
    await device.quiet();
    device.crash(first);
    answer({ seq: 1 }); // nobody is there to hear it
    await device.quiet();
    device.answers = [ok({ seq: 1 })];
    const second = await device.open();
    expect(second.records).toEqual([]);
    const keys = device.sent.map((one) => one.headers['idempotency-key']);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  it('before it could send leaves everything, in order', async () => {
    const first = await device.openAs();
    const writes = [1, 2, 3].map((n) => first.post(write(n)));
    await device.pass(1_500);
    await Promise.all(writes);
    device.crash(first);
    device.sent = [];
    device.answers = [ok(1), ok(2), ok(3)];
    const second = await device.open();
    await device.pass(1);
    expect(device.paths).toEqual(['/moves/1', '/moves/2', '/moves/3']);
    expect(second.author).toEqual(ANA);
  });
});

describe('two tabs', () => {
  it('send each write once, one after the other', async () => {
    const [left, right] = [await device.openAs(), await device.openAs()];
    let underway = 0;
    let most = 0;
    device.answers = Array.from({ length: 10 }, (_, n) => async () => {
      most = Math.max(most, ++underway);
      await new Promise((done) => setImmediate(done));
      underway -= 1;
      return n;
    });
    const all = Array.from({ length: 10 }, (_, n) => (n % 2 ? left : right).send(write(n)));
    await Promise.all(all);
    expect(device.paths.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => `/moves/${n}`));
    expect(most).toBe(1);
  });

  it('tell each other what was taken, and who waited there has the answer', async () => {
    const [left, right] = [await device.openAs(), await device.openAs()];
    const waited = right.send(write(1));
    await device.quiet();
    expect(left.pending).toBe(1);
    right.close();
    device.answers = [ok({ seq: 9 })];
    left.nudge();
    await device.pass(20_000);
    expect(left.pending).toBe(0);
    expect(device.paths.filter((path) => path === '/moves/1').length).toBeGreaterThan(1);
    void waited;
  });

  it('have the answer where the write was made, whichever sends it', async () => {
    const [left, right] = [await device.openAs(), await device.openAs()];
    device.answers = [unreachable];
    const waited = right.send(write(1));
    await device.quiet();
    device.answers = [ok({ seq: 9 })];
    left.nudge(); // before the other's timer
    await device.quiet();
    await expect(waited).resolves.toEqual({ seq: 9 });
    await device.quiet();
    expect([left.records, right.records]).toEqual([[], []]);
  });

  it('tell a refusal to who waits in the other, and keep nothing of it', async () => {
    const [left, right] = [await device.openAs(), await device.openAs()];
    device.answers = [unreachable];
    const waited = refusal(right.send(write(1)));
    await device.quiet();
    device.answers = [refuse(409, 'not_enough')];
    left.nudge();
    await device.quiet();
    expect((await waited).code).toBe('not_enough');
    await device.quiet();
    expect([left.records, right.records]).toEqual([[], []]);
    expect((await device.open()).records).toEqual([]);
  });

  it('do not bring back what the other has discarded, nor discard what it has brought back', async () => {
    const [left, right] = [await device.openAs(), await device.openAs()];
    device.answers = [unreachable];
    const told = left.post(write(1));
    await device.pass(1_500);
    await told;
    device.answers = [refuse(409, 'not_enough')];
    await device.pass(20_000);
    const [record] = right.refused;
    // Both act on what they see, before either hears of the other.
    const [gone, back] = await Promise.all([left.discard(record!.id), right.retry(record!.id)]);
    await device.quiet();
    expect([gone.length, back]).toEqual([1, false]);
    expect((await device.open()).records).toEqual([]);
  });
});

describe('a database that ends behind the page’s back', () => {
  it('is opened anew, and nobody notices', async () => {
    const outbox = await device.openAs();
    device.answers = [ok(1)];
    device.dying = 1;
    await expect(outbox.send(write(1))).resolves.toBe(1);
  });

  it('again at once: the person is told that the write is not kept', async () => {
    const outbox = await device.openAs();
    device.broken = 1;
    await expect(outbox.post(write(1))).rejects.toMatchObject({ code: 'not_stored' });
    expect(device.sent).toEqual([]);
    device.answers = [ok(2)];
    await expect(outbox.send(write(2))).resolves.toBe(2);
  });

  it('again in the middle of a drain: what is stored stays, and is tried again', async () => {
    const outbox = await device.openAs();
    device.answers = [unreachable];
    const waited = outbox.send(write(1));
    await device.quiet();
    device.broken = 1;
    device.answers = [ok(1)];
    outbox.nudge();
    await device.quiet();
    expect(outbox.pending).toBe(1);
    await device.pass(16_000);
    await expect(waited).resolves.toBe(1);
    expect(outbox.pending).toBe(0);
  });

  it('after the box has taken it: it is sent once more with the same id', async () => {
    const outbox = await device.openAs();
    device.answers = [
      () => {
        device.broken = 1;
        return 'done';
      },
      ok('done'),
    ];
    const waited = outbox.send(write(1));
    await device.pass(16_000);
    await expect(waited).resolves.toBe('done');
    const keys = new Set(device.sent.map((one) => one.headers['idempotency-key']));
    expect([device.sent.length, keys.size]).toEqual([2, 1]);
  });
});
