// What is in an order's tote or bag, package by package: what is verified, what is back. Pure.

import type { Order, OrderItem, OrderLine, PackCheck, ProductRef } from '../../lib/api/types.ts';
import { add, compare, format, isPositive, parse, subtract } from '../../lib/decimal.ts';

/** One package's part of a line. */
export interface Piece {
  item: OrderItem;
  line: OrderLine;
  product: ProductRef;
}

export function piecesOf(order: Order): Piece[] {
  return order.lines.flatMap((line) =>
    line.items
      .filter((item) => isPositive(item.picked_count))
      .map((item) => ({ item, line, product: item.package.product })),
  );
}

const atLeastZero = (value: string): string => (isPositive(value) ? value : '0');

/** Units that are with the order: picked, and not put back. */
export const there = ({ item }: Piece): string =>
  atLeastZero(subtract(item.picked_count, item.put_back_count));

/** Units that are not in the bag yet. */
export const toVerify = (piece: Piece): string =>
  atLeastZero(subtract(there(piece), piece.item.verified_count));

/** What of an order is in its tote or bag. */
export const withOrder = (order: Order): Piece[] => piecesOf(order).filter((piece) => isPositive(there(piece)));

export const isVerified = (piece: Piece): boolean => !isPositive(toVerify(piece));
export const isBack = (piece: Piece): boolean => !isPositive(there(piece));

export const allVerified = (order: Order): boolean => {
  const pieces = withOrder(order);
  return pieces.length > 0 && pieces.every(isVerified);
};
export const allBack = (order: Order): boolean => withOrder(order).length === 0;

/** How far something is, 0 to 1. */
export function share(of: string, all: string): number {
  return isPositive(all) ? Math.min(1, Number(of) / Number(all)) : 1;
}

/** `count` product units of a piece in its package's unit. */
export function inPackage({ item }: Piece, count: string): string {
  const [all, per, n] = [item.picked.value, item.picked_count, count].map((text) => parse(text) ?? 0n);
  return per === 0n ? count : format((n! * all!) / per!);
}

/** What a barcode in the hand counts for: the first package of the product with units that are not through
 *  yet. Which lot of the same product it is changes nothing: all of them go into the same bag. */
export function forProduct(order: Order, product: number, left: (piece: Piece) => string): Piece | null {
  return withOrder(order).find((piece) => piece.product.id === product && isPositive(left(piece))) ?? null;
}

export const holdsProduct = (order: Order, product: number): boolean =>
  withOrder(order).some((piece) => piece.product.id === product);

export type Lack = 'short' | 'units' | 'checks' | 'photo';

/** What still keeps the bag open. */
export function stillMissing(
  order: Order,
  ticked: readonly PackCheck[],
  photos: number,
): Lack[] {
  const missing: Lack[] = [];
  if (shortLines(order).length > 0) missing.push('short');
  if (!allVerified(order)) missing.push('units');
  if (order.checks.some(({ check }) => !ticked.includes(check))) missing.push('checks');
  if (order.photo_wanted && photos + order.photos.length === 0) missing.push('photo');
  return missing;
}

/** Units in the bag, and all of them. */
export function inBag(order: Order): { verified: string; all: string } {
  const pieces = withOrder(order);
  const sum = (of: (piece: Piece) => string) => pieces.map(of).reduce(add, '0');
  return { verified: sum(({ item }) => item.verified_count), all: sum(there) };
}

/** Whether that many more are left. */
export const fits = (count: string, left: string): boolean => compare(count, left) <= 0;

/** Lines of an order that somebody has to decide about. */
export function shortLines(order: Order): OrderLine[] {
  const open = ['waiting', 'picking', 'packing'].includes(order.state);
  return open ? order.lines.filter((line) => line.product !== null && isPositive(line.short)) : [];
}
