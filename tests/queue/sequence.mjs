// One sequence: a few writes on one device while everything happens to it that can, in an order its seed
// decides; then everything is let through and settled, and the judge looks.

import { judge } from './judge.mjs';
import { Random, pause } from './random.mjs';
import { Tab } from './tab.mjs';

/** What happens next, and how often. */
const STEPS = {
  write: 12, burst: 3, pass: 5, network: 5, withdraw: 3, crash: 2, tab: 2, sign_in: 1, lock: 1,
  settle: 2, late: 2, nudge: 5,
};
const MOST_WRITES = 8;
/** Once the network is well again, something must move within this time, however busy the machine is. */
const STUCK_MS = 120_000;

export class Sequence {
  /** Every write of this sequence by its token, with all that became of it as far as anybody was told. */
  writes = new Map();
  #step = 0;
  #tabs = 0;

  constructor(seed, device) {
    this.seed = seed;
    this.device = device;
    this.counts = device.counts;
    this.#next();
  }

  async run() {
    const { device, random } = this;
    device.begin(this.seed, (record, seq) => this.#stored(record, seq));
    try {
      if (!device.author || random.chance(0.05)) await device.signIn(random.pick(device.people));
      await this.#open();
      await this._network();
      for (let steps = random.between(9, 16); steps > 0; steps -= 1) {
        this.#next();
        await this[`_${this.random.weighted(STEPS)}`]();
      }
      this.#next();
      await this.#settleAll();
      await this.#shown();
      await judge(this);
    } finally {
      for (const tab of [...device.tabs]) tab.crash();
    }
    this.counts.sequences += 1;
    this.counts.writes += this.writes.size;
  }

  /** What happens next draws from a stream of its own. */
  #next() {
    this.#step += 1;
    this.random = new Random(this.seed, 'step', this.#step);
  }

  // What can happen.

  async _write() {
    const { device, random } = this;
    if (this.writes.size >= MOST_WRITES || !device.author) return;
    const tab = random.pick([...device.tabs]);
    if (!tab.outbox.author) return;
    const token = `${this.seed}:${this.writes.size}`;
    const body = { ...this.#move(), scanned: token };
    const one = body.package;
    const about = ['moves', `stock:${one}@${body.to}`];
    const needs = [`stock:${one}@${body.from}`];
    const write = { token, body, about, needs, authors: [tab.outbox.author] };
    this.writes.set(token, write);
    Object.defineProperty(write, 'tab', { value: tab }); // not shown
    const asked = { method: 'POST', path: '/moves', body, label: token, about, needs };
    const outcome = random.chance(0.3)
      ? tab.outbox.send(asked).then((answer) => ({ state: 'saved', answer }))
      : tab.outbox.post(asked);
    outcome.then(
      (given) => given.state === 'saved' && (write.saved = given.answer),
      (problem) => this.#refused(write, problem),
    );
    if (random.chance(0.5)) await pause(0);
  }

  async _burst() {
    for (let n = this.random.between(2, 4); n > 0; n -= 1) await this._write();
  }

  async _pass() {
    await pause(this.random.between(0, 25));
  }

  async _network() {
    const mode = this.random.weighted({ bad: 7, offline: 3, up: 1 });
    await this.device.network(mode);
  }

  async _withdraw() {
    const tab = this.random.pick([...this.device.tabs]);
    const record = tab.outbox.records.findLast((one) => one.state === 'queued');
    if (!record) return;
    const gone = await this.#knowingly([record], async () =>
      (await tab.outbox.withdraw(record.id)) ? [record] : [],
    );
    if (gone) this.counts.withdrawn += 1;
  }

  async _crash() {
    const tab = this.random.pick([...this.device.tabs]);
    tab.crash();
    this.counts.crashes += 1;
    if (this.device.tabs.size === 0) await this.#open();
  }

  async _tab() {
    if (this.device.tabs.size < 2) await this.#open();
  }

  async _sign_in() {
    const { device, random } = this;
    if (device.wire.mode === 'offline') return;
    const before = device.author?.user;
    await device.signIn(random.pick(device.people));
    if (before !== device.author.user) this.counts.switches += 1;
    await this.#introduce();
  }

  async _lock() {
    await this.device.lockUp();
    await this.#introduce();
  }

  async _settle() {
    const tab = this.random.pick([...this.device.tabs]);
    const record = tab.outbox.refused[0];
    if (record) await this.#settle(tab, record);
  }

  async _late() {
    await this.device.wire.arrive();
  }

  async _nudge() {
    this.random.pick([...this.device.tabs]).outbox.nudge();
  }

  // How it is done.

  /** A small amount between two bins; now and then more than there is anywhere. */
  #move() {
    const { device, random } = this;
    const from = random.pick(device.bins);
    const to = random.pick(device.bins.filter((one) => one !== from));
    const value = String(random.chance(0.2) ? 5_000_000 : random.between(1, 3));
    return { package: random.pick(device.packages), from, to, quantity: { value, unit: 'ea' } };
  }

