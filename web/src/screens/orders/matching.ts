// Which lines of an order somebody may say something of: not known yet, taken for the wrong product, left out. Pure.

import type { Order, OrderLine } from '../../lib/api/types.ts';
import { isPositive } from '../../lib/decimal.ts';
import { BY_HAND } from '../admin/order-source.ts';

/** Nothing of it is given: somebody left it out. */
export const isLeftOut = (line: OrderLine): boolean => !isPositive(line.amount);

/** Nobody has said yet what it is. */
export const isUnknown = (line: OrderLine): boolean => line.product === null && !isLeftOut(line);

/** It may be said to be another product: nobody picks it yet, and its source named it, not somebody here. */
export const mayRematch = ({ state, source }: Order, line: OrderLine): boolean =>
  ['unmatched', 'waiting'].includes(state) && source.id !== BY_HAND &&
  line.product !== null && line.wanted === null && !isLeftOut(line);

/** Whether an order ends without this line. */
export const isLast = (order: Order, line: OrderLine): boolean =>
  order.lines.every((one) => one.id === line.id || isLeftOut(one));
