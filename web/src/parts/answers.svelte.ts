// What the last scan came to, for the scan bar; says it in sound and vibration too.

import { feedback } from '../lib/feedback.ts';

export interface Said {
  tone: 'right' | 'wrong';
  text: string;
  at: number;
}

/** After this long the bar says again that the scanner is ready. */
const STAYS_MS = 12_000;

class Answers {
  last = $state<Said | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  right(text: string): void {
    feedback.right();
    this.#say('right', text);
  }

  wrong(text: string): void {
    feedback.wrong();
    this.#say('wrong', text);
  }

  /** A whole job is done. */
  done(text: string): void {
    feedback.done();
    this.#say('right', text);
  }

  clear(): void {
    this.last = null;
  }

  #say(tone: Said['tone'], text: string): void {
    clearTimeout(this.#timer);
    this.last = { tone, text, at: Date.now() };
    this.#timer = setTimeout(() => this.clear(), STAYS_MS);
  }
}

export const answers = new Answers();
