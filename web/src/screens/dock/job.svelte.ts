// Receiving one shipment: what a scan means at each step, and every write of it. Counts, papers and what
// is put away wait on this device while the box is out of reach, each for itself: one that is refused
// holds no other back.

import { get, Problem } from '../../lib/api/client.ts';
import type {
  AtDock, CountInput, ItemInput, Moved, PlaceRef, Received, ShipmentLine, ShipmentView,
} from '../../lib/api/types.ts';
import { stock } from '../../lib/copy/stock.ts';
import { subjects } from '../../lib/document.ts';
import { inWords } from '../../lib/explain.ts';
import { quantity, tagTail, when } from '../../lib/format.ts';
import { resource } from '../../lib/live.svelte.ts';
import { t } from '../../lib/messages/index.svelte.ts';
import { outbox, post, type Write } from '../../lib/outbox.svelte.ts';
import { resolve, type Scan } from '../../lib/scan/index.svelte.ts';
import { answers } from '../../parts/answers.svelte.ts';
import { verdictOf, wrong, type Verdict } from '../picks/refusal.ts';
import { nameOf, whyNot } from '../shell/open.svelte.ts';

/** A product; one that was made on this device and waits has no number yet. */
interface Named {
  id: number | null;
  name: string;
}

export type Tab = 'papers' | 'packages' | 'away' | 'state';

export class Dock {
  readonly id: number;
  readonly view;
  tab = $state<Tab>('papers');
  verdict = $state.raw<Verdict | null>(null);
  /** The line whose count is being entered. */
  counting = $state.raw<ShipmentLine | null>(null);
  /** What came of the last count, until the next scan. */
  received = $state.raw<Received | null>(null);
  /** A tag that no manifest has, for whoever says that it came all the same. */
  unasked = $state.raw<string | null>(null);
  /** The line that is in the hand on its way to a bin. */
  carrying = $state.raw<ShipmentLine | null>(null);
  busy = $state(false);

  constructor(id: number) {
    this.id = id;
    this.view = resource<ShipmentView>(
      () => `/shipments/${id}`,
      () => [`shipments:${id}`, 'stock', 'cases'],
    );
    // What was said of an item and is taken now: the line has its product in the same moment.
    $effect(() =>
      outbox.onTaken((record, answer) => {
        if (record.path === `/shipments/${id}/products`) this.view.set(answer as ShipmentView);
      }),
    );
  }

  get one(): ShipmentView | null {
    return this.view.data;
  }

  get lines(): ShipmentLine[] {
    return this.one?.lines ?? [];
  }

  get toCount(): ShipmentLine[] {
    return this.lines.filter((line) => line.state === 'expected' && !this.waits(line));
  }

  get onDock(): ShipmentLine[] {
    return this.lines.filter((line) => line.on_dock !== null && !this.waits(line));
  }

  get refused() {
    const subjects = [this.#shipment, ...this.lines.flatMap((line) => [this.#line(line.tag), itemOf(line)])];
    return outbox.refused.filter((one) => one.about.some((about) => subjects.includes(about)));
  }

  /** Which product a line is: as the box has it, or as was said on this device and waits. */
  productOf(line: ShipmentLine): Named | null {
    if (line.product) return line.product;
    const said = outbox.of(itemOf(line)).findLast((one) => one.state === 'queued');
    const { product, make } = (said?.body ?? {}) as Partial<ItemInput>;
    if (make) return { id: null, name: make.name };
    return product ? stock.productRef(product) : null;
  }

  nameOf(line: ShipmentLine): string {
    return this.productOf(line)?.name ?? line.item;
  }

  /** Whether something about a line waits to be saved. */
  waits(line: ShipmentLine): boolean {
    return outbox.of(this.#line(line.tag)).some((one) => one.state === 'queued');
  }

  get #shipment(): string {
    return `shipment:${this.id}`;
  }

  #line(tag: string): string {
    return `shipment:${this.id}:${tag}`;
  }

  refuse(verdict: Verdict): void {
    this.verdict = verdict;
    answers.wrong(verdict.title);
  }

