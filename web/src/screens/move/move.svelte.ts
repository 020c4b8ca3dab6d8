// One move in the making: what each scan means at each step, the write, and what was just moved.

import { Problem, get } from '../../lib/api/client.ts';
import type {
  Moved,
  Package,
  PackageRef,
  PackageView,
  Place,
  PlaceRef,
  PlaceView,
  Quantity,
  Resolved,
  StockLine,
  Unit,
} from '../../lib/api/types.ts';
import { around } from '../../lib/copy/index.svelte.ts';
import { packageOf, type Around } from '../../lib/copy/resolve.ts';
import { compare, isPositive, subtract } from '../../lib/decimal.ts';
import { inWords } from '../../lib/explain.ts';
import { quantity } from '../../lib/format.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { outbox, post } from '../../lib/outbox.svelte.ts';
import { reach } from '../../lib/reach.svelte.ts';
import { resolve, type Scan } from '../../lib/scan/index.svelte.ts';
import { answers } from '../../parts/answers.svelte.ts';
import { packageName, verdictOf, wrong, type Verdict } from '../picks/refusal.ts';
import { nameOf, whyNot } from '../shell/open.svelte.ts';

interface Held {
  package: PackageRef;
  unit: Unit;
  /** What the book has of it in the place it is taken from, without what is reserved. */
  here: string;
  scanned?: string;
}

/** A move that was made: by its entry at the box, or, while it waits, by its write. */
export interface Done {
  key: string;
  seq: number | null;
  name: string;
  quantity: Quantity;
  from: string;
  to: string;
}

const KEPT = 8;

/** From this device's copy where the box is out of reach. */
async function placeOf(known: Around | null, id: number): Promise<PlaceRef> {
  const here = known?.stock.place(id);
  return known && here ? known.stock.placeRef(here) : (await get<PlaceView>(`/places/${id}`)).place;
}

async function packageBy(known: Around | null, id: number): Promise<Package> {
  const here = known?.stock.package(id);
  return known && here
    ? packageOf(known, here)
    : (await get<PackageView>(`/packages/${id}`)).package;
}

