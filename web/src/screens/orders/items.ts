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

/** Units that are not in the bag yet. */
export const toVerify = ({ item }: Piece): string =>
  atLeastZero(subtract(item.picked_count, item.verified_count));

/** Units that are not put back yet. */
export const toBack = ({ item }: Piece): string =>
  atLeastZero(subtract(item.picked_count, item.put_back_count));

export const isVerified = (piece: Piece): boolean => !isPositive(toVerify(piece));
export const isBack = (piece: Piece): boolean => !isPositive(toBack(piece));

export const allVerified = (order: Order): boolean => {
  const pieces = piecesOf(order);
  return pieces.length > 0 && pieces.every(isVerified);
};
export const allBack = (order: Order): boolean => piecesOf(order).every(isBack);

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
  return piecesOf(order).find((piece) => piece.product.id === product && isPositive(left(piece))) ?? null;
}

export const holdsProduct = (order: Order, product: number): boolean =>
  piecesOf(order).some((piece) => piece.product.id === product);

/** What still keeps the bag open. */
export function stillMissing(
  order: Order,
  ticked: readonly PackCheck[],
  photos: number,
): ('units' | 'checks' | 'photo')[] {
  const missing: ('units' | 'checks' | 'photo')[] = [];
  if (!allVerified(order)) missing.push('units');
  if (order.checks.some(({ check }) => !ticked.includes(check))) missing.push('checks');
  if (order.photo_wanted && photos + order.photos.length === 0) missing.push('photo');
  return missing;
}

/** Units in the bag, and all of them. */
export function inBag(order: Order): { verified: string; all: string } {
  const pieces = piecesOf(order);
  const sum = (of: (item: OrderItem) => string) => pieces.map(({ item }) => of(item)).reduce(add, '0');
  return { verified: sum((item) => item.verified_count), all: sum((item) => item.picked_count) };
}

/** Whether that many more are left. */
export const fits = (count: string, left: string): boolean => compare(count, left) <= 0;

/** Lines of an order that somebody has to decide about. */
export function shortLines(order: Order): OrderLine[] {
  const open = order.state === 'waiting' || order.state === 'picking';
  return open ? order.lines.filter((line) => line.product !== null && isPositive(line.short)) : [];
}
