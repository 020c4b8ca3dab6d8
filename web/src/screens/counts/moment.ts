// A moment of counting: the box's time as this device knows it, and, where it is in touch with the box, the
// newest entry of the journal that it has heard of. What moves later is not in what was counted then.

import type { CountMoment } from '../../lib/api/types.ts';
import { clock } from '../../lib/clock.svelte.ts';
import { stock } from '../../lib/copy/stock.ts';
import { live } from '../../lib/live.svelte.ts';

export function moment(): CountMoment {
  const at = new Date(clock.exact()).toISOString();
  const seq = Math.max(live.seq ?? 0, stock.seq ?? 0);
  return live.state === 'live' && seq > 0 ? { seq, at } : { at };
}
