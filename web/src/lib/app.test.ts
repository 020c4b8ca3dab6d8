import 'fake-indexeddb/auto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

/** What the browser has of a worker: enough to drive it through its life by hand. */
class Worker extends EventTarget {
  state = 'installing';
  heard: unknown[] = [];
  postMessage(message: unknown) {
    this.heard.push(message);
  }
  becomes(state: string) {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}
class Registration extends EventTarget {
  installing: Worker | null = null;
  waiting: Worker | null = null;
  active: Worker | null = null;
  update = vi.fn(async () => this);
  finds(): Worker {
    const worker = (this.installing = new Worker());
    this.dispatchEvent(new Event('updatefound'));
    return worker;
  }
  installs(worker: Worker) {
    this.installing = null;
    if (this.active) this.waiting = worker;
    worker.becomes('installed');
  }
}
class Container extends EventTarget {
  controller: unknown = null;
  existing: Registration | undefined;
  register = vi.fn(async () => registration);
  getRegistration = vi.fn(async () => this.existing);
}
interface Settings {
  handleDisabledFileLoadingAsSuccess: boolean;
}
class SilentChannel {
  addEventListener() {}
  postMessage() {}
}

const BOX = { claimed: true, zone: 'UTC' };
let registration: Registration;
let workers: Container;
let script: () => Promise<Response>;
const reload = vi.fn();

async function pass(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  for (let turn = 0; turn < 10; turn++) await new Promise((done) => setImmediate(done));
}

async function openPage(host = location.host) {
  vi.resetModules();
  const { app } = await import('./app.svelte.ts');
  const { session } = await import('./session.svelte.ts');
  const { outbox } = await import('./outbox.svelte.ts');
  session.box = { ...BOX, host } as typeof session.box;
  app.start();
  await pass();
  return { app, session, outbox };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  vi.stubGlobal('BroadcastChannel', SilentChannel);
  registration = new Registration();
  workers = new Container();
  script = async () => new Response('', { headers: { 'content-type': 'text/javascript' } });
  vi.stubGlobal('fetch', () => script());
  Object.defineProperty(navigator, 'serviceWorker', { value: workers, configurable: true });
  (location as unknown as { href: string }).href = 'https://backstock-r7k2q.local/';
  vi.spyOn(location, 'reload').mockImplementation(reload);
  reload.mockClear();
});
afterEach(() => vi.useRealTimers());

/** A page that an earlier worker serves, with a newer one that has just been installed. */
async function withNewer() {
  registration.active = new Worker();
  workers.controller = registration.active;
  workers.existing = registration;
  const page = await openPage();
  const newer = registration.finds();
  registration.installs(newer);
  return { ...page, newer };
}

describe('trust', () => {
  it('is proven by the registration, on the box’s own origin', async () => {
    const { app } = await openPage();
    expect(app.trust).toBe('trusted');
    expect(workers.register).toHaveBeenCalledWith('/sw.js', { updateViaCache: 'none' });
  });

  it('is not asked for under another name', async () => {
    const { app } = await openPage('another.local');
    expect(app.trust).toBe('elsewhere');
    expect(workers.register).not.toHaveBeenCalled();
  });

  it('is missing where the page gets the script and the worker does not', async () => {
    workers.register.mockRejectedValue(new DOMException('', 'SecurityError'));
    expect((await openPage()).app.trust).toBe('untrusted');
    script = async () => new Response('', { status: 404 });
    expect((await openPage()).app.trust).toBe('unable');
  });

  it('is asked again when the box had gone away meanwhile', async () => {
    workers.register.mockRejectedValueOnce(new TypeError());
    script = async () => Promise.reject(new TypeError());
    const { app } = await openPage();
    expect(app.trust).toBe('unknown');
    app.boxIsBack();
    await pass();
    expect(app.trust).toBe('trusted');
  });
});

describe('the first worker of a device', () => {
  it('is tried again after a while when it could not fetch the app whole', async () => {
    const { app } = await openPage();
    const first = registration.finds();
    registration.installing = null;
    first.becomes('redundant');
    await pass(5_000);
    expect(workers.register).toHaveBeenCalledTimes(1);
    await pass(5_000);
    expect(workers.register).toHaveBeenCalledTimes(2);
    registration.active = registration.finds();
    registration.installs(registration.active);
    await pass(60_000);
    expect(workers.register).toHaveBeenCalledTimes(2);
    expect(app.trust).toBe('trusted');
  });
});

