import { describe, expect, it } from 'vitest';
import { dependents, heldBack, isAside, sendable, type OutboxRecord } from './record.ts';

let seq = 0;
const record = (more: Partial<OutboxRecord> = {}): OutboxRecord => ({
  seq: ++seq,
  id: `w${seq}`,
  author: { user: 1, name: 'Ana', session: 's1' },
  device_time: '2026-01-01T00:00:00.000Z',
  method: 'POST',
  path: '/moves',
  body: {},
  label: '',
  about: [],
  needs: [],
  state: 'queued',
  tries: 0,
  problem: null,
  signature: null,
  ...more,
});
const failing = { status: 500, code: 'internal', detail: '', extra: {} };
const ids = (list: OutboxRecord[]) => list.map((one) => one.id);

describe('what goes next', () => {
  it('is everything in the order of writing', () => {
    const all = [record(), record(), record()];
    expect(sendable(all)).toEqual(all);
  });

  it('is not what builds upon a refusal, nor what builds upon that', () => {
    const refused = record({ state: 'refused', about: ['a'] });
    const upon = record({ needs: ['a'], about: ['b'] });
    const further = record({ needs: ['b'] });
    const other = record({ about: ['a'], needs: ['c'] });
    const all = [refused, upon, further, other];
    expect(sendable(all)).toEqual([other]);
    expect([...heldBack(all)].map(([id, by]) => [id, by.id])).toEqual([
      [upon.id, refused.id],
      [further.id, refused.id],
    ]);
    expect(dependents(refused, all)).toEqual([upon, further]);
  });

  it('is held back by nothing that was written after it', () => {
    const upon = record({ needs: ['a'] });
    const all = [upon, record({ state: 'refused', about: ['a'] })];
    expect(sendable(all)).toEqual([upon]);
    expect(dependents(all[1]!, all)).toEqual([]);
  });

  it('puts what the box keeps failing on behind the others, with what builds upon it held', () => {
    const stuck = record({ problem: failing, tries: 5, about: ['a'] });
    const upon = record({ needs: ['a'] });
    const other = record();
    expect(isAside(stuck)).toBe(true);
    expect(sendable([stuck, upon, other])).toEqual([other, stuck]);
    expect(sendable([{ ...stuck, tries: 4 }, upon, other])).toHaveLength(3);
  });

  it('passes over what only its absent author may send', () => {
    const waits = record({ problem: { status: 401, code: 'signed_out', detail: '', extra: {} } });
    const other = record();
    expect(sendable([waits, other])).toEqual([other, waits]);
  });
});

/** mulberry32: the same queues each time. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t ^= t + Math.imul(t ^ (t >>> 7), 61 | t);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

function queue(next: () => number): OutboxRecord[] {
  const things = (most: number) =>
    Array.from({ length: Math.floor(next() * (most + 1)) }, () => 'abcdef'[Math.floor(next() * 6)]!);
  return Array.from({ length: Math.floor(next() * 12) }, () => {
    const stuck = next() < 0.1 ? { problem: failing, tries: 5 } : {};
    const state = next() < 0.2 ? ('refused' as const) : ('queued' as const);
    return record({ about: things(2), needs: things(2), state, ...stuck });
  });
}

describe('any queue', () => {
  const next = random(7);
  const queues = Array.from({ length: 500 }, () => queue(next));

  it('has each write refused, held back or free to go, and never two of these', () => {
    for (const all of queues) {
      const held = heldBack(all);
      const free = sendable(all);
      expect(new Set(ids(free)).size).toBe(free.length);
      const ways = all.map((one) => [one.state === 'refused', held.has(one.id), free.includes(one)]);
      expect(ways.map((is) => is.filter(Boolean).length)).toEqual(all.map(() => 1));
    }
  });

  it('goes in the order of writing, those set aside last', () => {
    for (const all of queues) {
      const free = sendable(all);
      const straight = free.filter((one) => !isAside(one));
      const aside = free.filter(isAside);
      expect(free).toEqual([...straight, ...aside]);
      for (const part of [straight, aside]) {
        expect(part).toEqual(part.toSorted((a, b) => a.seq! - b.seq!));
      }
    }
  });

  it('holds back exactly what builds upon something stopped, near or far', () => {
    for (const all of queues) {
      const stops = all.filter((one) => one.state === 'refused' || isAside(one));
      const upon = new Set(stops.flatMap((stop) => ids(dependents(stop, all))));
      const expected = all.filter((one) => upon.has(one.id) && !stops.includes(one));
      expect([...heldBack(all).keys()]).toEqual(ids(expected));
    }
  });

  it('sends nothing before what it builds upon', () => {
    for (const all of queues) {
      const free = sendable(all);
      free.forEach((one, at) => {
        if (isAside(one)) return;
        const before = all.filter((other) => other.seq! < one.seq! && other.state === 'queued');
        for (const other of before) {
          if (!one.needs.some((need) => other.about.includes(need))) continue;
          expect(free.indexOf(other)).toBeGreaterThanOrEqual(0);
          expect(free.indexOf(other)).toBeLessThan(at);
        }
      });
    }
  });
});
