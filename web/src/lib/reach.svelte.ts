// Whether the box answers this device. Every request and the live stream say so here; the screens and
// the outbox ask here. Knows nothing of who is signed in.

/** Where one request is lost and the next is answered, over and over, whoever goes on by a sign that the
 *  box is back would ask without pause. */
const SIGN_EVERY_MS = 2_000;

class Reach {
  /** When the box was lost (device time), while it is. */
  lostAt = $state<number | null>(null);
  /** The last time the box answered anything, device time; null on a page that has heard nothing. */
  answeredAt: number | null = null;
  #listeners = new Set<() => void>();
  #toldAt = 0;

  get down(): boolean {
    return this.lostAt !== null;
  }

  /** The box answered. */
  found(): void {
    this.answeredAt = Date.now();
    if (this.lostAt === null) return;
    this.lostAt = null;
    if (Date.now() - this.#toldAt < SIGN_EVERY_MS) return;
    this.#toldAt = Date.now();
    for (const listener of this.#listeners) listener();
  }

  /** The box was not reached, or did not answer in time. `since` where it is known to be longer. */
  lost(since: number = Date.now()): void {
    this.lostAt = Math.min(this.lostAt ?? since, since);
  }

  /** Hears that the box is back. */
  onFound(listener: () => void): void {
    this.#listeners.add(listener);
  }
}

export const reach = new Reach();
