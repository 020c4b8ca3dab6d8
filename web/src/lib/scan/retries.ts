// When a camera that shows nothing is started anew: soon at first, then ever later, then no more, so
// that a truly dark one does not go on and off for ever.

const WAITS_MS = [0, 3_000, 10_000, 30_000];
/** A picture for this long makes it a working camera again. */
const WELL_MS = 10_000;

export class Retries {
  #used = 0;
  #lastAt = -Infinity;
  #wellSince: number | null = null;

  /** Whether it may be started anew at this time, in milliseconds; counts it when so. */
  may(at: number): boolean {
    const wait = WAITS_MS[this.#used];
    if (wait === undefined || at - this.#lastAt < wait) return false;
    this.#used += 1;
    this.#lastAt = at;
    this.#wellSince = null;
    return true;
  }

  /** It shows a picture. */
  well(at: number): void {
    this.#wellSince ??= at;
    if (at - this.#wellSince >= WELL_MS) this.#used = 0;
  }

  /** It shows none. */
  dark(): void {
    this.#wellSince = null;
  }

  /** A person asks: all over again. */
  clear(): void {
    this.#used = 0;
    this.#lastAt = -Infinity;
    this.#wellSince = null;
  }
}