describe('a newer version', () => {
  it('is none at the first visit', async () => {
    const { app } = await openPage();
    registration.installs(registration.finds());
    workers.dispatchEvent(new Event('controllerchange'));
    expect(app.newer).toBe(false);
    expect(reload).not.toHaveBeenCalled();
  });

  it('is offered only while nothing waits, nothing was refused and nothing is under way', async () => {
    const { app, outbox } = await withNewer();
    expect(app.ready).toBe(true);
    const record = { id: 'a', state: 'queued' } as (typeof outbox.records)[number];
    outbox.records = [record];
    expect(app.ready).toBe(false);
    outbox.records = [{ ...record, state: 'refused' }];
    expect(app.ready).toBe(false);
    outbox.records = [];
    const [first, second] = [app.hold(), app.hold()];
    first();
    first();
    expect(app.ready).toBe(false);
    second();
    expect(app.ready).toBe(true);
    expect(reload).not.toHaveBeenCalled();
  });

  it('takes over when asked, and the page is loaded anew once', async () => {
    const { app, newer } = await withNewer();
    app.update();
    app.update();
    expect(newer.heard).toEqual([{ type: 'SKIP_WAITING' }]);
    expect(reload).not.toHaveBeenCalled();
    registration.waiting = null;
    registration.active = newer;
    newer.becomes('activating');
    workers.dispatchEvent(new Event('controllerchange'));
    await pass();
    expect(reload, 'not while the worker is still taking over').not.toHaveBeenCalled();
    newer.becomes('activated');
    await pass();
    expect(reload, 'nor in the very moment').not.toHaveBeenCalled();
    await pass(5_000);
    expect(reload).toHaveBeenCalledTimes(1);
    await pass(10_000);
    expect(reload, 'once more where the browser got stuck on the way').toHaveBeenCalledTimes(2);
    await pass(60_000);
    expect(reload).toHaveBeenCalledTimes(2);
  });

  it('is loaded even where the browser does not say that it took over', async () => {
    const { app } = await withNewer();
    app.update();
    await pass(3_900);
    expect(reload).not.toHaveBeenCalled();
    await pass(200);
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('let in by another tab is offered here, not forced', async () => {
    registration.active = new Worker();
    workers.controller = registration.active;
    workers.existing = registration;
    const { app } = await openPage();
    workers.dispatchEvent(new Event('controllerchange'));
    expect(reload).not.toHaveBeenCalled();
    expect(app.ready).toBe(true);
    app.update();
    expect(reload).toHaveBeenCalledTimes(1);
  });

  it('is looked for on coming back, but not all the time', async () => {
    const { app } = await openPage();
    const focus = async () => {
      dispatchEvent(new Event('focus'));
      await pass();
    };
    await focus();
    expect(registration.update).not.toHaveBeenCalled(); // it was registered just now
    await pass(6 * 60_000);
    await focus();
    await focus();
    expect(registration.update).toHaveBeenCalledTimes(1);
    registration.update.mockRejectedValueOnce(new TypeError());
    expect(await app.look(0)).toBe(false);
    await focus();
    expect(registration.update).toHaveBeenCalledTimes(3); // what failed is not waited for
  });

  it('without a worker shows by the box’s shell naming another script', async () => {
    const { settings } = (globalThis as unknown as { happyDOM: { settings: Settings } }).happyDOM;
    settings.handleDisabledFileLoadingAsSuccess = true;
    document.head.innerHTML = '<script type="module" src="/assets/index-OLD.js"></script>';
    const shell = vi.fn(async () => new Response('<script src="/assets/index-OLD.js">'));
    const { app } = await openPage('another.local');
    script = shell;
    await app.look(0);
    expect(app.newer).toBe(false);
    shell.mockImplementation(async () => new Response('<script src="/assets/index-NEW.js">'));
    await app.look(0);
    expect(app.newer).toBe(true);
    app.update();
    expect(reload).toHaveBeenCalledTimes(1);
    document.head.innerHTML = '';
  });
});
