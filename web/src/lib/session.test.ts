import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quiet, watchCrypto } from './quiet.test-setup.ts';

type Answer = () => Response | Promise<never>;
let routes: Record<string, Answer>;
let asked: string[] = [];
/** The box cannot be reached; or it can, and says nothing. */
let down: 'refused' | 'silent' | null = null;

const ok = (body: unknown) => () => Response.json(body);
const refuse = (status: number, code: string) => () =>
  Response.json({ code, detail: code, status }, { status });

const BOX = { claimed: true, zone: 'America/Los_Angeles' };
const ana = (extra = {}) => ({
  user: { id: 1, name: 'Ana', role: 'technician', language: 'en' },
  device: { id: 3, name: 'Tablet', kind: 'shared' },
  permissions: ['pick', 'move'],
  idle_lock_s: 90,
  offline_for_s: 3600,
  store: { name: 'Test', zone: 'America/Los_Angeles' },
  session: 's1',
  ...extra,
});
const ben = () => ana({ user: { id: 2, name: 'Ben', role: 'budtender', language: 'es' }, session: 's9' });

class Stream {
  static CLOSED = 2;
  addEventListener() {}
  close() {}
}
class SilentChannel {
  addEventListener() {}
  postMessage() {}
}

/** Lets time go by, step by step, with all that happens meanwhile. */
async function pass(ms: number): Promise<void> {
  const step = Math.max(1_000, ms / 200);
  for (let gone = 0; gone < ms; gone += step) {
    await vi.advanceTimersByTimeAsync(Math.min(step, ms - gone));
    await quiet(30);
  }
}

async function openPage() {
  const now = Date.now();
  vi.clearAllTimers(); // nothing goes on of the page before; the clock does
  vi.setSystemTime(now);
  vi.resetModules();
  const { session } = await import('./session.svelte.ts');
  const { outbox } = await import('./outbox.svelte.ts');
  const { reach } = await import('./reach.svelte.ts');
  const { router, go } = await import('./router.svelte.ts');
  go('/', { replace: true });
  await outbox.start();
  session.start();
  await pass(1);
  return { session, outbox, reach, router, go };
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'],
  });
  globalThis.indexedDB = new IDBFactory();
  watchCrypto();
  vi.stubGlobal('EventSource', Stream);
  vi.stubGlobal('BroadcastChannel', SilentChannel);
  asked = [];
  down = null;
  routes = { 'GET /box': ok(BOX), 'DELETE /session': ok(null), 'PUT /session/key': ok(null) };
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const key = `${init.method} ${url.replace('/api/v1', '')}`;
    if (down === 'silent') return new Promise(() => {});
    if (down === 'refused') throw new TypeError('no route');
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
    down = 'refused';
    const { session } = await openPage();
    expect(session.stage).toBe('unreachable');
    down = null;
    routes['GET /box'] = ok({ ...BOX, claimed: false });
    await pass(4_000);
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
    await pass(100);
    expect(session.locked).toBe('expired');
    expect(outbox.pending).toBe(1);
  });

  it('does not lock a device whose limit is none', async () => {
    routes['GET /session'] = ok(ana({ idle_lock_s: 0, offline_for_s: 100_000 }));
    const { session } = await openPage();
    await pass(86_400_000);
    expect(session.locked).toBeNull();
  });
});

/** Ana, signed in here while the box was there; then the box is gone. */
async function leftAlone(extra = {}) {
  routes['GET /session'] = ok(ana(extra));
  const page = await openPage();
  await loseBox(page);
  return page;
}
async function loseBox({ reach }: { reach: { lost(): void } }) {
  down = 'refused';
  reach.lost();
  await pass(1);
}
async function findBox({ session }: { session: { refresh(): Promise<void> } }) {
  down = null;
  asked = [];
  await session.refresh();
  await pass(1);
}

