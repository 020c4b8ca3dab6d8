// A claimed store with places, stock in the bins and people, set up through the API in a second, for
// tests that begin where the setting-up is over.

import { Api } from './api.mjs';
import { Box } from './box.mjs';
import { FLOWER, GUMMIES, TAGS, VAPE, packages } from './files.mjs';
import { Profile } from './profile.mjs';

export const GUMMIES_UPC = '036000291452';

export class Store {
  /** Old gummies and flower in A-01, new gummies and the vape in B-02, par levels at the counter. */
  static async open() {
    const store = new Store();
    store.box = await Box.start();
    try {
      await store.#setUp();
    } catch (error) {
      await store.box.kill();
      throw error;
    }
    return store;
  }

  async hire(name, role, language = 'en') {
    const made = await this.owner.post('/users', { name, role, language });
    this.people[name] = { id: made.user.id, pin: made.pin };
  }

  /** A device of this person, paired and signed in by its own screens. */
  async device(name, { kind = 'own', ...options } = {}) {
    const profile = await this.profile(options);
    const pairing = await this.owner.post('/pairings', { kind });
    await profile.pair(pairing.code, `${kind} of ${name}`);
    if (kind === 'kiosk') return profile;
    await profile.signIn(name, this.people[name].pin);
    return profile;
  }

  /** `box`: the same one by another name, as `Profile.open` takes it. */
  async profile(options) {
    const { box = this.box, ...rest } = options ?? {};
    const profile = await Profile.open(box, rest);
    this.profiles.push(profile);
    return profile;
  }

  /** A signed-in device without a screen. */
  async api(name, kind = 'own') {
    const api = new Api(this.box);
    const pairing = await this.owner.post('/pairings', { kind });
    await api.post('/pair', { secret: pairing.code });
    await api.post('/session', { user: this.people[name].id, pin: this.people[name].pin });
    return api;
  }

  /** What a place's printed label says. */
  label(name) {
    const place = this.places[name];
    const letter = place.kind === 'tote' ? 'T' : 'L';
    return `HTTPS://${this.box.facts.host.toUpperCase()}/${letter}/${place.code.replace('-', '')}`;
  }

  /** How much a place holds of a package. */
  async held(tag, place) {
    const { package: one } = await this.owner.get(`/packages/${this.packages[tag].id}`);
    return one.places.find((held) => held.place.id === this.places[place].id)?.quantity.value ?? '0';
  }

  /** A request of the counter, made by someone with a device. */
  async request(api, lines) {
    return api.post('/requests', {
      station: this.places['Front counter'].id,
      lines: lines.map(([name, quantity]) => ({ product: this.products[name].id, quantity })),
    });
  }

  /** Ends everything, proves the books, and fails on any fault a page had. */
  async end() {
    const faults = this.profiles.flatMap((profile) => profile.faults);
    for (const profile of this.profiles) await profile.close();
    this.owner.close();
    const verified = await this.box.end();
    if (faults.length > 0) throw new Error(`the pages had faults:\n${faults.join('\n')}`);
    return verified;
  }

  async #setUp() {
    this.owner = new Api(this.box);
    this.profiles = [];
    const claimed = await this.owner.post('/claim', {
      code: this.box.claimCode, store_name: 'Evergreen on 5th', zone: 'America/Los_Angeles',
      jurisdiction: 'CA', owner_name: 'Olga Reyes', device_name: 'Office', language: 'en',
    });
    this.people = { 'Olga Reyes': { id: claimed.user.id, pin: claimed.pin } };
    await this.#places();
    await this.#stock();
    await this.#products();
  }

  async #places() {
    const wanted = [
      ['A-01', 'bin', 'Vault A', 10], ['B-02', 'bin', 'Vault B', 20], ['Front counter', 'floor', null, 0],
      ['Tote 1', 'tote', null, 0], ['Tote 2', 'tote', null, 0],
    ];
    for (const [name, kind, area, walk] of wanted) {
      const pos_room = kind === 'floor' ? 'Sales Floor' : null;
      await this.owner.post('/places', { name, kind, area, walk, pos_room, active: true });
    }
    const { places } = await this.owner.get('/places');
    this.places = Object.fromEntries(places.map((one) => [one.name, one]));
  }

  async #stock() {
    const { owner } = this;
    let made = await owner.send('POST', '/imports?kind=packages&name=active.json', packages(), {
      type: 'application/octet-stream',
    });
    const path = `/imports/${made.id}`;
    const { mappings } = await owner.get(`${path}/mappings`);
    const skus = { [GUMMIES]: 'TW-GUM', [FLOWER]: 'HL-FOG', [VAPE]: 'LA-VAPE' };
    made = await owner.put(`${path}/mappings`, {
      mappings: mappings.map(({ item, category, unit }) => ({
        item, make: { sku: skus[item], name: item, category, unit, content: null },
      })),
    });
    await owner.post(`${path}/confirm`, { opening: true });
    await owner.until(path, (one) => one.state === 'applied', 'the import');
    const found = (await owner.get('/packages?limit=50')).packages;
    this.packages = Object.fromEntries(found.map((one) => [one.tag, one]));
    const bins = {
      [TAGS.oldGummies]: 'A-01', [TAGS.flower]: 'A-01', [TAGS.failed]: 'A-01',
      [TAGS.newGummies]: 'B-02', [TAGS.vape]: 'B-02',
    };
    for (const [tag, bin] of Object.entries(bins)) {
      const { id, places } = this.packages[tag];
      const [{ place, quantity }] = places;
      await owner.post('/moves', { package: id, from: place.id, to: this.places[bin].id, quantity });
    }
  }

  async #products() {
    const { products } = await this.owner.get('/products');
    this.products = Object.fromEntries(products.map((one) => [one.name, one]));
    const pars = { [GUMMIES]: '12', [FLOWER]: '4', [VAPE]: '6' };
    for (const [name, quantity] of Object.entries(pars)) {
      const { id, on_hand, ...product } = this.products[name];
      await this.owner.put(`/products/${id}`, {
        ...product,
        gtins: name === GUMMIES ? [GUMMIES_UPC] : [],
        pars: [{ place: this.places['Front counter'].id, quantity }],
      });
    }
  }
}
