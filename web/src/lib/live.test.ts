import { expect, it } from 'vitest';
import { concerns } from './live.svelte.ts';

it('knows which changes concern which data', () => {
  const change = { topics: ['picks', 'stock'] as const, ids: { picks: [12] } };
  const given = { ...change, topics: [...change.topics] };
  expect(concerns(given, ['picks'])).toBe(true);
  expect(concerns(given, ['picks:12'])).toBe(true);
  expect(concerns(given, ['picks:13'])).toBe(false);
  expect(concerns(given, ['stock:4'])).toBe(true); // no ids given: all of it
  expect(concerns(given, ['cases', 'requests'])).toBe(false);
  expect(concerns('everything', ['cases'])).toBe(true);
});
