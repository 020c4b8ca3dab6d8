// Taking something out of an order, piece by piece: each package is scanned, then where it goes. What may not be
// sold again goes to quarantine.

import { isPositive } from '../../lib/decimal.ts';
import type { PlaceRef } from '../../lib/api/types.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import type { Scan } from '../../lib/scan/index.svelte.ts';
import { answers } from '../../parts/answers.svelte.ts';
import { packageName, wrong } from '../picks/refusal.ts';
import { amount } from '../words.ts';
import { allBack, fits, holdsProduct, there, withOrder, type Piece } from './items.ts';
import { OrderJob, type Found } from './job.svelte.ts';

export class Unwinding extends OrderJob {
  /** The package in the hand, what was scanned to prove it, and whether it may not be sold. */
  held = $state.raw<{ piece: Piece; scanned: string; blocked: boolean } | null>(null);
  count = $state('');
  damaged = $state(false);

  /** Whether what is in the hand goes to quarantine. */
  get quarantined(): boolean {
    return this.damaged || this.kept;
  }

  /** Whether it goes there as it is: paid for, out of the store before, recalled, expired, held. */
  get kept(): boolean {
    return Boolean(this.one?.kept_from_resale) || (this.held?.blocked ?? false);
  }

  take(scan: Scan): Promise<void> {
    return this.scan(scan, (found, text) => this.#found(found, text));
  }

  async #found(found: Found, text: string): Promise<void> {
    const order = this.one;
    if (!order) return;
    if (found.kind === 'order') {
      if (this.isOwn(found, text)) this.accept(t.fulfil.own_label);
    } else if (found.kind === 'package') {
      this.#hold(found.package.id, packageName(found.package), text, found.package.blocked.length > 0);
    } else if (found.kind === 'product') this.#product(found, text);
    else if (found.kind === 'place') await this.#place(found.place);
    else this.stray(found, this.held ? t.fulfil.back_where(this.held.piece.product.name) : t.fulfil.back_scan);
  }

  #hold(id: number, was: string, scanned: string, blocked: boolean): void {
    const order = this.one;
    if (!order) return;
    const piece = withOrder(order).find((one) => one.item.package.id === id);
    const words = t.fulfil;
    if (!piece) {
      this.refuse(wrong(words.not_in_order, words.not_in_order_do, { was, expected: words.back_scan }));
      return;
    }
    this.held = { piece, scanned, blocked };
    // At the bench it is one that is wrong, where an order is unwound all of it goes back.
    this.count = order.state === 'packing' ? '1' : there(piece);
    this.damaged = false;
    this.accept(packageName(piece.item.package));
  }

  /** A barcode tells the package only where one of its product is left. */
  #product(found: Extract<Found, { kind: 'product' }>, scanned: string): void {
    const order = this.one;
    if (!order) return;
    const { id: product, name: was } = found.product;
    const pieces = withOrder(order).filter((one) => one.product.id === product);
    const words = t.picks.refusal;
    const only = pieces.length === 1 ? pieces[0]!.item.package.id : null;
    const line = found.packages.find((one) => one.package.id === only);
    if (only !== null) this.#hold(only, was, scanned, (line?.blocked.length ?? 0) > 0);
    else if (holdsProduct(order, product) && pieces.length > 1) this.refuse(wrong(words.tag_needed, words.tag_needed_do, { was }));
    else this.refuse(wrong(t.fulfil.not_in_order, t.fulfil.not_in_order_do, { was, expected: t.fulfil.back_scan }));
  }

  async #place(place: PlaceRef): Promise<void> {
    const words = t.fulfil;
    const order = this.one;
    const { held, quarantined } = this;
    if (!order || !held) {
      this.refuse(wrong(words.back_first, words.back_first_do, { was: place.name }));
      return;
    }
    if (quarantined !== (place.kind === 'quarantine')) {
      const todo = quarantined ? words.back_not_quarantine_do : words.back_not_bin_do;
      const expected = quarantined ? words.back_quarantine : held.piece.item.from.name;
      this.refuse(wrong(words.back_not_bin, todo, { was: place.name, expected }));
      return;
    }
    const { piece, scanned } = held;
    const { unit, name } = piece.product;
    const left = there(piece);
    if (!isPositive(this.count || '0') || !fits(this.count, left)) {
      this.refuse(wrong(t.picks.refusal.too_many, words.back_left(amount(left, unit)), { was: amount(this.count || '0', unit) }));
      return;
    }
    const said = words.back_done(amount(this.count, unit), name, place.name);
    const line = piece.item.line;
    const outcome = await this.act('putbacks', {
      body: { line, quantity: this.count, to: place.id, scanned, damaged: this.damaged },
      label: said,
      about: [`back:${line}`],
      needs: [`back:${line}`, `verify:${line}`],
    });
    if (!outcome) {
      // The box may know what the copy does not: recalled in between, for one.
      if (this.refusal === 'must_quarantine') this.held = { ...held, blocked: true };
      return;
    }
    this.held = null;
    this.count = '';
    const now = this.one;
    if (order.state === 'unwinding' && now && (now.state !== 'unwinding' || allBack(now))) {
      this.verdict = null;
      answers.done(words.back_all);
    } else this.accept(said);
  }
}
