// Which of the camera's many readings count as a scan: each code once while it is held in view,
// and retail codes only when two readings agree, since blur makes others of them that check.

import type { Reading } from './worker.ts';

/** The same code counts again only after it was out of sight this long: after frames without it, however
 *  few of them a slow device has looked at. */
export const REPEAT_MS = 1_500;
const AGREE_MS = 1_000;

export class Agreement {
  #last: { text: string; goneAt: number | null } | null = null;
  #doubted: { text: string; at: number } | null = null;

  /** A frame's reading (null: none) at a time in milliseconds; the text when it is a new scan. */
  take(reading: Reading | null, at: number): string | null {
    if (!reading) {
      if (this.#last) this.#last.goneAt ??= at;
      return null;
    }
    const { text } = reading;
    if (this.#last?.text === text && at - (this.#last.goneAt ?? at) < REPEAT_MS) {
      this.#last.goneAt = null;
      return null;
    }
    if (reading.doubtful && !this.#agrees(text, at)) {
      this.#doubted = { text, at };
      return null;
    }
    this.#doubted = null;
    this.#last = { text, goneAt: null };
    return text;
  }

  #agrees(text: string, at: number): boolean {
    return this.#doubted?.text === text && at - this.#doubted.at <= AGREE_MS;
  }
}
