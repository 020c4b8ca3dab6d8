// One pick in a technician's hands, for a station or for online orders: which scan is expected now, what each
// scan means, and the writes it leads to. Every accepted take is a write of its own; nothing here is lost by a reload, and while
// the box is out of reach the job goes on with what waits counted in.

import { Problem } from '../../lib/api/client.ts';
import type {
  Found,
  Moved,
  Package,
  PackageRef,
  Pick,
  PickLine,
  PickOrder,
  Resolved,
  Taken,
} from '../../lib/api/types.ts';
import { add, compare, isPositive } from '../../lib/decimal.ts';
import { inWords } from '../../lib/explain.ts';
import { feedback } from '../../lib/feedback.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { outbox, post, type Outcome, type Write } from '../../lib/outbox.svelte.ts';
import { reach } from '../../lib/reach.svelte.ts';
import { resolve, type Scan } from '../../lib/scan/index.svelte.ts';
import { tagTail } from '../../lib/format.ts';
import { answers } from '../../parts/answers.svelte.ts';
import { nameOf, whyNot } from '../shell/open.svelte.ts';
import { leftOf, ofCount } from './amounts.ts';
import { countOf, packageName, verdictOf, wrong, type Verdict } from './refusal.ts';
import { goneWords, intoSlot, slotName } from './slots.ts';
import { isWalk, linesOf, nextSlot, orderOf, toteOf } from './walk.ts';
import { shown } from '../words.ts';

export type Step = 'tote' | 'bin' | 'package' | 'quantity' | 'done';

/** Whether first-expiring-first-out is broken for certain. */
const expiresLater = (one: PackageRef, planned: PackageRef): boolean =>
  one.expires !== null && planned.expires !== null && one.expires > planned.expires;

/** The package in the hand, and the text that was scanned to prove it. */
interface Held {
  package: PackageRef;
  scanned: string;
  approval?: { token: string; reason: string };
}

/** By its entry at the box, or, while it waits, by its write. */
type Last = { text: string } & ({ seq: number } | { queued: string });

export class Job {
  bin = $state<number | null>(null);
  held = $state.raw<Held | null>(null);
  count = $state('');
  verdict = $state.raw<Verdict | null>(null);
  /** The last accepted take, while it can be undone with one tap. */
  last = $state.raw<Last | null>(null);
  /** What a manager is asked to allow. */
  asking = $state.raw<Held | null>(null);
  /** What is held though the book has it elsewhere. */
  finding = $state.raw<{ package: PackageRef; unit: Package['unit']; scanned: string } | null>(
    null,
  );
  busy = $state(false);
  #turn: Promise<unknown> = Promise.resolve();
  #pick: () => Pick | null;
  #set: (pick: Pick) => void;

  constructor(pick: () => Pick | null, set: (pick: Pick) => void) {
    this.#pick = pick;
    this.#set = set;
  }

  get open(): PickLine[] {
    const pick = this.#pick();
    return pick ? linesOf(pick).filter((line) => line.state === 'to_pick') : [];
  }

  /** The line in hand: in the bin that was scanned, else the next on the way. */
  get line(): PickLine | null {
    const here = this.open.filter((line) => line.bin.id === this.bin);
    const held = this.held?.package;
    const same = held && here.find((line) => line.package.id === held.id);
    const product = held && here.find((line) => line.package.product.id === held.product.id);
    return same ?? product ?? here[0] ?? this.open[0] ?? null;
  }

  /** The order that the next tote is for; null where none is wanted, or it is no walk of orders. */
  get slot(): PickOrder | null {
    const pick = this.#pick();
    return pick && isWalk(pick) ? nextSlot(pick) : null;
  }

  get step(): Step {
    const pick = this.#pick();
    if (pick && isWalk(pick) ? this.slot : !pick?.tote) return 'tote';
    const line = this.line;
    if (!line) return 'done';
    if (line.bin.id !== this.bin) return 'bin';
    return this.held ? 'quantity' : 'package';
  }

  /** A quick hand scans before the last write is answered: each scan has its turn, none is dropped. */
  scan(scan: Scan): Promise<void> {
    const turn = this.#turn.then(() => this.#scan(scan));
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #scan(scan: Scan): Promise<void> {
    if (this.asking || this.finding) return;
    this.verdict = null;
    let found: Resolved;
    try {
      found = await resolve(scan.text, this.bin ?? undefined);
    } catch (error) {
      this.#refuse(wrong(t.picks.refusal.other, inWords(error), { was: scan.text }));
      return;
    }
    const why = whyNot(found);
    if (why) this.#refuse(wrong(why.title, why.todo, { was: scan.text, expected: this.expects }));
    else if (this.step === 'tote') await this.#tote(found);
    else if (found.kind === 'place') this.#enter(found);
    else if (found.kind === 'tote' && this.line?.slot) await this.#into(found, this.line);
    else if (found.kind === 'package') await this.#package(found, scan.text);
    else if (found.kind === 'product') this.#product(found, scan.text);
    else this.#refuse(wrong(t.picks.refusal.not_this_job, this.expects, { was: nameOf(found) }));
  }

