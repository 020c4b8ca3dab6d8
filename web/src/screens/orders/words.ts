// What the desk says of an order in a few words: its name, its state, its time, what is odd about it.

import type { OrderRow, OrderState } from '../../lib/api/types.ts';
import { clock } from '../../lib/clock.svelte.ts';
import { age, date, duration, time, when } from '../../lib/format.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import type { IconName } from '../../parts/icons.ts';
import { BY_HAND } from '../admin/order-source.ts';
import { shown } from '../words.ts';
import { dueNow } from './queue.ts';

type Tone = 'plain' | 'accent' | 'right' | 'wrong' | 'warn' | 'info';
export interface Flag {
  text: string;
  tone: Tone;
  icon: IconName;
}

/** The number the customer knows, else our own code. */
export const nameOf = (one: Pick<OrderRow, 'number' | 'code'>): string => one.number || shown(one.code);

/** The source people are stands in the box by an English name. */
export const sourceOf = (source: OrderRow['source']): string => (source.id === BY_HAND ? t.orders.hand : source.name);

const LOOKS: Record<OrderState, { tone: Tone; icon: IconName }> = {
  unmatched: { tone: 'warn', icon: 'search' },
  waiting: { tone: 'info', icon: 'clock' },
  picking: { tone: 'accent', icon: 'pick' },
  packing: { tone: 'accent', icon: 'tote' },
  packed: { tone: 'right', icon: 'bag' },
  staged: { tone: 'right', icon: 'place' },
  handed_over: { tone: 'plain', icon: 'check' },
  unwinding: { tone: 'warn', icon: 'undo' },
  ended: { tone: 'plain', icon: 'close' },
};

export function stateOf({ state, unmatched }: Pick<OrderRow, 'state' | 'unmatched'>): Flag {
  const open = state === 'unmatched' && unmatched > 0;
  return { text: open ? t.orders.needs_match(unmatched) : t.orders.states[state], ...LOOKS[state] };
}

/** "in 25 min", "now, until 3:30 PM", "late 10 min"; null where there is no window to keep. Ticks. */
export function dueOf(one: OrderRow): { text: string; late: boolean } | null {
  const due = dueNow(one, clock.now);
  switch (due.kind) {
    case 'none':
      return null;
    case 'late':
      return { text: t.orders.late(duration(due.ms)), late: true };
    case 'in':
      return { text: t.orders.due_in(duration(due.ms)), late: false };
    case 'now':
      return {
        text: [t.orders.due_now, due.until && t.orders.until(time(due.until))].filter(Boolean).join(', '),
        late: false,
      };
  }
}

/** "2:00 – 3:30 PM", with the day where it is another. */
export function windowOf(from: string | null, to: string | null): string | null {
  if (from && to) {
    return date(from) === date(to) ? `${when(from)} – ${time(to)}` : `${when(from)} – ${when(to)}`;
  }
  return from ? `${t.orders.from_time} ${when(from)}` : to ? `${t.orders.to_time} ${when(to)}` : null;
}

/** What somebody has to know before they touch it, the worst first. */
export function flagsOf(one: OrderRow): Flag[] {
  const flags: (Flag | false)[] = [
    one.asked && { text: t.orders.changed, tone: 'wrong', icon: 'warn' },
    one.unmatched > 0 && one.state !== 'unmatched' && { text: t.orders.needs_match(one.unmatched), tone: 'warn', icon: 'search' },
    one.short && { text: t.orders.short, tone: 'warn', icon: 'minus' },
    one.aging && !!one.staged_at && { text: t.orders.aging(age(one.staged_at)), tone: 'warn', icon: 'clock' },
    one.awaiting_sale && { text: t.orders.awaiting_sale, tone: 'info', icon: 'clock' },
    !!one.why && { text: t.orders.whys[one.why], tone: 'plain', icon: 'info' },
  ];
  return flags.filter((flag) => flag !== false);
}