  async #open() {
    const tab = new Tab(this.device, new Random(this.seed, 'tab', (this.#tabs += 1)));
    await insist(() => tab.outbox.open());
    await insist(() => tab.outbox.setAuthor(this.device.author));
    return tab;
  }

  /** Every tab learns who is signed in now: the first at once, the others when they hear of it. */
  async #introduce() {
    const { author, tabs } = this.device;
    for (const tab of tabs) {
      if (this.random.chance(0.3)) await pause(this.random.between(0, 10));
      await insist(() => tab.outbox.setAuthor(author));
    }
  }

  async #settle(tab, record) {
    const { random } = this;
    const { outbox } = tab;
    const write = this.writes.get(record.label);
    this.#noted(write, record);
    const mine = outbox.author?.user === record.author.user;
    const how = random.weighted({ discard: 3, all: 2, retry: mine && !write.again ? 4 : 0 });
    if (how === 'retry') {
      // Signed in the new session before it is known whether it goes.
      write.authors.push(outbox.author);
      if (await insist(() => outbox.retry(record.id))) {
        Object.assign(write, { again: true, told: false });
        this.counts.retried += 1;
      }
      return;
    }
    const all = how === 'all';
    const going = all ? [record, ...outbox.dependents(record)] : [record];
    if (await this.#knowingly(going, () => outbox.discard(record.id, all))) this.counts.discarded += 1;
  }

  /** Takes writes out of the queue on purpose. `act` says which went; where this device's database fails
   *  under it, those that are gone may have been sent meanwhile. */
  async #knowingly(records, act) {
    try {
      const went = await act();
      for (const one of went) this.writes.get(one.label).takenOut = true;
      return went.length > 0;
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
    const kept = await this.device.peek();
    for (const one of records) {
      if (!kept.some((other) => other.id === one.id)) this.writes.get(one.label).unsure = true;
    }
    return false;
  }

  /** For a while all is as bad as it was. Then the network is well and nothing more goes wrong, until
   *  nothing waits. */
  async #settleAll() {
    const { device, random } = this;
    if (device.wire.mode === 'offline') await device.network('bad');
    for (let rounds = random.between(0, 12); rounds > 0; rounds -= 1) {
      await this._nudge();
      await pause(random.between(1, 8));
      if (random.chance(0.2)) await device.wire.arrive();
      if (random.chance(0.1)) await this._crash();
    }
    device.calm();
    await device.network('up');
    if (device.tabs.size === 0) await this.#open();
    // Looks less and less often: looking is work too, and the machine may be busy.
    let [wait, moved, was] = [4, Date.now(), ''];
    for (;; wait = Math.min(200, wait * 1.3)) {
      await device.wire.arrive(random.chance(0.5));
      const [tab] = device.tabs;
      for (const each of device.tabs) each.outbox.nudge();
      await pause(wait);
      const kept = await device.peek();
      for (const record of kept) if (record.state === 'refused') this.#noted(this.writes.get(record.label), record);
      const storing = [...this.writes.values()].some((one) => one.tab.alive && !one.stored && !one.unstored);
      if (!storing && kept.every((record) => record.state === 'refused' && random.chance(0.5))) break;
      const refused = tab.outbox.refused[0];
      if (refused && random.chance(0.7)) await this.#settle(tab, refused);
      const is = JSON.stringify(kept);
      if (is !== was) [moved, was] = [Date.now(), is];
      else if (Date.now() - moved > STUCK_MS) throw new Error(`STUCK: ${is}`);
    }
    await device.wire.arrive(true);
    await pause(0);
  }

  /** What is kept as refused is shown by a page that is opened later, and goes when it was read. */
  async #shown() {
    const { device } = this;
    for (const tab of [...device.tabs]) tab.crash();
    const { outbox } = await this.#open();
    for (const record of await device.peek()) {
      if (!outbox.refused.some((one) => one.id === record.id && one.problem)) {
        throw new Error(`not shown as refused: ${JSON.stringify(record)}`);
      }
      const write = this.writes.get(record.label);
      this.#noted(write, record);
      write.kept = true;
      await outbox.discard(record.id);
    }
    const left = await device.peek();
    if (left.length > 0) throw new Error(`left in the outbox: ${JSON.stringify(left)}`);
  }

  #stored(record, seq) {
    const signed = record.signature !== null;
    Object.assign(this.writes.get(record.label), { stored: true, id: record.id, seq, signed });
  }

  #refused(write, problem) {
    if (problem.code === 'not_stored') write.unstored = true;
    else if (problem.code === 'signed_out' && !write.stored) this.writes.delete(write.token);
    else this.#noted(write, { problem }, true);
  }

  /** Somebody has been told that the box refused it. */
  #noted(write, { problem, author = write.authors.at(-1) }, told = false) {
    write.refused = true;
    write.problem = problem.code;
    if (problem.code === 'signature_invalid') write.unproven = author.session;
    if (told) write.told = true;
  }
}

/** A screen tries again where the device's database fails for a moment. */
async function insist(act) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
}
