// What the screens that work on one order share: the order with what waits counted in, its writes, and what a
// scan came to.

import { Problem } from '../../lib/api/client.ts';
import type { Order, Resolved } from '../../lib/api/types.ts';
import { stock } from '../../lib/copy/stock.ts';
import { inWords } from '../../lib/explain.ts';
import { resource } from '../../lib/live.svelte.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { outbox, post, type Outcome, type OutboxRecord } from '../../lib/outbox.svelte.ts';
import { resolve, type Scan } from '../../lib/scan/index.svelte.ts';
import { parse } from '../../lib/scan/parse.ts';
import { answers } from '../../parts/answers.svelte.ts';
import { verdictOf, wrong, type Verdict } from '../picks/refusal.ts';
import { nameOf as thingOf, whyNot } from '../shell/open.svelte.ts';
import { amount, shown } from '../words.ts';
import type { Piece } from './items.ts';
import { withPending } from './pending.ts';
import { nameOf } from './words.ts';

export type Found = Exclude<Resolved, { kind: 'unknown' | 'neighbour' | 'ambiguous' }>;

interface Act {
  body?: Record<string, unknown>;
  label: string;
  about?: string[];
  needs?: string[];
}

/** Call it while a component is being made. */
export class OrderJob {
  readonly view;
  verdict = $state.raw<Verdict | null>(null);
  busy = $state(false);
  /** The code of the last refusal of a write. */
  refusal: string | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #read: Promise<void> = Promise.resolve();
  #settling = $state.raw<readonly OutboxRecord[]>([]);
  #id: number;

  constructor(id: number) {
    this.#id = id;
    this.view = resource<Order>(() => `/orders/${id}`, () => [`orders:${id}`]);
    // What waited is taken: it stays counted in until the box's own order is read, lest it show undone in between.
    $effect(() =>
      outbox.onTaken((record) => {
        if (!record.path.startsWith(`/orders/${id}/`)) return;
        this.#settling = [...this.#settling, record];
        this.#read = this.view.refresh();
      }),
    );
    $effect(() => {
      void this.view.data;
      this.#settling = [];
    });
  }

  get unsaved() {
    return outbox.of(this.#subject);
  }

  get refused() {
    return this.unsaved.filter((one) => one.state === 'refused');
  }

  get waiting(): number {
    return this.unsaved.length - this.refused.length;
  }

  get one(): Order | null {
    const order = this.view.data;
    return order && withPending(order, [...this.#settling, ...this.unsaved], placeOf);
  }

  get name(): string {
    return this.one ? nameOf(this.one) : '';
  }

  get #subject(): string {
    return `order:${this.#id}`;
  }

  /** A quick hand scans before the last write is answered: each scan has its turn, none is dropped. */
  scan(scan: Scan, then: (found: Found, text: string) => void | Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => this.#resolve(scan, then));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #resolve(scan: Scan, then: (found: Found, text: string) => void | Promise<void>): Promise<void> {
    this.verdict = null;
    let found: Resolved;
    try {
      found = await resolve(scan.text);
    } catch (error) {
      this.refuse(wrong(t.picks.refusal.other, inWords(error), { was: scan.text }));
      return;
    }
    const why = whyNot(found);
    if (why) this.refuse(wrong(why.title, why.todo, { was: scan.text }));
    else await then(found as Found, scan.text);
  }

  /** A write of this order; null where it was refused, and that is said. */
  async act(act: string, { body, label, about = [], needs = [] }: Act): Promise<Outcome<Order> | null> {
    this.busy = true;
    this.refusal = null;
    try {
      const outcome = await post<Order>({
        method: 'POST',
        path: `/orders/${this.#id}/${act}`,
        body,
        // By its code: what waits is stored here, and the number is the customer's.
        label: `${t.fulfil.order(shown(this.one?.code ?? ''))} · ${label}`,
        about: [this.#subject, ...about],
        needs,
      });
      if (outcome.state === 'saved') await this.#read;
      return outcome;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.refusal = error.code;
      this.refuse(verdictOf(error, label));
      void this.view.refresh();
      return null;
    } finally {
      this.busy = false;
    }
  }

  /** What the books have with the order and nobody finds. */
  async notFound(piece: Piece, count: string): Promise<void> {
    const { line } = piece.item;
    const said = t.fulfil.gone_said(amount(count, piece.product.unit), piece.product.name);
    const outcome = await this.act('missing', {
      body: { line, quantity: count }, label: said, about: [`back:${line}`], needs: [`back:${line}`, `verify:${line}`],
    });
    if (outcome) this.accept(said);
  }

  accept(text: string): void {
    this.verdict = { tone: 'right', title: text, facts: [], remedy: null };
    answers.right(text);
  }

  refuse(verdict: Verdict): void {
    this.verdict = verdict;
    answers.wrong(verdict.title);
  }

  /** A label of an order was scanned: whether it is this one's. Another one stops the job. */
  isOwn(found: Extract<Found, { kind: 'order' }>, scanned: string): boolean {
    if (found.order === this.#id) return true;
    const words = t.fulfil;
    const parsed = parse(scanned);
    const was = 'code' in parsed ? words.order(shown(parsed.code)) : thingOf(found);
    this.refuse(wrong(words.other_order, words.other_order_do(this.name), { was, expected: words.order(this.name) }));
    return false;
  }

  /** A scan that has no place in this job, and what is wanted instead. */
  stray(found: Found, expected: string): void {
    this.refuse(wrong(t.picks.refusal.not_this_job, expected, { was: thingOf(found), expected }));
  }
}

export function placeOf(id: number) {
  const found = stock.place(id);
  return found && stock.placeRef(found);
}
