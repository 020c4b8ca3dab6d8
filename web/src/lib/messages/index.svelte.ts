// The texts in the language chosen now: `t.restock.title`, `t.common.lines(3)`. Reactive.

import { prefs } from '../prefs.svelte.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import type { Shape } from './shape.ts';

export type Messages = Shape<typeof en>;

const catalogues: Record<'en' | 'es', Messages> = { en, es };

/** Each noun is looked up when it is read, so a change of language redraws what is shown. */
export const t = Object.defineProperties(
  {},
  Object.fromEntries(
    Object.keys(en).map((noun) => [
      noun,
      { get: () => catalogues[prefs.language][noun as keyof Messages], enumerable: true },
    ]),
  ),
) as Messages;
