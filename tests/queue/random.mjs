// Numbers that look random and are the same for the same seed. Each thing that happens draws from a
// stream of its own, so that what takes longer one day does not change everything after it.

export class Random {
  #state;

  constructor(...of) {
    this.#state = 0x811c9dc5; // FNV-1a
    for (const c of of.join(' ')) this.#state = Math.imul(this.#state ^ c.codePointAt(0), 0x01000193);
  }

  /** From 0 to below 1 (mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low, high) {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(p) {
    return this.next() < p;
  }

  pick(list) {
    return list[this.between(0, list.length - 1)];
  }

  /** One of the names, each as likely as its weight says: { lost: 3, through: 7 }. */
  weighted(weights) {
    const all = Object.entries(weights);
    let left = this.next() * all.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of all) {
      left -= weight;
      if (left < 0) return name;
    }
    return all.at(-1)[0];
  }
}

/** What must go through is asked for again: a machine at its limit drops a connection now and then, and
 *  on a fast one the judge asks more often than the box lets one device ask. */
export async function surely(act, tries = 20) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      const soon = error.status === 429;
      if ((error.status !== undefined && !soon) || --tries === 0) throw error;
      if (soon) await pause(1000);
    }
  }
}

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));
