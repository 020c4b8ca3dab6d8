// What a source's forwarder must know, and how a short name has to look. Pure.

import type { OrderFormat, OrderProof } from '../../lib/api/types.ts';

/** The source that people are: orders entered on the screen. */
export const BY_HAND = 1;

export const FORMATS: OrderFormat[] = ['weedmaps', 'jane', 'dutchie', 'flowhub', 'backstock', 'csv'];
export const PROOFS: OrderProof[] = ['none', 'signature', 'bearer'];

export const isSlug = (text: string): boolean => text.length <= 40 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);

/** "Weedmaps (5th St.)" is "weedmaps-5th-st". */
export function slugOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').slice(0, 40).replace(/^-+|-+$/g, '');
}

/** How a source of this kind proves itself by its own definition. */
export function proofOf(format: OrderFormat): OrderProof {
  if (format === 'weedmaps') return 'signature';
  return format === 'jane' ? 'bearer' : 'none';
}

export const intakeOf = (origin: string, slug: string): string => `${origin}/api/v1/orders/intake/${slug}`;
