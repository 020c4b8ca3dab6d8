// A claimed store for the sequences: paired devices, each with packages of its own in the same bins, and
// people who sign in on any of them.

import { Api } from '../e2e/support/api.mjs';
import { answered, metrc } from '../e2e/support/files.mjs';
import { Box } from '../e2e/support/box.mjs';

const PACKAGES_EACH = 2;
const PEOPLE = ['Ana', 'Ben', 'Cleo'];
/** More than all sequences together can use up. */
const PLENTY = 1_000_000;

export async function openStore(count) {
  const box = await Box.start();
  const owner = new Api(box);
  try {
    const claimed = await owner.post('/claim', {
      code: box.claimCode, store_name: 'Evergreen on 5th', zone: 'America/Los_Angeles', jurisdiction: 'CA',
      owner_name: 'Olga Reyes', device_name: 'Office', language: 'en',
    });
    const people = await hire(owner);
    const bins = await build(owner);
    const packages = await fill(owner, bins, count * PACKAGES_EACH);
    const holds = Object.fromEntries(bins.slice(0, -1).map((bin) => [bin, PLENTY]));
    const devices = [];
    for (let n = 0; n < count; n += 1) {
      const { id, cookie } = await pair(box, owner, n);
      const own = packages.slice(n * PACKAGES_EACH, (n + 1) * PACKAGES_EACH);
      devices.push({ id, cookie, people, bins, packages: own, holds });
    }
    return { box, owner, devices, manager: { id: claimed.user.id, pin: claimed.pin } };
  } catch (error) {
    await box.kill();
    throw error;
  }
}

async function hire(owner) {
  const people = [];
  for (const name of PEOPLE) {
    const { user, pin } = await owner.post('/users', { name, role: 'technician', language: 'en' });
    people.push({ id: user.id, name, pin });
  }
  return people;
}

/** Three bins full of everything, and an empty one: what is taken out of it must be put there first. */
async function build(owner) {
  const bins = [];
  for (const [n, name] of ['A-01', 'A-02', 'B-01', 'B-02'].entries()) {
    const place = { name, kind: 'bin', area: 'Vault', walk: n, pos_room: null, active: true };
    bins.push((await owner.post('/places', place)).id);
  }
  return bins;
}

async function fill(owner, bins, count) {
  const data = Array.from({ length: count }, (_, n) =>
    metrc(n, {
      label: `1A40603000${String(n).padStart(14, '0')}`, item: 'Fog Signal Eighth', category: 'Flower',
      quantity: 3 * PLENTY, expires: 200, received: -5,
    }),
  );
  const type = 'application/octet-stream';
  const name = '/imports?kind=packages&name=active.json';
  const { id } = await owner.send('POST', name, answered(data), { type });
  const { mappings } = await owner.get(`/imports/${id}/mappings`);
  await owner.put(`/imports/${id}/mappings`, {
    mappings: mappings.map(({ item, category, unit }) => ({
      item, make: { sku: 'FOG', name: item, category, unit, content: null },
    })),
  });
  await owner.post(`/imports/${id}/confirm`, { opening: true });
  await owner.until(`/imports/${id}`, (one) => one.state === 'applied', 'the import');
  const found = await everything(owner);
  for (const { id: one, places } of found) {
    for (const to of bins.slice(0, -1)) {
      const quantity = { value: String(PLENTY), unit: 'ea' };
      await owner.post('/moves', { package: one, from: places[0].place.id, to, quantity });
    }
  }
  return found.map((one) => one.id);
}

async function everything(owner) {
  const found = [];
  for (let page = '/packages?limit=100'; ; ) {
    const { packages, next } = await owner.get(page);
    found.push(...packages);
    if (next === null) return found;
    page = `/packages?limit=100&after=${next}`;
  }
}

/** Few codes may be tried from one address: each device comes from its own. */
async function pair(box, owner, n) {
  const { code } = await owner.post('/pairings', { kind: 'shared' });
  const api = new Api(box, { from: `127.0.1.${n + 1}` });
  const { id } = await api.post('/pair', { secret: code, device_name: `Tablet ${n + 1}` });
  const { cookie } = api;
  api.close();
  return { id, cookie };
}