export class Move {
  from = $state.raw<PlaceRef | null>(null);
  held = $state.raw<Held | null>(null);
  amount = $state.raw<Quantity | null>(null);
  keyed = $state('');
  verdict = $state.raw<Verdict | null>(null);
  finding = $state.raw<{ package: Package; scanned: string } | null>(null);
  done = $state.raw<Done[]>([]);
  busy = $state(false);
  #offered: { package: Package; scanned: string } | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  get step(): 0 | 1 | 2 | 3 {
    return !this.from ? 0 : !this.held ? 1 : !this.amount ? 2 : 3;
  }

  /** Opened from a place or a package: what is known already is filled in. */
  async startAt(from: string | null, one: string | null): Promise<void> {
    try {
      const known = reach.down ? await around() : null;
      if (from) this.from = await placeOf(known, Number(from));
      if (!one) return;
      const found = await packageBy(known, Number(one));
      const stock = found.places.filter((each) => each.place.kind !== 'account');
      const only = stock.length === 1 ? stock[0]!.place : null;
      this.from ??= only;
      if (this.from) this.#package(found);
    } catch (error) {
      this.#refuse(wrong(t.picks.refusal.other, inWords(error)));
    }
  }

  /** A quick hand scans before the last write is answered: each scan has its turn, none is dropped. */
  scan(scan: Scan): Promise<void> {
    const turn = this.#turn.then(() => this.#scan(scan));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #scan(scan: Scan): Promise<void> {
    if (this.finding) return;
    this.verdict = null;
    let found: Resolved;
    try {
      found = await resolve(scan.text, this.from?.id);
    } catch (error) {
      this.#refuse(wrong(t.picks.refusal.other, inWords(error), { was: scan.text }));
      return;
    }
    const words = t.stock.refusal;
    const why = whyNot(found);
    if (why) this.#refuse(wrong(why.title, why.todo, { was: scan.text }));
    else if (found.kind === 'place' || found.kind === 'tote') {
      if (this.step === 0 || this.step === 3) await this.place(found.place);
      else if (this.step === 1) this.#start(found.place);
      else
        this.#refuse(wrong(words.not_a_package, t.stock.step_quantity, { was: found.place.name }));
    } else if (this.step === 0) {
      this.#refuse(wrong(words.not_a_place, words.not_a_place_do, { was: nameOf(found) }));
    } else if (found.kind === 'package' && this.step === 1) {
      if (found.here === false) {
        const places = found.package.places.map((each) => each.place.name).join(', ') || '–';
        const was = packageName(found.package);
        this.#offered = { package: found.package, scanned: scan.text };
        this.#refuse(wrong(words.not_here, words.not_here_do(places), { was, remedy: 'found' }));
      } else this.#package(found.package, scan.text);
    } else if (found.kind === 'product' && this.step === 1) {
      if (found.packages.length === 1) this.holdLine(found.packages[0]!, scan.text);
      else
        this.#refuse(
          wrong(t.picks.refusal.tag_needed, t.picks.refusal.tag_needed_do, { was: nameOf(found) }),
        );
    } else {
      const todo = this.step === 3 ? words.not_a_place_do : words.not_a_package_do;
      const title = this.step === 3 ? words.not_a_place : words.not_a_package;
      this.#refuse(wrong(title, todo, { was: nameOf(found) }));
    }
  }

  async place(place: Place | PlaceRef): Promise<void> {
    this.verdict = null;
    if (this.step === 0) this.#start(place);
    else await this.#send(place);
  }

  holdLine(line: StockLine, scanned?: string): void {
    const here = subtract(line.quantity.value, line.reserved.value);
    this.#hold({ package: line.package, unit: line.quantity.unit, here, scanned });
  }

  setAmount(value: string): void {
    const held = this.held;
    if (!held) return;
    if (compare(value, held.here) > 0) {
      const words = t.stock.refusal;
      const said = quantity({ value: held.here, unit: held.unit });
      this.#refuse(wrong(words.not_enough, words.not_enough_do(said)));
      return;
    }
    this.verdict = null;
    this.amount = { value, unit: held.unit };
  }

  backTo(step: number): void {
    this.verdict = null;
    if (step <= 2) this.amount = null;
    if (step <= 1) this.held = null;
    if (step <= 0) this.from = null;
    this.keyed = '';
  }

  clear(): void {
    this.backTo(0);
  }

  askFound(): void {
    this.finding = this.#offered;
    this.verdict = null;
  }

  /** It is here, as far as this person knows: go on with the quantity. */
  found(here: Quantity): void {
    const one = this.finding;
    this.finding = null;
    if (one)
      this.#hold({ package: one.package, unit: here.unit, here: here.value, scanned: one.scanned });
  }

  async undo(done: Done): Promise<void> {
    const text = `${t.common.undo}: ${quantity(done.quantity)} ${done.name}`;
    await this.#write(async () => {
      const seq = done.seq ?? outbox.answerTo<Moved>(done.key)?.seq ?? null;
      if (seq === null) {
        if (!(await outbox.withdraw(done.key))) {
          this.#refuse(wrong(t.unsaved.on_its_way, t.unsaved.on_its_way_do));
          return;
        }
      } else await post({ method: 'POST', path: `/moves/${seq}/undo`, body: {}, label: text });
      this.done = this.done.filter((one) => one.key !== done.key);
      this.#accept(text);
    });
  }

  async #send(to: Place | PlaceRef): Promise<void> {
    const { from, held, amount } = this;
    if (!from || !held || !amount) return;
    const label = t.stock.moved(quantity(amount), held.package.product.name, to.name);
    const one = held.package.id;
    await this.#write(async () => {
      const outcome = await post<Moved>({
        method: 'POST',
        path: '/moves',
        body: { package: one, from: from.id, to: to.id, quantity: amount, scanned: held.scanned },
        label,
        about: ['moves', `stock:${one}@${to.id}`],
        needs: [`stock:${one}@${from.id}`],
      });
      const saved = outcome.state === 'saved';
      const done: Done = {
        key: saved ? String(outcome.answer.seq) : outcome.id,
        seq: saved ? outcome.answer.seq : null,
        name: held.package.product.name,
        quantity: amount,
        from: from.name,
        to: to.name,
      };
      this.done = [done, ...this.done].slice(0, KEPT);
      // Stays at the same place: put-away is many packages out of one.
      this.backTo(1);
      this.#accept(saved ? label : t.unsaved.move_waits(label));
    });
  }

  #start(place: Place | PlaceRef): void {
    this.from = { id: place.id, name: place.name, kind: place.kind, code: place.code };
    this.#accept(place.name);
  }

  #package(one: Package, scanned?: string): void {
    const at = one.places.find((each) => each.place.id === this.from?.id);
    const here = at ? subtract(at.quantity.value, at.reserved.value) : '0';
    this.#hold({ package: one, unit: one.unit, here, scanned });
  }

  #hold(held: Held): void {
    if (!isPositive(held.here)) {
      const words = t.stock.refusal;
      const said = quantity({ value: held.here, unit: held.unit });
      this.#refuse(
        wrong(words.not_enough, words.not_enough_do(said), { was: packageName(held.package) }),
      );
      return;
    }
    this.held = held;
    this.keyed = '';
    this.#accept(packageName(held.package));
  }

  async #write(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#refuse(verdictOf(error));
    } finally {
      this.busy = false;
    }
  }

  #accept(text: string): void {
    this.verdict = { tone: 'right', title: text, facts: [], remedy: null };
    answers.right(text);
  }

  #refuse(verdict: Verdict): void {
    this.verdict = verdict;
    answers.wrong(verdict.title);
  }
}
