import { expect, test } from 'vitest';
import type { Shrink } from '../../lib/api/types.ts';
import { shares } from './shares.ts';

const part = (over: Partial<Shrink['parts'][number]>): Shrink['parts'][number] => ({
  cause: 'unknown', found: false, leg: 'floor', lines: 1, missing_units: '0', over_units: '0', missing_cents: 0,
  over_cents: 0, without_cost: 0, ...over,
});

test('each cause once over all its legs, the largest first', () => {
  const rows = shares(
    [
      part({ missing_cents: 300, missing_units: '1' }),
      part({ cause: 'tote_lost', found: true, leg: 'transit', missing_cents: 500, over_cents: 100, lines: 2 }),
      part({ cause: 'tote_lost', found: true, leg: 'vault', missing_cents: 600 }),
    ],
    'money',
  );
  expect(rows.map((row) => [row.cause, row.lines, row.missing, row.over])).toEqual([
    ['tote_lost', 3, 1100, 100], ['unknown', 1, 300, 0],
  ]);
  expect(rows[0]!.missingWidth + rows[0]!.overWidth).toBeCloseTo(100);
  expect(rows[1]!.missingWidth).toBe(25);
});

test('what was found unknown stands apart from what nobody has looked into', () => {
  const rows = shares([part({ missing_units: '2' }), part({ found: true, missing_units: '3.5' })], 'units');
  expect(rows.map((row) => [row.found, row.missing])).toEqual([[true, 3.5], [false, 2]]);
});

test('nothing is drawn of nothing', () => {
  expect(shares([], 'money')).toEqual([]);
  expect(shares([part({})], 'money')[0]!.missingWidth).toBe(0);
});
