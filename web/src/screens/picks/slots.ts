// What is said of the slots of a walk.

import type { Pick, PickLine, PickOrder } from '../../lib/api/types.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { shown } from '../words.ts';
import { wrong, type Verdict } from './refusal.ts';
import { leftBehind, toteOf } from './walk.ts';

export const slotName = (n: number): string => t.fulfil.slot(n);

/** "slot 3 · Tote 7". */
export function intoSlot(pick: Pick, line: PickLine): string {
  const slot = line.slot === null ? '' : slotName(line.slot);
  return [slot, toteOf(pick, line)?.name].filter(Boolean).join(' · ');
}

/** The order's number as the customer has it, else its code. */
export const orderName = (one: { number: string | null; code: string }): string =>
  one.number ?? shown(one.code);

/** Orders were cancelled under the picker's hands: which, what to do with what is in the hand, and with
 *  what lies in the slot. */
export function goneWords(pick: Pick, orders: readonly PickOrder[], hand: string | null): Verdict {
  const { cancelled, cancelled_hand, cancelled_slot, cancelled_empty } = t.fulfil;
  const slots = orders.filter((one) => leftBehind(pick, one)).map((one) => slotName(one.slot));
  const todo = [
    hand && cancelled_hand(hand),
    slots.length > 0 ? cancelled_slot(slots.join(', ')) : cancelled_empty,
  ].filter(Boolean);
  const names = orders.map((one) => `${slotName(one.slot)}: ${orderName(one)}`).join(', ');
  return wrong(cancelled(names), todo.join(' '));
}