  /** The next scan in words. */
  get expects(): string {
    const line = this.line;
    switch (this.step) {
      case 'tote':
        return this.slot ? t.fulfil.scan_tote(this.slot.slot) : t.picks.scan_tote;
      case 'bin':
        return t.picks.scan_bin(line?.bin.name ?? '');
      case 'package':
        return t.picks.scan_package(tagTail(line?.package.tag ?? ''));
      case 'quantity':
        return t.picks.scan_units;
      case 'done':
        return t.picks.all_picked;
    }
  }

  async #tote(found: Resolved): Promise<void> {
    const words = t.picks.refusal;
    const pick = this.#pick();
    if (!pick) return;
    if (found.kind !== 'tote') {
      const title = found.kind === 'place' ? words.not_a_tote : words.no_tote;
      this.#refuse(
        wrong(title, words.not_a_tote_do, { was: nameOf(found), expected: this.expects }),
      );
      return;
    }
    const { slot } = this;
    const name = found.place.name;
    await this.#write(name, async () => {
      const outcome = await this.#post<Pick>(pick, 'tote', {
        body: { tote: found.place.id, ...(slot && { order: slot.order }) },
        label: `${shown(pick.code)} · ${slot ? `${slotName(slot.slot)} · ${name}` : name}`,
        about: [assigned(pick, slot?.order)],
      });
      if (outcome.state === 'saved') this.#set(outcome.answer);
      this.#accept(slot ? t.fulfil.tote_set(slot.slot, name) : t.picks.tote_set(name));
    });
  }

  /** The tote that a unit goes into, scanned to be sure: it takes what was counted. */
  async #into(found: Extract<Resolved, { kind: 'tote' }>, line: PickLine): Promise<void> {
    const name = found.place.name;
    const pick = this.#pick();
    if (!pick) return;
    const expected = intoSlot(pick, line);
    if (toteOf(pick, line)?.id !== found.place.id) {
      this.#refuse(wrong(t.fulfil.wrong_tote, t.fulfil.wrong_tote_do(expected), { was: name, expected }));
    } else if (this.step === 'quantity' && isPositive(this.count || '0')) await this.take(this.count);
    else this.#accept(t.fulfil.tote_right(expected));
  }

  /** Orders that were cancelled in the middle of the walk, said at once; what is in the hand for one of them
   *  goes back. `was`: the walk before, for the box no longer names their lines. */
  left(orders: readonly PickOrder[], was: Pick): void {
    if (orders.length === 0) return;
    const { held, bin } = this;
    const planned = was.lines.find((line) => line.bin.id === bin && line.package.id === held?.package.id);
    const dropped = held && orders.some((one) => one.order === planned?.order);
    if (dropped) this.leave();
    this.last = null;
    this.#refuse(goneWords(was, orders, dropped ? packageName(held.package) : null));
  }

  #enter(found: Extract<Resolved, { kind: 'place' }>): void {
    const words = t.picks.refusal;
    const { place } = found;
    if (this.open.some((line) => line.bin.id === place.id)) {
      this.leave();
      this.bin = place.id;
      this.#accept(t.picks.bin_right(place.name));
      return;
    }
    const line = this.line;
    const done = this.#pick()?.lines.some((one) => one.bin.id === place.id);
    const bin = line?.bin.name ?? '';
    const title = done ? words.already_picked : words.wrong_bin;
    this.#refuse(wrong(title, words.wrong_bin_do(bin), { was: place.name, expected: bin }));
  }

  async #package(found: Extract<Resolved, { kind: 'package' }>, scanned: string): Promise<void> {
    const words = t.picks.refusal;
    const line = this.line;
    if (!line) return;
    const one: PackageRef = found.package;
    const was = packageName(one);
    if (this.step === 'bin') {
      this.#refuse(
        wrong(words.bin_first, words.bin_first_do(line.bin.name), { was, expected: line.bin.name }),
      );
      return;
    }
    const here = this.open.filter((other) => other.bin.id === this.bin);
    const planned = here.find((other) => other.package.id === one.id);
    if (planned) {
      this.#hold({ package: one, scanned });
      return;
    }
    const expected = `${packageName(line.package)} · ${line.bin.name}`;
    const twin = here.find((other) => other.package.product.id === one.product.id);
    const picked = this.#pick()?.lines.some(
      (other) => other.package.id === one.id && other.bin.id === this.bin,
    );
    if (found.package.blocked.length > 0) {
      const why = found.package.blocked.map((reason) => t.common.blocked[reason]).join(', ');
      this.#refuse(
        wrong(`${words.not_pickable}: ${why}`, words.not_pickable_do, { was, expected }),
      );
    } else if (!twin) {
      const title = picked ? words.already_picked : words.wrong_product;
      const todo = picked ? words.already_picked_do : words.wrong_product_do;
      this.#refuse(wrong(title, todo, { was, expected }));
    } else if (found.here === false) {
      this.#refuse(wrong(words.not_here, words.not_here_do, { was, expected, remedy: 'found' }));
      this.#offered = { package: one, unit: found.package.unit, scanned };
    } else if (expiresLater(one, twin.package) || (await this.#isNewer(one, twin.package))) {
      this.#refuse(
        wrong(words.newer_lot, words.newer_lot_do, { was, expected, remedy: 'approve' }),
      );
      this.#offered = { package: one, unit: found.package.unit, scanned };
    } else {
      // As old or older will do; where expiry dates do not tell, the box decides at the take.
      this.#hold({ package: one, scanned });
    }
  }

  /** Without the box this device's own copy decides which lot is older; with it, the box does. */
  async #isNewer(one: PackageRef, planned: PackageRef): Promise<boolean> {
    if (!reach.down) return false;
    const { stock } = await import('../../lib/copy/stock.ts');
    return stock.isNewer(one.id, planned.id);
  }

  /** What the verdict's button acts on. */
  #offered: { package: PackageRef; unit: Package['unit']; scanned: string } | null = null;

  #product(found: Extract<Resolved, { kind: 'product' }>, scanned: string): void {
    const words = t.picks.refusal;
    const line = this.line;
    if (!line) return;
    const was = found.product.name;
    const fits = line.package.product.id === found.product.id;
    if (this.step === 'quantity') {
      if (!fits) {
        this.#refuse(
          wrong(words.unit_other, words.unit_other_do, {
            was,
            expected: line.package.product.name,
          }),
        );
      } else if (compare(add(this.count || '0', '1'), leftOf(line)) > 0) {
        this.#refuse(
          wrong(words.too_many, words.too_many_do(countOf(line, leftOf(line))), { was }),
        );
      } else {
        this.count = add(this.count || '0', '1');
        answers.right(`${this.count} ${found.product.name}`);
      }
    } else if (this.step === 'bin') {
      this.#refuse(
        wrong(words.bin_first, words.bin_first_do(line.bin.name), { was, expected: line.bin.name }),
      );
    } else if (
      !this.open.some(
        (other) => other.bin.id === this.bin && other.package.product.id === found.product.id,
      )
    ) {
      this.#refuse(
        wrong(words.wrong_product, words.wrong_product_do, {
          was,
          expected: packageName(line.package),
        }),
      );
    } else if (found.packages.length === 1 && found.packages[0]?.package.id === line.package.id) {
      // Only one package of it lies here: its barcode is proof enough, and counts the first unit.
      this.#hold({ package: line.package, scanned });
      this.count = '1';
    } else {
      this.#refuse(
        wrong(words.tag_needed, words.tag_needed_do, { was, expected: packageName(line.package) }),
      );
    }
  }

  #hold(held: Held): void {
    if (this.held?.package.id !== held.package.id) this.count = '';
    this.held = held;
    this.#accept(t.picks.package_right(held.package.product.name, tagTail(held.package.tag)));
  }

  /** Lets go of the package and the bin. */
  leave(): void {
    this.bin = null;
    this.held = null;
    this.count = '';
    this.verdict = null;
  }

  async take(count: string): Promise<void> {
    const pick = this.#pick();
    const { line, held } = this;
    if (!pick || !line || !held) return;
    const said = countOf(line, count);
    const was = `${said} · ${packageName(held.package)}`;
    // Out of the hand at once: what waits is counted in, so the next line is shown already.
    this.held = null;
    this.count = '';
    const taken = await this.#write(was, async () => {
      const outcome = await this.#post<Taken>(pick, 'takes', {
        body: {
          bin: line.bin.id,
          package: held.package.id,
          quantity: ofCount(line, count),
          scanned: held.scanned,
          line: line.id,
          approval: held.approval?.token,
          reason: held.approval?.reason,
        },
        label: `${shown(pick.code)} · ${was}`,
        about: [`line:${line.id}`, `stock:${held.package.id}@${line.bin.id}`],
        needs: [assigned(pick, orderOf(pick, line)?.order), `stock:${held.package.id}@${line.bin.id}`],
      });
      const text = line.slot
        ? t.fulfil.taken(said, held.package.product.name, line.slot)
        : t.picks.taken(said, held.package.product.name);
      if (outcome.state === 'saved') {
        this.#set(outcome.answer.pick);
        this.last = { seq: outcome.answer.moved.seq, text };
      } else this.last = { queued: outcome.id, text };
      if (this.open.length === 0) {
        this.verdict = { tone: 'right', title: t.picks.all_picked, facts: [], remedy: null };
        answers.done(t.picks.all_picked);
      } else this.#accept(text);
    });
    if (!taken) {
      this.held = held;
      this.count = count;
    }
    if (this.verdict?.remedy === 'found' || this.verdict?.remedy === 'approve') {
      this.#offered = { package: held.package, unit: line.planned.unit, scanned: held.scanned };
    }
  }

  /** The walk is over: its orders go to the pack bench. */
  async finish(): Promise<void> {
    const pick = this.#pick();
    if (!pick) return;
    await this.#write(shown(pick.code), async () => {
      const label = `${t.fulfil.walk(shown(pick.code))} · ${t.fulfil.finish}`;
      const outcome = await this.#post<Pick>(pick, 'finish', { label, needs: [`pick:${pick.id}`] });
      if (outcome.state === 'saved') this.#set(outcome.answer);
      this.last = null;
      this.verdict = null;
      answers.done(outcome.state === 'saved' ? t.fulfil.finished : t.fulfil.finish_waits);
    });
  }

  async undo(): Promise<void> {
    const last = this.last;
    const pick = this.#pick();
    if (!last || !pick) return;
    const text = `${t.common.undo}: ${last.text}`;
    await this.#write(last.text, async () => {
      const seq = 'seq' in last ? last.seq : outbox.answerTo<Taken>(last.queued)?.moved.seq;
      if (seq !== undefined) {
        const about = [`pick:${pick.id}`];
        const path = `/moves/${seq}/undo`;
        await post<{ moved: Moved[] }>({ method: 'POST', path, body: {}, label: text, about });
      } else if ('queued' in last && !(await outbox.withdraw(last.queued))) {
        // It may be at the box already: only its answer tells what there is to undo.
        this.#refuse(wrong(t.unsaved.on_its_way, t.unsaved.on_its_way_do, { was: last.text }));
        return;
      }
      this.last = null;
      this.held = null;
      this.#accept(text);
    });
  }

  /** The button under a verdict. */
  remedy(): void {
    const offered = this.#offered;
    const remedy = this.verdict?.remedy;
    this.verdict = null;
    if (remedy === 'approve' && offered) this.asking = offered;
    else if (remedy === 'found' && offered) this.finding = offered;
    else if (remedy === 'next') this.leave();
  }

  /** A manager has allowed the package in the hand. */
  approved(token: string, reason: string): void {
    const asked = this.asking;
    this.asking = null;
    if (asked)
      this.#hold({ package: asked.package, scanned: asked.scanned, approval: { token, reason } });
  }

  /** "It is here": the book follows the hand, and the pick goes on. */
  async found(value: string): Promise<void> {
    const held = this.finding;
    const bin = this.bin;
    if (!held || bin === null) return;
    this.finding = null;
    await this.#write(packageName(held.package), async () => {
      const outcome = await post<Found>({
        method: 'POST',
        path: `/packages/${held.package.id}/found`,
        body: { place: bin, quantity: { value, unit: held.unit }, scanned: held.scanned },
        label: `${t.picks.it_is_here}: ${packageName(held.package)}`,
        about: [`stock:${held.package.id}@${bin}`],
      });
      this.#accept(
        outcome.state === 'saved'
          ? t.picks.found_done(shown(outcome.answer.case_code))
          : t.unsaved.found_waits,
      );
    });
  }

  #post<T>(
    pick: Pick,
    act: string,
    write: Omit<Write, 'method' | 'path'>,
  ): Promise<Outcome<T>> {
    return post<T>({
      ...write,
      method: 'POST',
      path: `/picks/${pick.id}/${act}`,
      about: [`pick:${pick.id}`, ...(write.about ?? [])],
    });
  }

  /** Does a write, with whatever is scanned meanwhile waiting for it; whether it was not refused. */
  #write(was: string, work: () => Promise<void>): Promise<boolean> {
    const turn = this.#attempt(was, work);
    // Behind what was scanned before it, too: a scan may have waited while this began.
    this.#turn = Promise.all([this.#turn, turn]);
    return turn;
  }

  async #attempt(was: string, work: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.verdict = null;
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#refuse(verdictOf(error, was));
      return false;
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

  /** Says something went right outside a scan (short reported, handed over). */
  said(text: string): void {
    this.leave();
    this.verdict = { tone: 'right', title: text, facts: [], remedy: null };
    feedback.right();
  }
}

/** What a tote's assignment is called in the queue of writes. */
const assigned = (pick: Pick, order: number | undefined): string =>
  order === undefined ? `tote:${pick.id}` : `tote:${pick.id}:${order}`;
