// What must be true of a sequence when all is settled: the box's journal against what people were told.

import { surely } from './random.mjs';

const SCALE = 10_000;

export async function judge(sequence) {
  const { device, writes, counts } = sequence;
  await device.ledger.read();
  const all = [...writes.values()];
  for (const write of all) {
    write.entries = device.ledger.of(write.token);
    write.track = device.wire.arrived.get(write.token);
    one(write, device, counts);
  }
  order(all);
  await balances(all, device);
}

/** Exactly once, or refused and told, or taken back knowingly. */
function one(write, device, counts) {
  const { entries, track } = write;
  const fail = (what) => {
    throw new Error(`${what}: ${JSON.stringify(write)}`);
  };
  if (entries.length > 1) fail('DOUBLED');
  const [entry] = entries;
  if (write.refused) counts.refusals += 1;
  const told = write.told || write.kept;
  if (write.takenOut || told) {
    // What was refused may still arrive once more by a copy that nobody can call back.
    if (entry && !(write.refused && track?.takenLate)) fail('done, although taken back or refused');
    if (entry) counts.after += 1;
  } else if (write.stored && !write.unsure && !entry) fail('LOST');
  else if (write.unstored && entry) fail('done, although it was never stored');
  if (write.saved && write.saved.seq !== entry?.seq) fail('saved as something else');
  if (write.unproven) {
    if (write.signed && device.wire.registered.has(write.unproven)) fail('a good signature was refused');
    counts.unproven += 1;
  }
  if (entry) same(write, entry, device, fail);
}

/** The entry says what was written, by whom, where. */
function same({ id, body, authors }, entry, device, fail) {
  if (id && entry.request !== id) fail('done under another request id');
  const { package: one, from, to, quantity } = body;
  const amount = Number(quantity.value) * SCALE;
  const fits = entry.package === one && entry.from === from && entry.to === to && entry.amount === amount;
  if (!fits) fail('not what was written');
  if (entry.device !== device.id) fail('another device’s');
  if (!authors.some(({ user, session }) => entry.user === user && String(entry.session) === session)) {
    fail('not its author’s');
  }
}

/** The box did them in the order of writing. A refusal, a write on which the box kept failing, and what
 *  builds upon those come later; what builds upon another never comes before it. */
function order(all) {
  const inOrder = all.filter((write) => write.seq !== undefined).sort((a, b) => a.seq - b.seq);
  const stopped = [];
  const builds = (write) => stopped.some((other) => write.needs.some((need) => other.about.includes(need)));
  let last = null;
  for (const write of inOrder) {
    if (write.refused || write.track?.internals > 0 || builds(write)) stopped.push(write);
    else if (write.entries[0]) {
      if (last && last.entries[0].seq > write.entries[0].seq) {
        throw new Error(`OUT OF ORDER: ${JSON.stringify([last, write])}`);
      }
      last = write;
    }
  }
  inOrder.forEach((write, n) => {
    for (const earlier of inOrder.slice(0, n)) {
      const [a, b] = [earlier.entries[0], write.entries[0]];
      const upon = write.needs.some((need) => earlier.about.includes(need));
      if (upon && a && b && a.seq > b.seq && !earlier.track?.takenLate) {
        throw new Error(`before what it builds upon: ${JSON.stringify([earlier, write])}`);
      }
    }
  });
}

/** The box holds what it held, and what the writes that were done have made of it. */
async function balances(all, device) {
  for (const { entries, body } of all) {
    if (entries.length === 0) continue;
    const amount = Number(body.quantity.value);
    device.add(body.package, body.from, -amount);
    device.add(body.package, body.to, amount);
  }
  for (const id of new Set(all.map((write) => write.body.package))) {
    const { package: one } = await surely(() => device.ledger.api.get(`/packages/${id}`));
    for (const bin of device.bins) {
      const held = one.places.find((each) => each.place.id === bin)?.quantity.value ?? '0';
      const expected = String(device.holds(id, bin));
      if (held !== expected) throw new Error(`package ${id} in ${bin}: ${held}, not ${expected}`);
    }
  }
}
