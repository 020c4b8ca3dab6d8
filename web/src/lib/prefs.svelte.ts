// What this device remembers about how it looks and sounds: theme, language before sign-in, mute.
// Kept in localStorage because it is wanted before the first paint; never holds store data.

import type { Language } from './api/types.ts';

export type Theme = 'auto' | 'light' | 'dark';

function read(key: string): string | null {
  try {
    return localStorage.getItem(`backstock.${key}`);
  } catch {
    return null; // storage blocked: the defaults serve
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`backstock.${key}`, value);
  } catch {
    // Storage blocked or full: the choice lasts until the page is closed.
  }
}

function firstLanguage(): Language {
  const kept = read('language');
  if (kept === 'en' || kept === 'es') return kept;
  return navigator.language?.toLowerCase().startsWith('es') ? 'es' : 'en';
}

function firstTheme(): Theme {
  const kept = read('theme');
  return kept === 'light' || kept === 'dark' ? kept : 'auto';
}

class Prefs {
  #theme = $state<Theme>(firstTheme());
  #language = $state<Language>(firstLanguage());
  #muted = $state(read('muted') === 'yes');

  get theme(): Theme {
    return this.#theme;
  }
  set theme(value: Theme) {
    this.#theme = value;
    write('theme', value);
    this.apply();
  }

  get language(): Language {
    return this.#language;
  }
  set language(value: Language) {
    this.#language = value;
    write('language', value);
    this.apply();
  }

  get muted(): boolean {
    return this.#muted;
  }
  set muted(value: boolean) {
    this.#muted = value;
    write('muted', value ? 'yes' : 'no');
  }

  /** Puts the choices on the document: `data-theme` (absent for auto) and `lang`. */
  apply(): void {
    const root = document.documentElement;
    if (this.#theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = this.#theme;
    root.lang = this.#language;
  }
}

export const prefs = new Prefs();
