// Every refusal of picking as a person should meet it: what was scanned, what was expected, what to
// do, and the button that does it. Local checks and the box's answers end in the same words.

import { Problem } from '../../lib/api/client.ts';
import type { PackageRef, PickLine, PlaceRef, Quantity } from '../../lib/api/types.ts';
import { quantity, tagTail } from '../../lib/format.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { amount, problemText } from '../words.ts';

export type Remedy = 'approve' | 'found' | 'next' | 'queue' | 'tote' | null;

export interface Verdict {
  tone: 'right' | 'wrong';
  title: string;
  facts: { label: string; value: string }[];
  todo?: string;
  remedy: Remedy;
}

/** A package as it is read out: "Blue Dream 3.5 g · …0012345". */
export function packageName(one: PackageRef): string {
  return `${one.product.name} · …${tagTail(one.tag)}`;
}

/** A wrong scan in the pick's own words. `was` and `expected` are left out when unknown. */
export function wrong(
  title: string,
  todo: string,
  said: { was?: string; expected?: string; remedy?: Remedy } = {},
): Verdict {
  const facts = [
    { label: t.picks.wrong_was, value: said.was ?? '' },
    { label: t.picks.wrong_expected, value: said.expected ?? '' },
  ].filter((fact) => fact.value);
  return { tone: 'wrong', title, facts, todo, remedy: said.remedy ?? null };
}

/** The box's refusal of a take, a tote, a handover. `was` is what the person had scanned. */
export function verdictOf(error: unknown, was?: string, line?: PickLine | null): Verdict {
  const words = t.picks.refusal;
  if (!(error instanceof Problem)) return wrong(words.other, problemText(error), { was });
  const { extra } = error;
  switch (error.code) {
    case 'wrong_bin': {
      const bin = (extra['expected'] as PlaceRef | undefined)?.name ?? line?.bin.name ?? '';
      return wrong(words.wrong_bin, words.wrong_bin_do(bin), { was, expected: bin });
    }
    case 'wrong_product': {
      const one = extra['expected'] as PackageRef | undefined;
      return wrong(words.wrong_product, words.wrong_product_do, {
        was,
        expected: one && packageName(one),
      });
    }
    case 'newer_lot': {
      const one = extra['expected'] as { package: PackageRef; bin: PlaceRef } | undefined;
      const expected = one && `${packageName(one.package)} · ${one.bin.name}`;
      return wrong(words.newer_lot, words.newer_lot_do, { was, expected, remedy: 'approve' });
    }
    case 'too_many':
      return wrong(words.too_many, words.too_many_do(say(extra['left'])), { was });
    case 'already_picked':
      return wrong(words.already_picked, words.already_picked_do, { was, remedy: 'next' });
    case 'not_pickable': {
      const reasons = (extra['reasons'] as (keyof typeof t.common.blocked)[] | undefined) ?? [];
      const why = reasons.map((reason) => t.common.blocked[reason] ?? reason).join(', ');
      return wrong(`${words.not_pickable}${why && `: ${why}`}`, words.not_pickable_do, {
        was,
        remedy: 'next',
      });
    }
    case 'not_there':
      return wrong(words.not_there, words.not_there_do(say(extra['available'])), {
        was,
        remedy: 'found',
      });
    case 'no_tote':
      return wrong(words.no_tote, words.no_tote_do, { was, remedy: 'tote' });
    case 'tote_in_use':
      return wrong(words.tote_in_use, words.tote_in_use_do(String(extra['pick'] ?? '')), { was });
    case 'not_a_tote':
      return wrong(words.not_a_tote, words.not_a_tote_do, { was });
    case 'not_your_pick': {
      const by = (extra['by'] as { name?: string } | undefined)?.name ?? '';
      return wrong(words.not_your_pick, words.not_your_pick_do(by), { remedy: 'queue' });
    }
    case 'pick_closed':
      return wrong(words.pick_closed, words.pick_closed_do, { remedy: 'queue' });
    case 'approval_needed':
      return wrong(words.approval_needed, words.approval_needed_do, { was, remedy: 'approve' });
    case 'approval_invalid':
      return wrong(words.approval_invalid, words.approval_invalid_do, { was, remedy: 'approve' });
    case 'nothing_picked':
      return wrong(words.nothing_picked, words.nothing_picked_do);
    case 'lines_open':
      return wrong(words.lines_open, words.lines_open_do);
    case 'reserved':
      return wrong(words.reserved, words.reserved_do(String(extra['pick'] ?? '')), { was });
    default:
      return wrong(words.other, problemText(error), { was });
  }
}

function say(given: unknown): string {
  if (given && typeof given === 'object' && 'value' in given) return quantity(given as Quantity);
  return given === undefined || given === null ? '0' : String(given);
}

/** A count of a line in words: "9 ea". */
export const countOf = (line: PickLine, count: string): string =>
  amount(count, line.package.product.unit);
