// What the last scan came to, for the scan bar; says it in sound and vibration too.

import { feedback } from '../lib/feedback.ts';

export interface Said {
  tone: 'right' | 'wrong';
  text: string;
  at: number;
}

class Answers {
  last = $state<Said | null>(null);

  right(text: string): void {
    feedback.right();
    this.last = { tone: 'right', text, at: Date.now() };
  }

  wrong(text: string): void {
    feedback.wrong();
    this.last = { tone: 'wrong', text, at: Date.now() };
  }

  /** A whole job is done. */
  done(text: string): void {
    feedback.done();
    this.last = { tone: 'right', text, at: Date.now() };
  }

  clear(): void {
    this.last = null;
  }
}

export const answers = new Answers();
