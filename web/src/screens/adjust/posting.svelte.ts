// Putting the book right: posted as it stands, and where the box wants a second person for it, once more
// with what that person allowed. What an approval is for is the box's to say.

import { Problem } from '../../lib/api/client.ts';
import type { AdjustInput, Adjustment } from '../../lib/api/types.ts';
import { money, number } from '../../lib/format.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { sendNow } from '../../lib/outbox.svelte.ts';
import { Doing } from '../admin/doing.svelte.ts';

export class Posting {
  readonly doing = new Doing();
  /** What a second person is asked to allow. */
  asking = $state.raw<{ subject: string; text: string } | null>(null);
  #input: AdjustInput | null = null;

  constructor(private readonly posted: (done: Adjustment) => void) {}

  async post(input: AdjustInput): Promise<void> {
    this.#input = input;
    const done = await this.doing.run(() => this.#send(input));
    if (done) this.posted(done);
  }

  async approved(approval: string): Promise<void> {
    this.asking = null;
    if (this.#input) await this.post({ ...this.#input, approval });
  }

  async #send(input: AdjustInput): Promise<Adjustment | undefined> {
    const label = `${t.adjust.adjust}: ${t.adjust.reason_name(input.reason)}`;
    try {
      return await sendNow<Adjustment>({ method: 'POST', path: '/adjustments', body: input, label });
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'needs_approval') throw error;
      const { subject, value_cents: cents, units } = error.extra;
      const worth = typeof cents === 'number' ? ` · ${money(cents)}` : '';
      this.asking = { subject: String(subject), text: t.adjust.above(`${number(String(units))}${worth}`) };
      return undefined;
    }
  }
}
