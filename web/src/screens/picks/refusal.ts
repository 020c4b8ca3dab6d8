// Every refusal of picking as a person should meet it: what was scanned, what was expected, what to
// do, and the button that does it. Local checks and the box's answers end in the same words.

import { Problem } from '../../lib/api/client.ts';
import type { PackageRef, PickLine } from '../../lib/api/types.ts';
import { explain, factsOf } from '../../lib/explain.ts';
import { tagTail } from '../../lib/format.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { amount } from '../words.ts';

export type Remedy = 'approve' | 'found' | 'next' | 'queue' | null;

export interface Verdict {
  tone: 'right' | 'wrong';
  title: string;
  facts: { label: string; value: string }[];
  todo?: string;
  remedy: Remedy;
}

/** A package as it is read out: "Blue Dream 3.5 g · …0012345". */
export function packageName(one: PackageRef): string {
  return `${one.product.name} · …\u2060${tagTail(one.tag)}`;
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

const REMEDIES: Record<string, Remedy> = {
  newer_lot: 'approve',
  approval_needed: 'approve',
  approval_invalid: 'approve',
  not_there: 'found',
  already_picked: 'next',
  order_left: 'next',
  not_pickable: 'next',
  not_your_pick: 'queue',
  pick_closed: 'queue',
};

/** The box's refusal in the catalogue's words; `was` is what the person had scanned or done. */
export function verdictOf(error: unknown, was?: string): Verdict {
  const { title, text } = explain(error);
  if (!(error instanceof Problem)) return wrong(title, text, { was });
  const expected = factsOf(error).expected ?? undefined;
  return wrong(title, text, { was, expected, remedy: REMEDIES[error.code] ?? null });
}

/** A count of a line in words: "9 ea". */
export const countOf = (line: PickLine, count: string): string =>
  amount(count, line.package.product.unit);
