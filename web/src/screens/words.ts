// Small phrases that several screens share: a refusal, an amount, a state, each in the chosen language.

import type { RequestState, Unit } from '../lib/api/types.ts';
import { age, quantity } from '../lib/format.ts';
import { t } from '../lib/messages/index.svelte.ts';
import type { IconName } from '../parts/icons.ts';

/** How many decimals a keypad offers for a unit. */
export function decimals(unit: Unit): number {
  return unit === 'ea' ? 0 : unit === 'kg' || unit === 'lb' || unit === 'oz' ? 4 : 2;
}

/** "12 ea", "3.5 g". */
export const amount = (value: string, unit: Unit): string => quantity(value, unit);

/** How long something is held: "now", "for 3 days". */
export function heldFor(at: string): string {
  const since = age(at);
  return since === t.common.just_now ? since : t.dock.held_since(since);
}

type Tone = 'plain' | 'accent' | 'right' | 'wrong' | 'warn' | 'info';

export function requestState(state: RequestState): { text: string; tone: Tone; icon: IconName } {
  switch (state) {
    case 'open':
      return { text: t.restock.state_open, tone: 'info', icon: 'clock' };
    case 'picking':
      return { text: t.restock.state_picking, tone: 'accent', icon: 'pick' };
    case 'in_transit':
      return { text: t.restock.state_in_transit, tone: 'warn', icon: 'tote' };
    case 'done':
      return { text: t.restock.state_done, tone: 'right', icon: 'check' };
    case 'cancelled':
      return { text: t.restock.state_cancelled, tone: 'plain', icon: 'close' };
  }
}

/** "Ana Lucía Reyes" is "AR". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[0] ?? '';
  const last = words.length > 1 ? (words.at(-1)?.[0] ?? '') : '';
  return (first + last).toUpperCase();
}

/** A short code as it stands on labels and slips: "R7K-2QF". */
export function shown(code: string): string {
  return /^[0-9A-Z]{6}$/.test(code) ? `${code.slice(0, 3)}-${code.slice(3)}` : code;
}
