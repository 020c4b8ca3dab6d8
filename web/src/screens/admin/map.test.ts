import { describe, expect, it } from 'vitest';
import { contentIn, freeSku, making, same } from './map.ts';

const item = (name: string, candidates: string[]) => ({
  item: name, category: 'Flower', unit: 'ea' as const, rows: 4, product: null,
  make: candidates.length === 0,
  candidates: candidates.map((like, i) => ({ id: i + 1, sku: `S${i}`, name: like, unit: 'ea' as const })),
});

describe('what an item is', () => {
  it('is the product of the same words, however spelled', () => {
    const found = same(item('BLUE DREAM - 3.5g', ['Blue Dream 7 g', 'Blue Dream 3.5 g']));
    expect(found).toEqual({ item: 'BLUE DREAM - 3.5g', product: 2 });
  });

  it('is the only product whose words are all in it', () => {
    expect(same(item('M00123: Kush Mints 1g Flower', ['Kush Mints 1 g', 'Kush 2 g']))?.product).toBe(1);
  });

  it('is left to a person when several or none are', () => {
    expect(same(item('Blue Dream 3.5g Promo', ['Blue Dream', 'Blue Dream 3.5 g']))).toBeNull();
    expect(same(item('Blue Dream 3.5g', ['Blue Cheese 3.5 g', 'Blue Dream 7 g']))).toBeNull();
    expect(same(item('Blue Dream 3.5g', []))).toBeNull();
  });

  it('is made into a product whose SKU no other has', () => {
    const taken = new Set(['BLUE-DREAM-3-5G']);
    expect(making(item('Blue Dream 3.5g', []), taken)).toEqual({
      item: 'Blue Dream 3.5g',
      make: {
        sku: 'BLUE-DREAM-3-5G-2', name: 'Blue Dream 3.5g', category: 'Flower', unit: 'ea',
        content: null,
      },
    });
    expect(making(item('Blue Dream 3.5g', []), taken).make?.sku).toBe('BLUE-DREAM-3-5G-3');
  });
});

describe('what is sold of a package by weight', () => {
  const weighed = (name: string) => ({ ...item(name, []), unit: 'g' as const });

  it('is each of the portion the name states, else the weight', () => {
    expect(making(weighed('Blue Dream 3.5g'), new Set()).make).toMatchObject({
      unit: 'ea', content: { value: '3.5', unit: 'g' },
    });
    expect(making(weighed('Blue Dream Smalls'), new Set()).make).toMatchObject({
      unit: 'g', content: null,
    });
    expect(making(weighed('Gummies 100mg'), new Set()).make).toMatchObject({ unit: 'g' });
  });
});

describe('reading a name', () => {
  it('makes SKUs of any letters', () => {
    expect(freeSku('Piña  Colada #1', new Set())).toBe('PINA-COLADA-1');
    expect(freeSku('大麻', new Set())).toBe('ITEM');
  });

  it('takes a stated content only when it is clear', () => {
    expect(contentIn('Kush 1g Pre-roll')).toEqual({ value: '1', unit: 'g' });
    expect(contentIn('Gummies 100 mg')).toEqual({ value: '100', unit: 'mg' });
    expect(contentIn('Gummies 10mg 100mg')).toBeNull();
    expect(contentIn('Eighth 1/8oz')).toBeNull();
    expect(contentIn('Blue Dream')).toBeNull();
  });
});