  /** Sends a write about the shipment, or parts of it; what came of it, or null: refused, or waiting.
   *  `upon`: what else it builds upon. */
  async write<T>(
    what: Omit<Write, 'about' | 'needs'>,
    about: string[] = [this.#shipment],
    upon: readonly string[] = [],
  ): Promise<T | null> {
    if (this.busy) return null;
    this.busy = true;
    this.verdict = null;
    try {
      const outcome = await post<T>({ ...what, about, needs: [this.#shipment, ...about, ...upon] });
      if (outcome.state === 'saved') {
        await this.view.refresh();
        return outcome.answer;
      }
      answers.right(t.dock.saved_waits);
      return null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.refuse(verdictOf(error));
      if (error.code === 'already_done') await this.view.refresh();
      return null;
    } finally {
      this.busy = false;
    }
  }

  /** Everything of the shipment that others of its writes build upon. */
  act(what: string, label: string, body: unknown = {}): Promise<ShipmentView | null> {
    const path = `/shipments/${this.id}/${what}`;
    return this.write<ShipmentView>({ method: 'POST', path, body, label });
  }

  async scan(scan: Scan): Promise<boolean> {
    const view = this.one;
    if (!view || view.shipment.state !== 'receiving') return this.#early(scan);
    this.verdict = null;
    this.unasked = null;
    if (this.carrying && scan.parsed.kind !== 'tag') return this.#putAway(scan);
    if (scan.parsed.kind !== 'tag') {
      if (scan.parsed.kind === 'ours' && this.tab === 'away') {
        this.refuse(wrong(t.dock.away_first, t.dock.away_text));
        return true;
      }
      return false; // a place, a slip, a badge: what it is everywhere
    }
    const tag = scan.parsed.tag;
    const line = this.lines.find((one) => one.tag === tag);
    if (!line) await this.#strange(tag);
    else if (this.tab === 'away' && line.on_dock) this.carry(line);
    else if (line.state === 'expected' && !this.waits(line)) this.open(line);
    else this.#done(line);
    return true;
  }

  /** A package that is scanned before anyone said that the truck is here. */
  #early(scan: Scan): boolean {
    const tag = scan.parsed.kind === 'tag' ? scan.parsed.tag : null;
    const line = this.lines.find((one) => one.tag === tag);
    if (!line || this.one?.shipment.state !== 'expected') return false;
    this.refuse(wrong(t.dock.arrive_first, t.dock.arrive_text, { was: line.item }));
    return true;
  }

  open(line: ShipmentLine): void {
    this.received = null;
    this.tab = 'packages';
    this.counting = line;
    answers.right(line.item);
  }

  carry(line: ShipmentLine): void {
    this.tab = 'away';
    this.carrying = line;
    answers.right(t.dock.away_which(this.nameOf(line)));
  }

  #done(line: ShipmentLine): void {
    const who = line.by ? t.dock.was.by(line.by.name, when(line.at!)) : '';
    this.refuse(wrong(t.dock.was.done(this.nameOf(line)), who));
  }

  /** A tag that is on no line here: the box knows more, if it can be asked. */
  async #strange(tag: string): Promise<void> {
    const { was } = t.dock;
    try {
      const found = await get<AtDock>(`/shipments/${this.id}/scan`, { code: tag });
      const tail = tagTail(tag);
      if (found.kind === 'near' && found.line) {
        const expected = `${found.line.item} · …${tagTail(found.line.tag)}`;
        this.refuse(wrong(was.near(tagTail(found.line.tag)), was.near_todo, { was: `…${tail}`, expected }));
      } else if (found.kind === 'other_shipment') {
        this.refuse(wrong(was.other_shipment(found.manifest ?? ''), was.other_todo, { was: `…${tail}` }));
      } else if (found.kind === 'known_package') {
        this.refuse(wrong(was.known_package, was.known_todo, { was: `…${tail}` }));
      } else {
        this.refuse(wrong(was.unknown, was.unknown_todo, { was: tag }));
        this.unasked = tag;
      }
    } catch (error) {
      this.refuse(wrong(was.unknown, inWords(error), { was: tag }));
    }
  }

  /** Says which product an item is, or makes it: for every line of it, from now on. */
  async say(line: ShipmentLine, said: Omit<ItemInput, 'item'>, name: string): Promise<void> {
    const path = `/shipments/${this.id}/products`;
    const body: ItemInput = { item: line.item, ...said };
    await this.write<ShipmentView>({ method: 'POST', path, body, label: `${line.item}: ${name}` }, [itemOf(line)]);
  }

  async count(line: ShipmentLine, input: Omit<CountInput, 'tag'>): Promise<void> {
    const label = `${t.dock.count}: ${line.item} …${tagTail(line.tag)}`;
    const path = `/shipments/${this.id}/receipts`;
    const body: CountInput = { tag: line.tag, ...input };
    const upon = [itemOf(line), ...subjects(input.photos ?? [])];
    const received = await this.write<Received>({ method: 'POST', path, body, label }, [this.#line(line.tag)], upon);
    if (!this.verdict) this.counting = null;
    if (received) this.#settled(received);
  }

  #settled(received: Received): void {
    this.received = received;
    const { line, to, held } = received;
    const counted = line.counted ? quantity(line.counted) : '';
    if (held.length === 0) answers.right(t.dock.right(this.nameOf(line), counted, to.name));
    else answers.wrong(t.dock.held_to(to.name));
  }

  async extra(tag: string, product: number, counted: CountInput['counted']): Promise<void> {
    const label = `${t.dock.receive_extra}: …${tagTail(tag)}`;
    const path = `/shipments/${this.id}/extras`;
    const body = { tag, product, counted, photos: [] };
    const received = await this.write<Received>({ method: 'POST', path, body, label }, [this.#line(tag)]);
    if (!this.verdict) this.unasked = null;
    if (received) this.#settled(received);
  }

  async reject(
    line: ShipmentLine,
    said: { condition: string; reason: string; photos: string[]; shelf?: number },
  ): Promise<void> {
    const label = `${t.dock.reject}: ${line.item} …${tagTail(line.tag)}`;
    const path = `/shipments/${this.id}/rejections`;
    const body = { tag: line.tag, ...said };
    await this.write<ShipmentLine>({ method: 'POST', path, body, label }, [this.#line(line.tag)], subjects(said.photos));
    if (!this.verdict) this.counting = null;
  }

  async miss(lines: ShipmentLine[]): Promise<void> {
    const label = `${t.dock.missing}: ${lines.length}`;
    const path = `/shipments/${this.id}/missing`;
    const tags = lines.map((line) => line.tag);
    const about = tags.map((tag) => this.#line(tag));
    await this.write<ShipmentView>({ method: 'POST', path, body: { tags }, label }, about);
    if (!this.verdict) this.counting = null;
  }

  async takeBack(line: ShipmentLine): Promise<void> {
    const label = `${t.dock.take_back}: ${line.item} …${tagTail(line.tag)}`;
    const path = `/shipments/${this.id}/lines/${line.id}/undo`;
    const back = await this.write<ShipmentLine>({ method: 'POST', path, label }, [this.#line(line.tag)]);
    if (back) {
      this.received = null;
      answers.right(t.dock.taken_back);
    }
  }

  async #putAway(scan: Scan): Promise<boolean> {
    const found = await resolve(scan.text).catch((error: unknown) => {
      this.refuse(wrong(t.picks.refusal.other, inWords(error), { was: scan.text }));
      return null;
    });
    if (!found) return true;
    const why = whyNot(found);
    if (why) this.refuse(wrong(why.title, why.todo, { was: scan.text }));
    else if (found.kind === 'place') await this.putInto(found.place);
    else this.refuse(wrong(t.dock.away_choose, t.dock.away_text, { was: nameOf(found) }));
    return true;
  }

  /** What is carried goes into a bin. */
  async putInto(place: PlaceRef): Promise<void> {
    const line = this.carrying;
    if (!line?.on_dock || line.package === null) return;
    const { place: from, quantity: all } = line.on_dock;
    const name = this.nameOf(line);
    const label = t.dock.moved(name, place.name);
    const body = { package: line.package, from: from.id, to: place.id, quantity: all, scanned: line.tag };
    const about = [this.#line(line.tag)];
    const moved = await this.write<Moved>({ method: 'POST', path: '/moves', body, label }, about);
    if (!this.verdict) this.carrying = null;
    if (moved) answers.right(label);
  }

  async tick(tags: string[]): Promise<void> {
    const path = `/shipments/${this.id}/recorded`;
    const about = tags.map((tag) => this.#line(tag));
    await this.write<ShipmentView>({ method: 'POST', path, body: { tags }, label: t.dock.tick }, about);
  }
}

/** What a line's item is holds for every line of it, on every manifest. */
const itemOf = (line: ShipmentLine): string => `item:${line.item.toLowerCase()}`;
