// The app itself on this device: its service worker, which opens it without the box; whether the device
// trusts the box, which the worker's registration alone proves; and when a newer version may take over.
// Never reloads under a person's hands: they ask for it, or a wall tablet does for itself.

import { get } from './api/client.ts';
import type { BoxInfo } from './api/types.ts';
import { outbox } from './outbox.svelte.ts';
import { session } from './session.svelte.ts';

/** `elsewhere`: the page was opened under another name than the box's own. `unable`: this browser, or
 *  this window, has no service workers at all. */
export type Trust = 'unknown' | 'trusted' | 'untrusted' | 'elsewhere' | 'unable';

const SCRIPT = '/sw.js';
/** Coming back to the app looks for a newer one, at most this often. */
const LOOK_EVERY_MS = 5 * 60_000;
/** A box that has come back may be a newer one; one that comes and goes is asked no oftener. */
const LOOK_AGAIN_MS = 10_000;
/** iOS now and then does not say that the new worker has taken over. */
const TAKEOVER_MS = 4_000;
/** A page that is loaded anew in the very moment in which its worker changes can hang (Chromium). */
const SETTLED_MS = 300;
const STUCK_MS = 8_000;

class App {
  trust = $state<Trust>('unknown');
  /** A newer version waits on this device, or has taken over from under this page in another tab. */
  newer = $state(false);
  #holds = $state(0);
  #registration: ServiceWorkerRegistration | null = null;
  #registering = false;
  #controlled = false;
  #lookedAt = 0;
  #replacing = false;
  #reloaded = false;

  get trusted(): boolean {
    return this.trust === 'trusted';
  }

  /** A newer version may take over now: nothing waits to be sent or read, nobody is in the middle. */
  get ready(): boolean {
    return this.newer && this.#holds === 0 && outbox.pending === 0 && outbox.refused.length === 0;
  }

  /** The box's own address, where the app is installed from. */
  get home(): string | null {
    return session.box ? `https://${session.box.host}` : null;
  }

