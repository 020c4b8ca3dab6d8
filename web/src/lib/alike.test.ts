import { expect, it } from 'vitest';
import type { CopiedProduct } from './api/types.ts';
import { candidates, likeness } from './alike.ts';

// The same cases as src/domain/likeness.rs: a device suggests what the box would.
it('the same words in any order are the same', () => {
  expect(likeness('Fog Signal 3.5 g', '3.5 G - fog signal')).toBe(1000);
  expect(likeness('', '')).toBe(0);
  expect(likeness('Fog', 'Mud')).toBe(0);
});

it('a spelling is closer than another product', () => {
  const near = likeness('Harbor Lane Fog Signal 3.5g', 'Harbor Lane - Fog Signal (3.5 g)');
  const far = likeness('Harbor Lane Fog Signal 3.5g', 'Harbor Lane Night Buoy 1g');
  expect(near).toBeGreaterThan(850);
  expect(far).toBeLessThan(near - 200);
});

it('suggests what its packages would fit, the most alike first', () => {
  const product = (id: number, name: string, more: Partial<CopiedProduct> = {}) =>
    ({ id, sku: `S${id}`, name, brand: null, category: 'Edible', unit: 'ea', content: null, gtins: [], active: true, ...more }) as CopiedProduct;
  const eighth = { content: { value: '3.5', unit: 'g' } } as Partial<CopiedProduct>;
  const all = [
    product(1, 'Sour Cherry Gummies'), product(2, 'Sour Cherry Gummies 10 pack'),
    product(3, 'Sour Cherry Gummies', { active: false }), product(4, 'Sour Cherry Gummies', eighth),
    product(5, 'Night Buoy'),
  ];
  expect(candidates(all, 'sour cherry gummies 10-pack', 'ea').map((one) => one.id)).toEqual([2, 1]);
  expect(candidates(all, 'Sour Cherry Gummies', 'g').map((one) => one.id)).toEqual([4]);
});
