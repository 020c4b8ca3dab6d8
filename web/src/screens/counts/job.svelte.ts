// Counting blind in one open count: the place in hand, what each scan means there, and every write. Places,
// figures and "done" wait on this device while the box is out of reach. Nothing of the book is asked for.

import { Problem } from '../../lib/api/client.ts';
import type {
  CountDoneInput, CountLineInput, CountPlaceInput, CountRecount, CountSaid, CountView, PlaceRef, Quantity, Unit,
} from '../../lib/api/types.ts';
import { stock } from '../../lib/copy/stock.ts';
import { add } from '../../lib/decimal.ts';
import { inWords } from '../../lib/explain.ts';
import { quantity, tagTail } from '../../lib/format.ts';
import { resource } from '../../lib/live.svelte.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { outbox, post } from '../../lib/outbox.svelte.ts';
import { resolve, type Scan } from '../../lib/scan/index.svelte.ts';
import { session } from '../../lib/session.svelte.ts';
import { answers } from '../../parts/answers.svelte.ts';
import { verdictOf, wrong, type Verdict } from '../picks/refusal.ts';
import { nameOf, whyNot } from '../shell/open.svelte.ts';
import { moment } from './moment.ts';
import {
  keyOf, saidAt, spokenIn, spotsWith, standingOf, type Said, type Spoken, type Spot, type Subject,
} from './said.ts';
import { Tally } from './tally.svelte.ts';

export class CountJob {
  readonly id: number;
  readonly view;
  /** Where this person counts now. */
  at = $state<number | null>(null);
  /** The figure that is being made. */
  tally = $state<Tally | null>(null);
  verdict = $state.raw<Verdict | null>(null);
  /** A label that the store does not know, for whoever counts it as found. */
  unknown = $state.raw<string | null>(null);
  /** A place that somebody else has begun. */
  taken = $state.raw<Spot | null>(null);
  busy = $state(false);
  #spoken = $state.raw<Spoken[]>([]);
  #turn: Promise<unknown> = Promise.resolve();

  constructor(id: number) {
    this.id = id;
    this.view = resource<CountView>(() => `/counts/${id}`, ['counts']);
  }

  get one(): CountView | null {
    return this.view.data;
  }

  get #records() {
    return outbox.of(this.#count);
  }

  get refused() {
    return this.#records.filter((one) => one.state === 'refused');
  }

  get waits(): number {
    return this.#records.filter((one) => one.state === 'queued').length;
  }

  get spots(): Spot[] {
    return spotsWith(this.one?.places ?? [], this.#records, this.id, this.#me);
  }

  get spot(): Spot | null {
    return this.spots.find((one) => one.place.id === this.at) ?? null;
  }

  standing(spot: Spot) {
    return standingOf(spot, session.me?.user.id);
  }

  get #me() {
    const me = session.me?.user;
    return me ? { id: me.id, name: me.name, role: me.role } : null;
  }

