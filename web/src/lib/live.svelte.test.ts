import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Change } from './api/types.ts';
import { concerns, live, resource } from './live.svelte.ts';
import { reach } from './reach.svelte.ts';

class Stream {
  static CLOSED = 2;
  static last: Stream;
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  #listeners: Record<string, (event: { data: string }) => void> = {};
  constructor() {
    Stream.last = this;
  }
  addEventListener(type: string, listener: (event: { data: string }) => void) {
    this.#listeners[type] = listener;
  }
  emit(type: string, data: unknown = {}) {
    this.#listeners[type]?.({ data: JSON.stringify(data) });
  }
  close() {}
}

let asked: string[] = [];
let answer: (path: string) => Response | Promise<Response>;
let end: (() => void) | null = null;

function open(): void {
  live.start();
  Stream.last.onopen?.();
}

/** Makes what a component would make, in a root of its own. */
function within<T>(make: () => T): T {
  let made: T;
  end = $effect.root(() => {
    made = make();
  });
  flushSync();
  return made!;
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  flushSync();
  await vi.advanceTimersByTimeAsync(0);
}

const change = (topics: Change['topics'], ids?: Change['ids']) =>
  Stream.last.emit('change', { topics, ids });

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('EventSource', Stream);
  asked = [];
  let n = 0;
  answer = () => Response.json({ n: ++n });
  vi.stubGlobal('fetch', async (url: string) => {
    const path = url.replace('/api/v1', '');
    asked.push(path);
    return answer(path);
  });
});
afterEach(() => {
  end?.();
  end = null;
  live.stop();
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('knows which changes concern which data', () => {
  const given: Change = { topics: ['picks', 'stock'], ids: { picks: [12] } };
  expect(concerns(given, ['picks'])).toBe(true);
  expect(concerns(given, ['picks:12'])).toBe(true);
  expect(concerns(given, ['picks:13'])).toBe(false);
  expect(concerns(given, ['stock:4'])).toBe(true); // no ids given: all of it
  expect(concerns(given, ['cases', 'requests'])).toBe(false);
  expect(concerns('everything', ['cases'])).toBe(true);
});

describe('a resource', () => {
  it('asks when it is made and again when its topic changes, once for a burst', async () => {
    open();
    const picks = within(() => resource<{ n: number }>('/picks', ['picks']));
    await pass(0);
    expect(picks.data).toEqual({ n: 1 });
    change(['cases']);
    await pass(200);
    expect(asked).toHaveLength(1);
    change(['picks']);
    change(['picks']);
    change(['picks', 'stock']);
    await pass(200);
    expect(asked).toEqual(['/picks', '/picks']);
    expect(picks.data).toEqual({ n: 2 });
  });

  it('asks once more when a change comes while it is asking', async () => {
    open();
    let release: (response: Response) => void = () => {};
    answer = () => new Promise((done) => (release = done));
    const picks = within(() => resource<{ n: number }>('/picks', ['picks']));
    await pass(0);
    change(['picks']);
    await pass(200);
    expect(asked).toHaveLength(1);
    answer = () => Response.json({ n: 9 });
    release(Response.json({ n: 1 }));
    await pass(200);
    expect(asked).toHaveLength(2);
    expect(picks.data).toEqual({ n: 9 });
  });

  it('follows its path and never shows the answer of the one before', async () => {
    open();
    let id = $state(1);
    const releases: Record<string, (response: Response) => void> = {};
    answer = (path) => new Promise((done) => (releases[path] = done));
    const pick = within(() => resource<{ n: number }>(() => `/picks/${id}`));
    await pass(0);
    id = 2;
    await pass(0);
    releases['/picks/2']!(Response.json({ n: 2 }));
    releases['/picks/1']!(Response.json({ n: 1 }));
    await pass(0);
    expect(pick.data).toEqual({ n: 2 });
  });

  it('keeps what it has while the box is away, says so, and tries again', async () => {
    open();
    const picks = within(() => resource<{ n: number }>('/picks', ['picks']));
    await pass(0);
    const good = answer;
    answer = () => Promise.reject(new TypeError('no route'));
    change(['picks']);
    await pass(200);
    expect(picks.data).toEqual({ n: 1 });
    expect(picks.error?.code).toBe('offline');
    answer = good;
    await pass(3_000);
    expect(picks.data).toEqual({ n: 2 });
    expect(picks.error).toBeNull();
  });

  it('asks anew after a gap in the stream and after a reset', async () => {
    open();
    within(() => resource('/picks', ['picks']));
    await pass(0);
    Stream.last.onerror?.();
    expect(live.state).toBe('down');
    expect(reach.lostAt).not.toBeNull();
    Stream.last.onopen?.();
    await pass(200);
    expect(live.state).toBe('live');
    expect(asked).toHaveLength(2);
    Stream.last.emit('reset');
    await pass(200);
    expect(asked).toHaveLength(3);
  });

  it('asks anew for what was read before the stream stood', async () => {
    live.start();
    within(() => resource('/picks', ['picks']));
    await pass(0);
    Stream.last.onopen?.();
    await pass(200);
    expect(asked).toHaveLength(2);
  });

  it('is silent when its component is gone', async () => {
    open();
    within(() => resource('/picks', ['picks']));
    await pass(0);
    end!();
    change(['picks']);
    await pass(5_000);
    expect(asked).toHaveLength(1);
  });

  it('opens a new stream when the box refused the old one', async () => {
    open();
    const first = Stream.last;
    first.readyState = Stream.CLOSED;
    first.onerror?.();
    await pass(3_000);
    expect(Stream.last).not.toBe(first);
    Stream.last.onopen?.();
    expect(live.state).toBe('live');
  });
});
