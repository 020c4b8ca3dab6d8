// What a count is of, in words; and starting one, which hides its figures before anything else is shown.

import type { Count, CountScope, CountStartInput, CountView } from '../../lib/api/types.ts';
import { blind } from '../../lib/copy/blind.svelte.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { sendNow } from '../../lib/outbox.svelte.ts';
import { go } from '../../lib/router.svelte.ts';

type Scope = CountScope;

export const EVERYTHING: Scope = { places: [], products: [], categories: [], supplier: null, due: false };

export function scopeWords(scope: Scope): string {
  const parts = [
    scope.due ? t.counts.scope_due : '',
    scope.categories.join(', '),
    scope.products.length > 0 ? t.counts.scope_products(scope.products.length) : '',
    scope.supplier ? t.counts.scope_supplier(scope.supplier) : '',
    scope.places.length > 0 ? t.counts.scope_places(scope.places.length) : '',
  ].filter(Boolean);
  return parts.join(' · ') || t.counts.scope_all;
}

/** Starts a count, and opens it once this device shows no figure of it. */
export async function start(input: CountStartInput): Promise<void> {
  const made = await sendNow<CountView>({ method: 'POST', path: '/counts', body: input, label: t.counts.new_count });
  await blind.renew();
  go(`/counts/${made.count.id}`);
}

export async function join(count: Count): Promise<CountView> {
  const path = `/counts/${count.id}/join`;
  const joined = await sendNow<CountView>({ method: 'POST', path, label: t.counts.join });
  await blind.renew();
  return joined;
}
