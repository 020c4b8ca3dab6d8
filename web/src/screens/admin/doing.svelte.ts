// One thing being done by a screen: busy while it runs, and the refusal in words when it fails.

import { explain, type Explained } from '../../lib/explain.ts';
import { feedback } from '../../lib/feedback.ts';

export class Doing {
  busy = $state(false);
  #error = $state.raw<unknown>(null);

  get fault(): Explained | null {
    return this.#error === null ? null : explain(this.#error);
  }

  clear(): void {
    this.#error = null;
  }

  /** Runs it once at a time; answers undefined when it was refused or is running already. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.busy) return undefined;
    this.busy = true;
    this.#error = null;
    try {
      return await work();
    } catch (error) {
      feedback.wrong();
      this.#error = error;
      return undefined;
    } finally {
      this.busy = false;
    }
  }
}