  saidAt(place: number): Said[] {
    const waiting = this.#records.filter((one) => one.state === 'queued').flatMap((one) => one.about);
    const known = (id: number) => {
      const here = stock.package(id);
      return here && stock.packageRef(here);
    };
    const queued = spokenIn(this.#records, this.id, known, (id) => stock.productRef(id));
    const keys = new Set(waiting.map((one) => one.replace(`${this.#place(place)}:`, '')));
    return saidAt(place, this.one?.lines ?? [], [...queued, ...this.#spoken], keys, this.#me);
  }

  /** What this person may count again. */
  mayAgain(one: CountRecount): boolean {
    return one.not_by?.id !== session.me?.user.id;
  }

  get #count(): string {
    return `count:${this.id}`;
  }

  #place(place: number): string {
    return `count:${this.id}:${place}`;
  }

  refuse(verdict: Verdict): void {
    this.verdict = verdict;
    answers.wrong(verdict.title);
  }

  /** Begins at a place, or goes back to it. */
  async begin(spot: Spot, takeOver = false): Promise<void> {
    const standing = this.standing(spot);
    this.taken = null;
    this.verdict = null;
    this.unknown = null;
    if (standing === 'other' && !takeOver) {
      this.taken = spot;
      return;
    }
    this.at = spot.place.id;
    answers.right(t.counts.here(spot.place.name));
    if (standing === 'mine' || standing === 'done') return;
    const body: CountPlaceInput = { place: spot.place.id, began: moment() };
    if (takeOver) body.take_over = true;
    const saved = await this.#write<CountView>('places', body, t.counts.begin_at(spot.place.name), [this.#place(spot.place.id)]);
    if (!saved && this.verdict) this.at = null;
  }

  /** Everything here is counted; or it is opened again. */
  async done(spot: Spot, done: boolean): Promise<void> {
    const about = this.#place(spot.place.id);
    this.verdict = null;
    // A figure that was refused holds back what says that all is counted.
    const figures = this.#records.map((one) => one.about).flat().filter((one) => one.startsWith(`${about}:`));
    const body: CountDoneInput = { place: spot.place.id, said: moment(), done };
    const label = `${done ? t.counts.all_done : t.counts.open_again}: ${spot.place.name}`;
    await this.#write<CountView>('done', body, label, [about], figures);
    if (this.verdict) return;
    if (done) {
      answers.done(`${spot.place.name}: ${t.counts.place_done}`);
      this.at = null;
    }
  }

  async #write<T>(what: string, body: unknown, label: string, about: string[], upon: string[] = []): Promise<T | null> {
    this.busy = true;
    try {
      const outcome = await post<T>({
        method: 'POST', path: `/counts/${this.id}/${what}`, body, label,
        about: [this.#count, ...about], needs: [...about, ...upon],
      });
      if (outcome.state !== 'saved') return null;
      void this.view.refresh();
      return outcome.answer;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.refuse(verdictOf(error));
      void this.view.refresh();
      return null;
    } finally {
      this.busy = false;
    }
  }

  /** Each scan has its turn: a quick hand drops none. */
  scan(scan: Scan): Promise<boolean> {
    const turn = this.#turn.then(() => this.#scan(scan));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #scan(scan: Scan): Promise<boolean> {
    if (scan.parsed.kind === 'badge' || scan.parsed.kind === 'pairing') return false;
    this.verdict = null;
    this.unknown = null;
    const found = await resolve(scan.text).catch((error: unknown) => {
      this.refuse(wrong(t.picks.refusal.other, inWords(error), { was: scan.text }));
      return null;
    });
    if (!found) return true;
    if (found.kind === 'place' || found.kind === 'tote') {
      if (this.tally?.begun) this.refuse(wrong(t.counts.save_first, t.counts.how_many, { was: found.place.name }));
      else await this.#at(found.place);
    } else if (found.kind === 'package') {
      const { package: pack, unit_index: unit } = found;
      const subject = { package: stock.package(pack.id) ? stock.packageRef(stock.package(pack.id)!) : refOf(pack), product: null, tag: null };
      if (unit === null) this.#open(subject, pack.unit, scan);
      else this.#unit(subject, pack.product.unit, unit, scan);
    } else if (found.kind === 'product') this.#more({ package: null, product: found.product, tag: null }, scan);
    else if (found.kind === 'unknown' && !found.mangled) this.#strange(scan);
    else if (found.kind === 'neighbour') this.#strange(scan);
    else if (found.kind === 'pick' || found.kind === 'case' || found.kind === 'user') return false;
    else {
      const why = whyNot(found);
      this.refuse(wrong(why?.title ?? nameOf(found), why?.todo ?? t.counts.scan_next, { was: scan.text }));
    }
    return true;
  }

  async #at(place: PlaceRef): Promise<void> {
    const spot = this.spots.find((one) => one.place.id === place.id);
    if (spot) await this.begin(spot);
    else this.refuse(wrong(t.counts.not_a_place_here(place.name), t.counts.scan_place_text, { was: place.name }));
  }

