import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ANA, BEN, Device, ok, refuse, unreachable, write, type Sent,
} from './device.test-setup.ts';

let device: Device;
beforeEach(() => (device = new Device()));
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
});

const bytes = (text: string) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
const utf8 = (text: string) => new TextEncoder().encode(text);

/** Whether a write is signed with this key, over what the box makes of the request. */
async function fits(sent: Sent, key: string): Promise<boolean> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' };
  const known = await crypto.subtle.importKey('raw', bytes(key), curve, false, ['verify']);
  const body = await crypto.subtle.digest('SHA-256', utf8(JSON.stringify(sent.body)));
  const hash = Array.from(new Uint8Array(body), (b) => b.toString(16).padStart(2, '0')).join('');
  const { headers } = sent;
  const text = [
    'backstock-write-v1', sent.method, `/api/v1${sent.path}`, headers['idempotency-key'],
    headers['device-time'], hash,
  ].join('\n');
  const signature = bytes(headers['signature']!);
  return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, known, signature, utf8(text));
}

describe('a person’s key', () => {
  it('is registered when they sign in, before there is anything to send', async () => {
    await device.openAs();
    expect(device.keys).toMatchObject([{ session: 's1' }]);
    expect(bytes(device.keys[0]!.key)).toHaveLength(65);
  });

  it('is registered once, and as soon as the box can be asked', async () => {
    device.keyAnswer = unreachable;
    const outbox = await device.openAs();
    expect(device.keys).toEqual([]);
    device.keyAnswer = ok(null);
    outbox.nudge();
    await device.quiet();
    await outbox.setAuthor(ANA);
    const again = await device.openAs();
    again.nudge();
    await device.quiet();
    expect(device.keys).toHaveLength(1);
  });

  it('signs every write, in the form the box verifies', async () => {
    const outbox = await device.openAs();
    device.answers = [ok(1)];
    await outbox.send(write(1));
    await expect(fits(device.sent[0]!, device.keys[0]!.key)).resolves.toBe(true);
    const other = { ...device.sent[0]!, body: { n: 2 } };
    await expect(fits(other, device.keys[0]!.key)).resolves.toBe(false);
  });

  it('cannot be taken off the device, and goes with the session', async () => {
    const outbox = await device.openAs();
    const keys = async () => {
      const { database } = await import('../db.ts');
      return database('backstock')((db) => db.getAll('keys'));
    };
    const [key] = await keys();
    expect(key).toMatchObject({ session: 's1', registered: true, key: { extractable: false } });
    await outbox.setAuthor(BEN);
    expect((await keys()).map((one) => one.session)).toEqual(['s2']);
    await outbox.setAuthor(null);
    expect(await keys()).toEqual([]);
  });
});

describe('people who switch', () => {
  it('do not stop what the other wrote: it goes under its author’s name and signature', async () => {
    const outbox = await device.openAs();
    device.answers = [unreachable];
    void outbox.send(write(1));
    await device.quiet();
    device.sent = [];
    device.answers = [ok('ana'), ok('ben')];
    await outbox.setAuthor(BEN);
    await expect(outbox.send(write(2))).resolves.toBe('ben');
    expect(device.paths).toEqual(['/moves/1', '/moves/2']);
    const [ana, ben] = device.sent;
    expect([ana!.headers['written-in'], ben!.headers['written-in']]).toEqual(['s1', 's2']);
    const key = (session: string) => device.keys.find((one) => one.session === session)!.key;
    await expect(fits(ana!, key('s1'))).resolves.toBe(true);
    await expect(fits(ben!, key('s2'))).resolves.toBe(true);
  });

  it('leave with what they just wrote signed, however quick they are', async () => {
    const outbox = await device.openAs();
    const written = outbox.post(write(1));
    await outbox.setAuthor(null);
    await device.quiet();
    await device.pass(1_500);
    await written;
    const [record] = (await device.open()).records;
    expect(record).toMatchObject({ author: ANA });
    expect(record!.signature).not.toBeNull();
  });

  it('may leave nobody signed in: what waits is sent all the same', async () => {
    const outbox = await device.openAs();
    void outbox.send(write(1));
    await device.quiet();
    await outbox.setAuthor(null);
    device.answers = [ok(1)];
    await device.pass(5_000);
    expect(outbox.pending).toBe(0);
    expect(device.sent.at(-1)!.headers['written-in']).toBe('s1');
  });

  it('are known by the next page that is opened here', async () => {
    await device.openAs();
    expect((await device.open()).author).toEqual(ANA);
  });
});

describe('what only a signed-in author may send', () => {
  it('waits for them, and lets others pass but what builds upon it', async () => {
    const outbox = await device.openAs();
    device.answersTo.set('/moves/1', refuse(401, 'signed_out')).set('/moves/3', ok(3));
    const first = outbox.send(write(1, { about: ['a'] }));
    const upon = outbox.send(write(2, { needs: ['a'] }));
    await expect(outbox.send(write(3))).resolves.toBe(3);
    await device.quiet();
    expect(device.paths).not.toContain('/moves/2');
    expect(outbox.pending).toBe(2);
    device.answersTo.set('/moves/1', ok(1)).set('/moves/2', ok(2));
    await outbox.setAuthor({ ...ANA, session: 's3' });
    await expect(Promise.all([first, upon])).resolves.toEqual([1, 2]);
  });

  it('is not asked about more than once in a while', async () => {
    const outbox = await device.openAs();
    device.answers = Array<() => unknown>(100).fill(refuse(401, 'signed_out'));
    void outbox.send(write(1));
    await device.pass(60_000);
    expect(device.sent.length).toBeLessThanOrEqual(5);
    expect(outbox.pending).toBe(1);
  });
});

it('keeps everything where the device is no longer the store’s', async () => {
  const outbox = await device.openAs();
  device.answersTo.set('/moves/1', refuse(401, 'not_enrolled'));
  void outbox.send(write(1));
  void outbox.send(write(2));
  await device.pass(60_000);
  expect(new Set(device.paths)).toEqual(new Set(['/moves/1']));
  expect(outbox.pending).toBe(2);
});