  /** Once, from main, when the first screen is drawn: what the worker fetches must not delay it. */
  start(): void {
    for (const type of ['visibilitychange', 'focus', 'pageshow']) {
      addEventListener(type, () => document.visibilityState === 'visible' && void this.look());
    }
    if (!('serviceWorker' in navigator)) {
      this.trust = 'unable';
      return;
    }
    const { serviceWorker } = navigator;
    this.#controlled = serviceWorker.controller !== null;
    serviceWorker.addEventListener('controllerchange', () => this.#tookOver());
    // Opened without the box: the worker of an earlier visit is there.
    void serviceWorker.getRegistration().then((found) => found?.active && this.#watch(found));
    $effect.root(() => {
      $effect(() => {
        if (session.box && this.trust === 'unknown') void this.#register();
      });
    });
  }

  /** Keeps the newer version away while something is under way on the screen; returns how to end it. */
  hold(): () => void {
    this.#holds += 1;
    let held = true;
    return () => {
      if (held) this.#holds -= 1;
      held = false;
    };
  }

  /** The box is reachable again after a pause: it may have been updated meanwhile. */
  boxIsBack(): void {
    if (this.trust === 'unknown' && session.box) void this.#register();
    void this.look(LOOK_AGAIN_MS);
  }

  /** Asks the box for a newer version. Resolves when it is known whether there is one; false: the box
   *  could not be asked. */
  async look(everyMs = LOOK_EVERY_MS): Promise<boolean> {
    if (Date.now() - this.#lookedAt < everyMs) return true;
    this.#lookedAt = Date.now();
    try {
      if (this.#registration) {
        await this.#registration.update();
        await installed(this.#registration.installing);
      } else if (await shellIsNewer()) this.newer = true;
      return true;
    } catch {
      this.#lookedAt = 0; // asked again when the box is back
      return false;
    }
  }

  /** Lets the newer version take over, and loads the page anew. */
  update(): void {
    if (this.#replacing) return;
    this.#replacing = true;
    const waiting = this.#registration?.waiting;
    if (!waiting) return this.#reload(); // another tab has let it in already
    setTimeout(() => this.#reload(), TAKEOVER_MS);
    waiting.postMessage({ type: 'SKIP_WAITING' });
  }

  /** Finds out anew whether the device trusts the box. Throws Problem when the box does not answer. */
  async check(): Promise<Trust> {
    session.box = await get<BoxInfo>('/box');
    if (!('serviceWorker' in navigator)) return 'unable';
    if (location.origin !== this.home) return (this.trust = 'elsewhere');
    try {
      const registration = await navigator.serviceWorker.register(SCRIPT, { updateViaCache: 'none' });
      // A worker that is there already is registered without asking the box; this does ask it.
      await registration.update();
      this.#watch(registration);
    } catch {
      this.trust = await whyNot();
    }
    return this.trust;
  }

  async #register(): Promise<void> {
    if (this.#registering) return;
    this.#registering = true;
    if (location.origin !== this.home) this.trust = 'elsewhere';
    else {
      try {
        this.#watch(await navigator.serviceWorker.register(SCRIPT, { updateViaCache: 'none' }));
      } catch {
        this.trust = await whyNot();
      }
    }
    this.#registering = false;
  }

  #watch(registration: ServiceWorkerRegistration): void {
    this.trust = 'trusted';
    if (this.#registration) return;
    this.#registration = registration;
    this.#lookedAt = Date.now();
    const see = () => {
      // The first one of all waits for nobody.
      if (registration.waiting && registration.active) this.newer = true;
    };
    const follow = () => {
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => {
        see();
        if (worker.state === 'redundant' && !registration.active) this.#failed();
      });
    };
    registration.addEventListener('updatefound', follow);
    follow();
    see();
  }

  /** The first worker of all could not fetch the app whole, and is gone with its registration: without
   *  another the app would not open without the box until somebody loads it anew. */
  #failed(): void {
    this.#registration = null;
    setTimeout(() => void this.#register(), LOOK_AGAIN_MS);
  }

  #tookOver(): void {
    if (this.#replacing) {
      void activated(this.#registration?.active ?? null).then(() => setTimeout(() => this.#reload(), SETTLED_MS));
      return;
    }
    if (this.#controlled) this.newer = true;
    this.#controlled = true;
  }

  #reload(): void {
    if (this.#reloaded) return;
    this.#reloaded = true;
    location.reload();
    // This page is gone by then, unless the browser hangs on the way: asked again, it starts over.
    setTimeout(() => location.reload(), STUCK_MS);
  }
}

/** Why the worker was refused. A browser waves a certificate through for a page that a person insisted
 *  on, never for a worker: a script that the page gets and the worker does not tells of just that. */
async function whyNot(): Promise<Trust> {
  try {
    const answer = await fetch(SCRIPT, { cache: 'no-store' });
    const isScript = answer.headers.get('content-type')?.includes('javascript') ?? false;
    return answer.ok && isScript ? 'untrusted' : 'unable';
  } catch {
    return 'unknown'; // the box went away meanwhile
  }
}

/** A worker takes its pages over while it is still being activated, and answers none of them before it is
 *  done: a page that is loaded anew in between waits for it, now and then for ever. */
function activated(worker: ServiceWorker | null): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if (!worker || worker.state !== 'activating') done();
    };
    worker?.addEventListener('statechange', look);
    look();
  });
}

function installed(worker: ServiceWorker | null): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if (!worker || worker.state !== 'installing') done();
    };
    worker?.addEventListener('statechange', look);
    look();
  });
}

/** The script that this page began with; its name carries a hash of all that it loads. */
const entry = document.querySelector('script[type=module][src]')?.getAttribute('src') ?? '';

/** Without a worker the page itself can be old: the box's shell then names another script. */
async function shellIsNewer(): Promise<boolean> {
  const answer = await fetch('/', { cache: 'no-cache' });
  return answer.ok && entry !== '' && !(await answer.text()).includes(entry);
}

/** Which app this is: its version, and what tells two builds of one version apart. */
export const build = [__VERSION__, /-([\w-]+)\.js$/.exec(entry)?.[1]].filter(Boolean).join(' · ');

export const app = new App();