describe('without the box', () => {
  it('starts as the last person here, with what waits', async () => {
    const before = await leftAlone();
    void before.outbox.send({ method: 'POST', path: '/moves', label: 'move' });
    await pass(1);
    const { session, outbox } = await openPage();
    expect(session.stage).toBe('signed_in');
    expect(session.me?.user.name).toBe('Ana');
    expect(session.can('pick')).toBe(true);
    expect(outbox.author).toEqual({ user: 1, name: 'Ana', session: 's1' });
    expect(outbox.pending).toBe(1);
  });

  it('starts so too where the box takes the connection and says nothing', async () => {
    await leftAlone();
    down = 'silent';
    const { session } = await openPage();
    expect(session.stage).toBe('starting');
    await pass(1_000);
    expect(session.stage).toBe('signed_in');
  });

  it('cannot start on a device where nobody was', async () => {
    down = 'refused';
    expect((await openPage()).session.stage).toBe('unreachable');
  });

  it('finds the box again and goes on', async () => {
    const page = await leftAlone();
    const { session } = await openPage();
    await findBox({ session });
    expect(session.stage).toBe('signed_in');
    expect(session.locked).toBeNull();
    expect(asked).not.toContain('DELETE /session');
    void page;
  });

  it('lasts for a set time, then nobody writes in this name', async () => {
    const { session, outbox } = await leftAlone({ idle_lock_s: 0 });
    await pass(3_500_000);
    expect(session.locked).toBeNull();
    await pass(130_000);
    expect(session.locked).toBe('offline');
    expect(outbox.author).toBeNull();
    await expect(outbox.send({ method: 'POST', path: '/moves', label: 'x' })).rejects.toMatchObject({
      code: 'signed_out',
    });
  });

  it('does not begin anew with each start', async () => {
    await leftAlone({ idle_lock_s: 0 });
    await pass(3_000_000);
    const second = await openPage();
    expect(second.session.locked).toBeNull();
    await pass(700_000);
    expect(second.session.locked).toBe('offline');
    const third = await openPage();
    expect(third.session.stage).toBe('unreachable');
    expect(third.outbox.author).toBeNull();
  });

  it('the screen is only covered when nobody touches it, and its person goes on with a tap', async () => {
    const { session, outbox } = await leftAlone();
    await pass(95_000);
    expect(session.locked).toBe('away');
    expect(outbox.author).not.toBeNull();
    session.resume();
    expect(session.locked).toBeNull();
    await pass(80_000);
    session.touched();
    await pass(80_000);
    expect(session.locked).toBeNull();
  });

  it('a covered screen asks for the PIN once the box can check it', async () => {
    const page = await leftAlone();
    await pass(95_000);
    await findBox(page);
    expect(page.session.locked).toBe('idle');
    expect(asked).toContain('DELETE /session');
    page.session.resume();
    expect(page.session.locked).toBe('idle');
    expect(page.outbox.author).toBeNull();
  });

  it('a screen that is locked stays so, though the box still knew the session a moment ago', async () => {
    const page = await leftAlone();
    down = null;
    const asking = page.session.refresh();
    const locking = page.session.lock();
    await Promise.all([asking, locking, pass(1)]);
    await page.session.refresh();
    await pass(1);
    expect(page.session.locked).not.toBeNull();
    expect(page.outbox.author).toBeNull();
  });
});

describe('who left without the box', () => {
  const leaving = {
    'signed out': (session: { signOut(): Promise<void> }) => session.signOut(),
    'locked the screen': (session: { lock(): Promise<void> }) => session.lock(),
  };
  for (const [how, leave] of Object.entries(leaving)) {
    it(`${how} is not let back in by the old cookie`, async () => {
      const page = await leftAlone();
      await leave(page.session as never);
      await pass(1);
      expect(page.outbox.author).toBeNull();
      routes['DELETE /session'] = () => {
        routes['GET /session'] = refuse(401, 'signed_out');
        return Response.json(null);
      };
      await findBox(page);
      expect(asked).toContain('DELETE /session');
      const { me, locked, stage } = page.session;
      expect(locked !== null || (me === null && stage === 'choose_person')).toBe(true);
    });

    it(`${how} is not let back in by a page that is opened later`, async () => {
      const page = await leftAlone();
      await leave(page.session as never);
      await pass(1);
      const without = await openPage();
      expect(without.session.stage).toBe('unreachable');
      down = null;
      const { session, outbox } = await openPage();
      expect(session.stage).not.toBe('signed_in');
      expect(asked).toContain('DELETE /session');
      expect(outbox.author).toBeNull();
    });
  }

  it('may come back with the PIN', async () => {
    const page = await leftAlone();
    await page.session.lock();
    await pass(1);
    down = null;
    routes['POST /session'] = ok(ana({ session: 's2' }));
    routes['GET /session'] = ok(ana({ session: 's2' }));
    await expect(page.session.signIn({ user: 1, pin: '123456' })).resolves.toBe(true);
    await findBox(page);
    expect(page.session.locked).toBeNull();
    expect(page.outbox.author?.session).toBe('s2');
  });
});

describe('a device that is no longer the store’s', () => {
  it('keeps nothing of the store but what was never saved', async () => {
    const page = await leftAlone();
    const { seen } = await import('./copy/seen.ts');
    const { withDb } = await import('./db.ts');
    await seen.put('/picks/1', { id: 1 });
    await withDb((db) => db.put('places', { id: 1 } as never));
    void page.outbox.send({ method: 'POST', path: '/moves', label: 'move' });
    await pass(1);
    routes['GET /session'] = refuse(401, 'not_enrolled');
    routes['POST /moves'] = refuse(401, 'not_enrolled');
    await findBox(page);
    await vi.waitFor(async () => {
      await quiet(30);
      expect(await withDb((db) => db.count('places'))).toBe(0);
    });
    expect(page.session.stage).toBe('not_enrolled');
    expect(page.session.revoked).toBe(true);
    expect(await withDb((db) => db.count('seen'))).toBe(0);
    expect(await withDb((db) => db.get('facts', 'me'))).toBeNull();
    expect(await withDb((db) => db.count('keys'))).toBe(0);
    expect((await withDb((db) => db.getAll('outbox'))).map((one) => one.label)).toEqual(['move']);
    expect(page.outbox.pending).toBe(1);
  });
});