  /** Where a scanned thing is counted: here, or where it is to be counted again. */
  #whereOf(subject: Subject): PlaceRef | null {
    const again = this.one?.recounts.filter((one) => sameAs(one, subject)) ?? [];
    if (this.spot && (!this.spot.done_at || again.some((one) => one.place.id === this.at))) return this.spot.place;
    return again.length === 1 ? again[0]!.place : null;
  }

  #may(subject: Subject): PlaceRef | null {
    const named = this.one?.products ?? [];
    const product = subject.package?.product ?? subject.product;
    const name = product?.name ?? subject.tag ?? '';
    if (product && named.length > 0 && !named.some((one) => one.id === product.id)) {
      this.refuse(wrong(t.counts.not_counted_now(name), t.counts.not_counted_todo, { was: name }));
      return null;
    }
    const place = this.#whereOf(subject);
    if (place) return place;
    if (this.spot) this.refuse(wrong(t.counts.is_done, t.counts.open_again, { was: name }));
    else this.refuse(wrong(t.counts.place_first, t.counts.scan_place_text, { was: name }));
    return null;
  }

  /** A figure that is under way is saved before another begins. */
  #free(subject: Subject, was: string): boolean {
    if (!this.tally?.begun || this.tally.key === keyOf(subject)) return true;
    answers.wrong(t.counts.save_first);
    this.tally.fault = { title: t.counts.save_first, todo: was };
    return false;
  }

  #open(subject: Subject, unit: Unit, scan?: Scan): void {
    if (!this.#free(subject, scan?.text ?? '')) return;
    if (this.tally?.key === keyOf(subject)) return answers.right(this.tally.name);
    const place = this.#may(subject);
    if (!place) return;
    this.tally = new Tally(subject, place, unit, moment(), this.#before(place, subject));
    answers.right(this.tally.name);
  }

  /** A unit's own barcode counts one; with its package's sheet open, one of that package. */
  #more(subject: Subject, scan: Scan): void {
    const open = this.tally;
    const same = open && open.productId === subject.product?.id;
    if (!same) {
      if (!this.#free(subject, scan.text)) return;
      const place = this.#may(subject);
      if (!place) return;
      this.tally = new Tally(subject, place, subject.product!.unit, moment(), this.#before(place, subject));
    }
    const tally = this.tally!;
    if (tally.unit !== 'ea') return answers.right(tally.name);
    tally.more();
    answers.right(t.counts.one_more(tally.name, tally.keyed));
  }

  /** A unit with a number of its own. */
  #unit(subject: Subject, unit: Unit, number: number, scan: Scan): void {
    if (this.tally?.key !== keyOf(subject)) {
      this.#open(subject, unit, scan);
      if (this.tally?.key !== keyOf(subject)) return;
    }
    const tally = this.tally;
    if (tally.take(number)) answers.right(t.counts.one_more(tally.name, tally.keyed));
    else answers.wrong(t.counts.unit_twice(number));
  }

  #strange(scan: Scan): void {
    if (!this.#free({ package: null, product: null, tag: scan.text }, scan.text)) return;
    this.refuse(wrong(t.counts.unknown, t.counts.unknown_text, { was: scan.text }));
    if (this.spot && !this.spot.done_at) this.unknown = scan.text.trim().slice(0, 100);
  }

  foundLabel(): void {
    const tag = this.unknown;
    this.verdict = null;
    this.unknown = null;
    if (tag) this.#open({ package: null, product: null, tag }, 'ea');
  }

  /** Taps on what was said, to put it right. */
  correct(said: Said): void {
    const { package: pack, product, tag } = said;
    this.#open({ package: pack, product, tag }, said.quantity?.unit ?? unitOf(said));
  }

  again(one: CountRecount): void {
    const subject: Subject = { package: one.package, product: one.package ? null : one.product, tag: null };
    this.verdict = null;
    this.tally = new Tally(subject, one.place, unitOf(subject), moment(), null);
  }

  /** What this person said of it here before, and since when they had been counting it. */
  #before(place: PlaceRef, subject: Subject): Quantity | null {
    const key = keyOf(subject);
    const me = session.me?.user.id;
    return this.saidAt(place.id).find((one) => one.key === key && one.by?.id === me)?.quantity ?? null;
  }

  /** Notes the figure that is being made. */
  async save(): Promise<void> {
    const tally = this.tally;
    if (!tally?.ready || this.busy) return;
    const { place, subject } = tally;
    const said = moment();
    const body: CountLineInput = { place: place.id, ...tally.input(), said };
    const amount = quantity(body.quantity as Quantity);
    const about = [`${this.#place(place.id)}:${tally.key}`];
    const spoken: Spoken = { ...subject, place: place.id, quantity: body.quantity as Quantity, at: said.at };
    this.#spoken = [...this.#spoken, spoken];
    this.verdict = null;
    await this.#write<CountSaid>('lines', body, `${place.name}: ${tally.name}, ${amount}`, about, [this.#place(place.id)]);
    const refused = this.verdict as Verdict | null;
    if (refused) {
      this.#spoken = this.#spoken.filter((one) => one !== spoken);
      tally.fault = { title: refused.title, todo: refused.todo ?? '' };
      return;
    }
    if (this.tally === tally) this.tally = null;
    answers.right(t.counts.saved(tally.name, amount));
  }

  /** What was said before and what is in the hand now, together. */
  addBefore(): void {
    const tally = this.tally;
    if (!tally?.before) return;
    tally.keyed = add(tally.before.value, tally.keyed === '' ? '0' : tally.keyed);
    tally.before = null;
  }
}

const refOf = ({ id, tag, batch, expires, product }: Subject['package'] & object) => ({ id, tag, batch, expires, product });

/** The unit that a thing is kept in, as far as this device knows. */
function unitOf({ package: pack, product }: Subject): Unit {
  return (pack && stock.package(pack.id)?.unit) ?? pack?.product.unit ?? product?.unit ?? 'ea';
}

function sameAs(one: CountRecount, subject: Subject): boolean {
  if (one.package) return one.package.id === subject.package?.id;
  return one.product?.id === (subject.product ?? subject.package?.product)?.id;
}

/** "Sour Cherry Gummies · …0012345". */
export function nameOfSubject(one: Subject): string {
  if (one.package) return `${one.package.product.name} · …\u2060${tagTail(one.package.tag)}`;
  return one.product?.name ?? one.tag ?? '';
}
