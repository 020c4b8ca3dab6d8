// The pack bench: each unit of the order is scanned into the bag, the checks are ticked, the bag gets its label
// and its shelf.

import type { PackCheck } from '../../lib/api/types.ts';
import { isPositive } from '../../lib/decimal.ts';
import { subjects } from '../../lib/document.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import type { Scan } from '../../lib/scan/index.svelte.ts';
import { answers } from '../../parts/answers.svelte.ts';
import { packageName, wrong } from '../picks/refusal.ts';
import { nameOf as thingOf } from '../shell/open.svelte.ts';
import { amount } from '../words.ts';
import {
  allVerified, fits, forProduct, holdsProduct, stillMissing, there, toVerify, withOrder, type Piece,
} from './items.ts';
import { OrderJob, type Found } from './job.svelte.ts';

export class Bench extends OrderJob {
  /** The package whose tag was scanned: how many of it go into the bag. */
  counting = $state.raw<{ piece: Piece; scanned: string } | null>(null);
  ticked = $state<PackCheck[]>([]);
  photos = $state<string[]>([]);
  bags = $state(1);
  /** The label on the bag was scanned. */
  labelled = $state(false);

  get missing() {
    return this.one ? stillMissing(this.one, this.ticked, this.photos.length) : [];
  }

  take(scan: Scan): Promise<void> {
    return this.scan(scan, (found, text) => this.#found(found, text));
  }

  async #found(found: Found, text: string): Promise<void> {
    const order = this.one;
    if (!order) return;
    const packing = order.state === 'packing';
    if (found.kind === 'order') {
      if (!this.isOwn(found, text)) return;
      this.labelled = order.state !== 'packing';
      this.accept(t.fulfil.own_label);
    } else if (found.kind === 'place') await this.#shelf(found, text);
    else if (packing && found.kind === 'package') await this.#package(found, text);
    else if (packing && found.kind === 'product') await this.#unit(found.product.id, found.product.name, text);
    else if (packing && found.kind === 'tote' && found.place.id === order.tote?.id) this.accept(found.place.name);
    else this.stray(found, packing ? t.fulfil.scan_unit : t.fulfil.scan_shelf);
  }

  /** A barcode, or one unit's own code: it counts one. */
  async #unit(product: number, name: string, text: string, own?: Piece): Promise<void> {
    const order = this.one;
    if (!order) return;
    const piece = own ?? forProduct(order, product, toVerify);
    if (!piece || !isPositive(toVerify(piece))) {
      this.#toomuch(holdsProduct(order, product), name);
      return;
    }
    if (this.counting && this.counting.piece.item.line !== piece.item.line) this.counting = null;
    await this.verify(piece, '1', text);
  }

  async #package(found: Extract<Found, { kind: 'package' }>, text: string): Promise<void> {
    const order = this.one;
    if (!order) return;
    const one = found.package;
    const pieces = withOrder(order).filter((piece) => piece.item.package.id === one.id);
    const open = pieces.find((piece) => isPositive(toVerify(piece)));
    if (!open) {
      this.#toomuch(pieces.length > 0, packageName(one));
    } else if (found.via === 'retail_id') await this.#unit(one.product.id, one.product.name, text, open);
    else {
      this.counting = { piece: open, scanned: text };
      this.accept(packageName(one));
    }
  }

  #toomuch(known: boolean, was: string): void {
    const words = t.fulfil;
    this.refuse(
      known ? wrong(words.in_already, words.in_already_do, { was }) : wrong(words.not_in_order, words.not_in_order_do, { was }),
    );
  }

  async verify(piece: Piece, count: string, scanned: string): Promise<void> {
    const left = toVerify(piece);
    const { name, unit } = piece.product;
    if (!fits(count, left)) {
      const words = t.picks.refusal;
      this.refuse(wrong(words.too_many, words.too_many_do(amount(left, unit)), { was: amount(count, unit) }));
      return;
    }
    const line = piece.item.line;
    // Out of the hand at once: what waits is counted in, so the next unit may be scanned already.
    const { counting } = this;
    this.counting = null;
    const outcome = await this.act('verify', {
      body: { line, quantity: count, scanned },
      label: `${amount(count, unit)} ${name}`,
      about: [`verify:${line}`],
      needs: [`verify:${line}`],
    });
    if (!outcome) {
      this.counting = counting;
      return;
    }
    const order = this.one;
    const now = order && withOrder(order).find((one) => one.item.line === line);
    if (order && allVerified(order)) {
      this.verdict = { tone: 'right', title: t.fulfil.all_in, facts: [], remedy: null };
      answers.done(t.fulfil.all_in);
    } else if (now) {
      this.accept(t.fulfil.one_in(name, now.item.verified_count, amount(there(now), unit)));
    }
  }

  async takeOut(piece: Piece): Promise<void> {
    const line = piece.item.line;
    const { name } = piece.product;
    const outcome = await this.act('unverify', {
      body: { line }, label: t.fulfil.taken_out(name), about: [`verify:${line}`], needs: [`verify:${line}`],
    });
    if (outcome) this.accept(t.fulfil.taken_out(name));
  }

  async pack(): Promise<void> {
    const order = this.one;
    if (!order || this.missing.length > 0) return;
    const outcome = await this.act('pack', {
      body: { checks: [...this.ticked], photos: [...this.photos], bags: this.bags },
      label: t.fulfil.packed,
      about: [`packed:${order.id}`],
      needs: [...withOrder(order).map(({ item }) => `verify:${item.line}`), ...subjects(this.photos)],
    });
    if (!outcome) return;
    this.verdict = null;
    answers.done(outcome.state === 'saved' ? t.fulfil.packed_now : t.fulfil.packed_waits);
  }

  async #shelf(found: Extract<Found, { kind: 'place' }>, text: string): Promise<void> {
    const order = this.one;
    const words = t.fulfil;
    if (!order) return;
    if (order.state === 'packing') {
      this.refuse(wrong(words.pack_first, words.pack_first_do, { was: found.place.name }));
    } else if (found.place.kind !== 'packed') {
      this.refuse(wrong(words.not_shelf, words.not_shelf_do, { was: thingOf(found), expected: words.scan_shelf }));
    } else {
      const outcome = await this.act('stage', {
        body: { shelf: found.place.id, scanned: text },
        label: found.place.name,
        about: [`staged:${order.id}`],
        needs: [`packed:${order.id}`, `staged:${order.id}`],
      });
      if (!outcome) return;
      this.verdict = null;
      answers.done(words.staged(found.place.name));
    }
  }
}
