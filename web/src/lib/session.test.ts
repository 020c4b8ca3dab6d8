import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Answer = () => Response | Promise<never>;
let routes: Record<string, Answer>;
let asked: string[] = [];

const ok = (body: unknown) => () => Response.json(body);
const refuse = (status: number, code: string) => () =>
  Response.json({ code, detail: code, status }, { status });

const BOX = { claimed: true, zone: 'America/Los_Angeles' };
const ana = (extra = {}) => ({
  user: { id: 1, name: 'Ana', role: 'technician', language: 'en' },
  device: { id: 3, name: 'Tablet', kind: 'shared' },
  permissions: ['pick', 'move'],
  idle_lock_s: 90,
  store: { name: 'Test', zone: 'America/Los_Angeles' },
  session: 's1',
  ...extra,
});
const ben = () => ana({ user: { id: 2, name: 'Ben', role: 'budtender', language: 'es' } });

class Stream {
  static CLOSED = 2;
  addEventListener() {}
  close() {}
}
class SilentChannel {
  addEventListener() {}
  postMessage() {}
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 30; turn++) await new Promise((done) => setImmediate(done));
}

async function openPage() {
  vi.resetModules();
  const { session } = await import('./session.svelte.ts');
  const { outbox } = await import('./outbox.svelte.ts');
  const { router, go } = await import('./router.svelte.ts');
  go('/', { replace: true });
  session.start();
  await pass(1);
  return { session, outbox, router, go };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  vi.stubGlobal('EventSource', Stream);
  vi.stubGlobal('BroadcastChannel', SilentChannel);
  asked = [];
  routes = { 'GET /box': ok(BOX), 'DELETE /session': ok(null) };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const key = `${init.method} ${url.replace('/api/v1', '')}`;
    asked.push(key);
    return (routes[key] ?? refuse(404, 'not_found'))();
  });
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('where the device stands', () => {
  it('waits for a box that cannot be reached, then goes on by itself', async () => {
    routes['GET /box'] = () => Promise.reject(new TypeError('no route'));
    const { session } = await openPage();
    expect(session.stage).toBe('unreachable');
    routes['GET /box'] = ok({ ...BOX, claimed: false });
    await pass(3_100);
    expect(session.stage).toBe('unclaimed');
  });

  it('tells a device not paired, one without a person, and a wall board apart', async () => {
    routes['GET /session'] = refuse(401, 'not_enrolled');
    expect((await openPage()).session.stage).toBe('not_enrolled');
    routes['GET /session'] = refuse(401, 'signed_out');
    routes['GET /board'] = refuse(401, 'signed_out');
    expect((await openPage()).session.stage).toBe('choose_person');
    routes['GET /board'] = ok({ requests: [] });
    expect((await openPage()).session.stage).toBe('kiosk');
  });

  it('knows what the person may do', async () => {
    routes['GET /session'] = ok(ana());
    const { session } = await openPage();
    expect(session.stage).toBe('signed_in');
    expect([session.can('pick'), session.can('people')]).toEqual([true, false]);
  });
});

describe('the lock', () => {
  it('comes after the idle time, ends the session and keeps the screen for the same person', async () => {
    routes['GET /session'] = ok(ana());
    const { session, router, go } = await openPage();
    go('/picks/12');
    await pass(60_000);
    session.touched();
    await pass(60_000);
    expect(session.locked).toBeNull();
    await pass(31_000);
    expect(session.locked).toBe('idle');
    expect(asked).toContain('DELETE /session');
    routes['POST /session'] = ok(ana({ session: 's2' }));
    await expect(session.signIn({ user: 1, pin: '123456' })).resolves.toBe(true);
    expect(session.locked).toBeNull();
    expect(router.path).toBe('/picks/12');
  });

  it('shows nothing of one person’s screen to another', async () => {
    routes['GET /session'] = ok(ana());
    const { session, router, go } = await openPage();
    go('/picks/12');
    await session.lock();
    routes['POST /session'] = ok(ben());
    await expect(session.signIn({ user: 2, pin: '654321' })).resolves.toBe(false);
    expect(router.path).toBe('/');
    expect(session.me?.user.name).toBe('Ben');
  });

  it('stays locked on a wrong PIN', async () => {
    routes['GET /session'] = ok(ana());
    const { session } = await openPage();
    await session.lock();
    routes['POST /session'] = refuse(401, 'wrong_pin');
    const failed = session.signIn({ user: 1, pin: '000000' });
    await expect(failed).rejects.toMatchObject({ code: 'wrong_pin' });
    expect(session.locked).toBe('asked');
  });

  it('follows a session that the box has ended, without losing the screen', async () => {
    routes['GET /session'] = ok(ana());
    const { session, outbox } = await openPage();
    routes['POST /moves'] = refuse(401, 'signed_out');
    void outbox.send({ method: 'POST', path: '/moves', label: 'move' });
    await pass(50);
    await pass(50);
    expect(session.locked).toBe('expired');
    expect(outbox.pending).toBe(1);
  });

  it('does not lock a device whose limit is none', async () => {
    routes['GET /session'] = ok(ana({ idle_lock_s: 0 }));
    const { session } = await openPage();
    await pass(86_400_000);
    expect(session.locked).toBeNull();
  });
});
