// An order as it will be once the writes that wait on this device are taken: what the packer sees in the hand.
// Pure; the box settles what differs.

import type { IdType, Order, OrderItem, OrderLine, PackCheck, PlaceRef } from '../../lib/api/types.ts';
import { add, isPositive, subtract } from '../../lib/decimal.ts';
import type { OutboxRecord } from '../../lib/outbox/record.ts';
import { allBack, inPackage, piecesOf } from './items.ts';

type PlaceOf = (id: number) => PlaceRef | null;

/** `records` are the writes about this order, in order; refused ones change nothing. */
export function withPending(order: Order, records: readonly OutboxRecord[], place: PlaceOf): Order {
  return records
    .filter((one) => one.state === 'queued')
    .reduce((now, one) => apply(now, one, place), order);
}

function apply(order: Order, record: OutboxRecord, place: PlaceOf): Order {
  const [, id, act] = /^\/orders\/(\d+)\/(\w+)$/.exec(record.path) ?? [];
  if (Number(id) !== order.id) return order;
  const body = record.body as Record<string, unknown>;
  switch (act) {
    case 'verify':
      return changed(order, Number(body['line']), (item) => verified(order, item, String(body['quantity'])));
    case 'unverify':
      return changed(order, Number(body['line']), (item) => ({
        ...item, verified_count: '0', verified: { ...item.verified, value: '0' },
      }));
    case 'pack':
      return {
        ...order, state: 'packed', ticked: body['checks'] as PackCheck[], bags: Number(body['bags'] ?? order.bags),
      };
    case 'stage':
      return { ...order, state: 'staged', shelf: place(Number(body['shelf'])) ?? order.shelf };
    case 'handover':
      return { ...order, state: 'handed_over', id_type: body['id_type'] as IdType };
    case 'putbacks':
    case 'missing':
      return back(order, Number(body['line']), String(body['quantity']));
    default:
      return order;
  }
}

function verified(order: Order, item: OrderItem, count: string): OrderItem {
  const verified_count = add(item.verified_count, count);
  const piece = piecesOf(order).find((one) => one.item.line === item.line);
  const value = piece ? inPackage(piece, verified_count) : verified_count;
  return { ...item, verified_count, verified: { ...item.verified, value } };
}

/** Some of a line is not with the order any more: at the bench it is short of that, else it may be over. */
function back(order: Order, line: number, count: string): Order {
  const now = changed(order, line, (item) => {
    const put_back_count = add(item.put_back_count, count);
    const left = subtract(item.verified_count, count);
    return { ...item, put_back_count, verified_count: isPositive(left) ? left : '0' };
  });
  if (order.state !== 'packing') return allBack(now) ? { ...now, state: 'ended' } : now;
  const lacks = (one: OrderLine) => one.items.some((item) => item.line === line);
  return { ...now, lines: now.lines.map((one) => (lacks(one) ? { ...one, short: add(one.short, count) } : one)) };
}

function changed(order: Order, line: number, change: (item: OrderItem) => OrderItem): Order {
  const lines = order.lines.map((one) => ({
    ...one,
    items: one.items.map((item) => (item.line === line ? change(item) : item)),
  }));
  return { ...order, lines };
}
