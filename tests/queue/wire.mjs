// The network between one device and the box, at its worst: requests vanish, answers vanish, requests
// arrive twice, or a copy arrives when nobody waits for it any more. Everything that arrives, arrives at
// the real box. Never makes an answer up but "busy" and "internal", which a box gives without having
// done anything.

import { Random, pause } from './random.mjs';

/** What becomes of a request while the network is bad. */
const FATES = {
  through: 8, slow: 2, lost: 2, answer_lost: 3, twice: 2, late: 2, hung: 1, busy: 1, internal: 1,
};

export class Wire {
  /** 'up', 'bad' or 'offline'. */
  mode = 'up';
  /** Sessions whose key the box has. */
  registered = new Set();
  /** What reached the box of each write: by its token. */
  arrived = new Map();
  #api;
  #counts;
  #seed;
  #random;
  #late = [];

  constructor(api, counts) {
    this.#api = api;
    this.#counts = counts;
  }

  /** The same device in another sequence. */
  begin(seed) {
    this.#seed = seed;
    this.#random = new Random(seed, 'wire');
    this.mode = 'up';
    this.arrived.clear();
  }

  /** How many copies are still on their way. */
  get underway() {
    return this.#late.length;
  }

  /** What `fetch` is to the app on this device. */
  async fetch(url, init) {
    const request = this.#request(url, init);
    const random = new Random(this.#seed, request.token, request.track.tries);
    const fate = this.mode === 'bad' ? random.weighted(FATES) : this.mode === 'up' ? 'through' : 'lost';
    switch (fate) {
      case 'through':
        return this.#deliver(request);
      case 'slow':
        await pause(random.between(1, 20));
        return this.#deliver(request);
      case 'answer_lost':
        await this.#deliver(request);
        break;
      case 'twice': {
        this.#counts.duplicates += 1;
        const second = this.#deliver(request, true).catch(() => {});
        const first = await this.#deliver(request);
        await second;
        return first;
      }
      case 'late':
        // The device gave up on it; the network did not.
        this.#late.push(request);
        if (random.chance(0.5)) await this.#deliver(request);
        break;
      case 'hung':
        await pause(random.between(10, 40));
        if (random.chance(0.5)) await this.#deliver(request);
        break;
      case 'busy':
        return failure(503, random.pick(['busy', 'outcome_unknown']));
      case 'internal':
        request.track.internals += 1;
        return failure(500, 'internal');
      default:
        await pause(0);
    }
    this.#counts.cut += 1;
    throw new TypeError('the network is gone');
  }

  /** Copies that were on their way arrive now: some of them, or all. */
  async arrive(all = false) {
    const now = this.#late.filter(() => all || this.#random.chance(0.5));
    this.#late = this.#late.filter((one) => !now.includes(one));
    for (const one of now) {
      this.#counts.duplicates += 1;
      await this.#deliver(one, true).catch(() => {}); // lost on the way after all
    }
  }

  #request(url, init) {
    const text = String(init.body ?? '');
    const token = /"scanned":"([^"]+)"/.exec(text)?.[1] ?? '';
    const track = this.arrived.get(token) ?? { tries: 0, internals: 0, taken: false, takenLate: false };
    this.arrived.set(token, track);
    track.tries += 1;
    // A copy goes out with what the device had when it was made.
    const headers = { ...init.headers, cookie: this.#api.cookie };
    const session = this.session;
    const nth = track.tries;
    return { method: init.method, url, body: Buffer.from(text), headers, token, track, nth, session };
  }

  async #deliver({ method, url, body, headers, track, nth, session }, copy = false) {
    const { status, headers: given, bytes } = await this.#api.raw(method, url, body, { headers });
    const own = headers['written-in'] === session;
    if (own && url.endsWith('/session/key') && status < 300) this.registered.add(session);
    if (url.endsWith('/moves') && status === 200) {
      track.taken = true;
      // What a tab that has crashed had sent may be overtaken by another tab's try, like any copy.
      if (copy || nth < track.tries) track.takenLate = true;
    }
    const told = Object.entries(given).filter(([, value]) => typeof value === 'string');
    return new Response(status === 204 ? null : bytes, { status, headers: told });
  }
}

const failure = (status, code) => Response.json({ status, code, detail: code }, { status });
