import { beforeEach, expect, it } from 'vitest';
import { back, go, match, router, startRouter } from './router.svelte.ts';

const routes = [{ path: '/' }, { path: '/picks/new' }, { path: '/picks/:id' }, { path: '/P/:code' }];

beforeEach(() => go('/', { replace: true }));

it('finds the first route that fits and its parameters', () => {
  expect(match(routes, '/')?.route.path).toBe('/');
  expect(match(routes, '/picks/new')?.route.path).toBe('/picks/new');
  expect(match(routes, '/picks/12/')?.params).toEqual({ id: '12' });
  expect(match(routes, '/picks')).toBeNull();
  expect(match(routes, '/p/R7K%2D2QF')?.params).toEqual({ code: 'R7K-2QF' });
});

it('goes, with the query, and comes back to the fallback when there is nothing behind', () => {
  startRouter();
  go('/picks/12?print=1');
  expect(router.path).toBe('/picks/12');
  expect(router.query.get('print')).toBe('1');
  expect(router.depth).toBe(1);
  go('/stock', { replace: true });
  expect(router.depth).toBe(1);
  router.depth = 0;
  back('/queue');
  expect(router.path).toBe('/queue');
});
