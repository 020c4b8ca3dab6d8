// The box's refusals of a move or an undo, in words.

import type { Problem } from '../../lib/api/client.ts';
import type { Quantity } from '../../lib/api/types.ts';
import { quantity } from '../../lib/format.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { wrong, type Verdict } from '../picks/refusal.ts';
import { problemText } from '../words.ts';

export function moveVerdict(error: Problem): Verdict {
  const words = t.stock.refusal;
  const available = error.extra['available'] as Quantity | undefined;
  switch (error.code) {
    case 'not_enough':
      return wrong(words.not_enough, words.not_enough_do(available ? quantity(available) : '0'));
    case 'blocked_place':
      return wrong(words.blocked_place, words.blocked_place_do);
    case 'same_place':
      return wrong(words.same_place, words.same_place_do);
    case 'reserved':
      return wrong(words.reserved, words.reserved_do(String(error.extra['pick'] ?? '')));
    case 'unit_mismatch':
      return wrong(words.unit_mismatch, words.unit_mismatch_do);
    case 'not_yours':
      return wrong(words.not_yours, words.not_yours_do);
    case 'later_depends':
      return wrong(words.later_depends, words.later_depends_do);
    case 'not_undoable':
      return wrong(words.not_undoable, words.not_undoable_do);
    default:
      return wrong(t.picks.refusal.other, problemText(error));
  }
}
