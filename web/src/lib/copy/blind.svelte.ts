// Counting blind on this device: what the box hides from whoever counts goes from here in the moment that
// they join, and comes back when the count is over.

import { Problem, get } from '../api/client.ts';
import type { Change, Count } from '../api/types.ts';
import { session } from '../session.svelte.ts';
import { seen } from './seen.ts';
import { stock } from './stock.ts';

const BY_ITSELF = { idle: '1' };
const SETTLE_MS = 250;

class Blind {
  /** Some of the store's stock is counted and is not shown here. */
  active = $state(false);
  /** Moves whenever what is hidden has changed. */
  turn = $state(0);
  #known: string | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Drops every figure, and asks for those that may be seen. */
  async renew(): Promise<void> {
    clearTimeout(this.#timer);
    await seen.dropStock();
    await stock.blink();
    this.look();
    this.#known = await mine().catch(() => null);
  }

  /** After the copy was made anew. */
  look(): void {
    this.active = stock.hidesSome;
    this.turn += 1;
  }

  heard(change: Change | 'everything'): void {
    if (change !== 'everything' && !change.topics.includes('counts')) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#compare(), SETTLE_MS);
  }

  /** Figures are figures again when a count ends; a person's other device hides them too. */
  async #compare(): Promise<void> {
    if (!session.can('see_counts')) return;
    try {
      const now = await mine();
      const before = this.#known;
      this.#known = now;
      if (before === null ? (now !== '') !== this.active : before !== now) await this.renew();
    } catch (error) {
      if (!(error instanceof Problem)) throw error; // asked again with the next change
    }
  }
}

/** The open counts that hide the book from this person, or on this device. */
async function mine(): Promise<string> {
  const { counts } = await get<{ counts: Count[] }>('/counts', undefined, { headers: BY_ITSELF });
  const open = counts.filter((one) => one.blind);
  return open.map((one) => `${one.id}${one.joined ? '+' : ''}`).join(' ');
}

export const blind = new Blind();
