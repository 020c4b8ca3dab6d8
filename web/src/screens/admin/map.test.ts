import { describe, expect, it } from 'vitest';
import { contentIn, freeSku, suggested } from './map.ts';

const item = (candidates: number[]) => ({
  item: 'Blue Dream 3.5g', category: 'Flower', unit: 'ea' as const, rows: 4, product: null,
  make: false,
  candidates: candidates.map((id) => ({ id, sku: `S${id}`, name: 'x', unit: 'ea' as const })),
});

describe('suggested', () => {
  it('takes the only product that fits', () => {
    expect(suggested(item([7]), new Set())).toEqual({ item: 'Blue Dream 3.5g', product: 7 });
  });

  it('makes a new one when none or several fit, never with a SKU in use', () => {
    const taken = new Set(['BLUE-DREAM-3-5G']);
    expect(suggested(item([7, 8]), taken)).toEqual({
      item: 'Blue Dream 3.5g',
      make: {
        sku: 'BLUE-DREAM-3-5G-2', name: 'Blue Dream 3.5g', category: 'Flower', unit: 'ea',
        content: { value: '3.5', unit: 'g' },
      },
    });
    expect(suggested(item([]), taken).make?.sku).toBe('BLUE-DREAM-3-5G-3');
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
