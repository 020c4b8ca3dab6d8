// The texts in the language chosen now: `t.restock.title`, `t.common.lines(3)`. Reactive. Only the
// languages in use are loaded; until a newly chosen one is there, the one before it stays.

import type { Language, Words } from '../api/types.ts';
import { prefs } from '../prefs.svelte.ts';
import type { en } from './en.ts';
import type { Shape } from './shape.ts';

export type Messages = Shape<typeof en>;

const sources: Record<Language, () => Promise<Messages>> = {
  en: () => import('./en.ts').then((module) => module.en),
  es: () => import('./es.ts').then((module) => module.es),
};

let loaded = $state.raw<Partial<Record<Language, Messages>>>({});

/** Loads a language; before the app is shown, and whenever another is chosen. */
export async function loadMessages(language: Language): Promise<void> {
  if (loaded[language]) return;
  const messages = await sources[language]();
  loaded = { ...loaded, [language]: messages };
}

/** Loads whatever language is chosen from now on. Once, from main. */
export function followLanguage(): void {
  $effect.root(() => {
    $effect(() => void loadMessages(prefs.language));
  });
}

function current(): Messages {
  const messages = loaded[prefs.language] ?? Object.values(loaded)[0];
  if (!messages) throw new Error('a text was asked for before its language was loaded');
  return messages;
}

/** A sentence that the box keeps in each language. */
export const said = (words: Words): string => words[prefs.language];

/** Each noun is looked up when it is read, so a change of language redraws what is shown. */
export const t: Messages = new Proxy({} as Messages, {
  get: (_, noun) => current()[noun as keyof Messages],
});

/** The languages to choose from, each by its own name. */
export const languages = (): { value: Language; label: string }[] =>
  (['en', 'es'] as const).map((value) => ({ value, label: t.common.languages[value] }));
