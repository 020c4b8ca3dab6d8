// What a scan outside any job opens, and the answer when it opens nothing.

import { Problem } from '../../lib/api/client.ts';
import type { PackageRef, ProductRef, Resolved } from '../../lib/api/types.ts';
import { inWords } from '../../lib/explain.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { go } from '../../lib/router.svelte.ts';
import { resolve } from '../../lib/scan/index.svelte.ts';
import { can } from '../../lib/session.svelte.ts';
import { answers } from '../../parts/answers.svelte.ts';
import { shown } from '../words.ts';

/** Several things a scan may have meant; the frame asks which. */
class Choice {
  title = $state('');
  hint = $state('');
  packages = $state.raw<PackageRef[]>([]);
  products = $state.raw<ProductRef[]>([]);
  open = $state(false);

  ask(title: string, hint: string, packages: PackageRef[], products: ProductRef[] = []): void {
    Object.assign(this, { title, hint, packages, products, open: true });
  }
}

export const choice = new Choice();

/** The screen of a thing, or null when it has none. */
export function pathOf(found: Resolved, text: string): string | null {
  switch (found.kind) {
    case 'package':
      return `/packages/${found.package.id}`;
    case 'product':
      return `/products/${found.product.id}`;
    case 'place':
      return `/places/${found.place.id}`;
    case 'tote':
      if (found.pick === null) return `/places/${found.place.id}`;
      return can('pick')
        ? `/picks/${found.pick}`
        : `/receive/${found.pick}?scanned=${encodeURIComponent(text)}`;
    case 'pick':
      return can('pick') ? `/picks/${found.pick}` : `/receive/${found.pick}`;
    case 'case':
      return `/cases/${found.case}`;
    case 'order':
      return `/orders/${found.order}?scanned=${encodeURIComponent(text)}`;
    default:
      return null;
  }
}

/** Why a resolved scan cannot be used, in words; null when it can. */
export function whyNot(found: Resolved): { title: string; todo: string } | null {
  switch (found.kind) {
    case 'unknown':
      return found.mangled
        ? { title: t.picks.refusal.mangled, todo: t.scan.mangled }
        : { title: t.scan.unknown[found.reads_as], todo: t.scan.unknown_hint[found.reads_as] };
    case 'neighbour':
      return { title: t.scan.neighbour, todo: t.scan.neighbour_hint };
    case 'ambiguous':
      return { title: t.scan.ambiguous, todo: t.scan.ambiguous_hint };
    default:
      return null;
  }
}

/** The sensible thing for a scan on a screen without a job: open what was scanned. */
export async function openScan(text: string): Promise<void> {
  let found: Resolved;
  try {
    found = await resolve(text);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    answers.wrong(inWords(error));
    return;
  }
  const path = pathOf(found, text);
  if (path) {
    answers.right(nameOf(found));
    go(path);
    return;
  }
  const why = whyNot(found);
  answers.wrong(why ? `${why.title}: ${text}` : nameOf(found));
  if (found.kind === 'neighbour') choice.ask(why!.title, why!.todo, found.near);
  if (found.kind === 'ambiguous') {
    choice.ask(why!.title, why!.todo, found.packages, found.products);
  }
}

/** A scanned thing in a few words. */
export function nameOf(found: Resolved): string {
  switch (found.kind) {
    case 'package':
      return `${found.package.product.name} · ${found.package.tag.slice(-7)}`;
    case 'product':
      return found.product.name;
    case 'place':
    case 'tote':
      return found.place.name;
    case 'pick':
      return t.picks.pick(shown(found.code));
    case 'case':
      return t.stock.kinds.case;
    case 'order':
      return t.fulfil.label_of_order;
    case 'user':
      return `${t.scan.wrong_kind.user}: ${found.user.name}`;
    case 'pairing':
      return t.scan.wrong_kind.pairing;
    default:
      return found.text;
  }
}
