// At the counter: the label proves the bag, the customer says the name, the kind of identification is kept.

import type { IdType } from '../../lib/api/types.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import type { Scan } from '../../lib/scan/index.svelte.ts';
import { answers } from '../../parts/answers.svelte.ts';
import { OrderJob, type Found } from './job.svelte.ts';

export const ID_TYPES: readonly IdType[] = [
  'driver_license', 'state_id', 'passport', 'medical_card', 'military_id', 'other_government_id',
];

export class Counter extends OrderJob {
  /** The label's text, once it was scanned here. */
  label = $state<string | null>(null);
  confirmed = $state(false);
  idType = $state<IdType | null>(null);
  #handed = $state(false);

  /** It left this hand, though the box may not know yet; not where the box refused. */
  get over(): boolean {
    return this.#handed && this.one?.state === 'handed_over';
  }

  get step(): 'label' | 'name' | 'id' | 'ready' {
    if (this.label === null) return 'label';
    if (!this.confirmed) return 'name';
    return this.idType === null ? 'id' : 'ready';
  }

  take(scan: Scan): Promise<void> {
    return this.scan(scan, (found, text) => this.#found(found, text));
  }

  #found(found: Found, text: string): void {
    if (found.kind !== 'order') this.stray(found, t.fulfil.scan_label);
    else if (this.isOwn(found, text)) {
      this.label = text;
      this.accept(t.fulfil.own_label);
    }
  }

  async hand(): Promise<void> {
    const order = this.one;
    if (!order || this.step !== 'ready') return;
    const outcome = await this.act('handover', {
      body: { scanned: this.label, name_confirmed: true, id_type: this.idType },
      label: t.fulfil.handed_over,
      about: [`handed:${order.id}`],
      needs: [`staged:${order.id}`],
    });
    if (!outcome) return;
    this.#handed = true;
    this.verdict = null;
    answers.done(outcome.state === 'saved' ? t.fulfil.handed_over : t.fulfil.handed_waits);
  }
}
