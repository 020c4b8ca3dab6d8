import { describe, expect, it } from 'vitest';
import { intakeOf, isSlug, proofOf, slugOf } from './order-source.ts';

describe('a source', () => {
  it('gets its short name from its name', () => {
    expect(slugOf('Weedmaps (5th St.)')).toBe('weedmaps-5th-st');
    expect(slugOf('Menú del café')).toBe('menu-del-cafe');
    expect(slugOf('  —  ')).toBe('');
  });

  it('has a short name that can stand in an address and be a folder', () => {
    expect(['jane', 'weedmaps-5th', 'a1'].every(isSlug)).toBe(true);
    expect(['', 'Jane', '-jane', 'jane-', 'a--b', '../etc', 'a'.repeat(41)].some(isSlug)).toBe(false);
  });

  it('proves itself as its maker defines it', () => {
    expect([proofOf('weedmaps'), proofOf('jane'), proofOf('csv')]).toEqual(['signature', 'bearer', 'none']);
  });

  it('has an address of its own', () => {
    expect(intakeOf('https://box.local', 'jane')).toBe('https://box.local/api/v1/orders/intake/jane');
  });
});
