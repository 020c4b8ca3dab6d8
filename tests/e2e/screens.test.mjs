// axe on every screen, and no screen scrolls sideways: light and dark, English and Spanish, phone and
// desk.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { faultsOf, withAxe } from './support/axe.mjs';
import { Box } from './support/box.mjs';
import { FLOWER, GUMMIES, TAGS, VAPE, sales } from './support/files.mjs';
import { DESK, PHONE, Profile } from './support/profile.mjs';
import { CASES, dockOf, enters, manifest, one } from './support/manifest.mjs';
import { SHELF, ordered as entered, placesOf } from './support/orders.mjs';
import { Store } from './support/store.mjs';

const LANGUAGES = ['en', 'es'];
const SIZES = [PHONE, DESK];
const THEMES = ['light', 'dark'];

let store, ben, tia, office, ids;

/** Every path of the app's own map of screens; a new one without a line here fails. */
const PATHS = {
  '/': '/', '/scanner': '/scanner', '/more': '/more', '/request': '/request', '/requests': '/requests',
  '/requests/:id': () => `/requests/${ids.request}`, '/queue': '/queue',
  '/picks/:id': () => `/picks/${ids.pick}`, '/receive': '/receive',
  '/receive/:id': () => `/receive/${ids.carried}`, '/board': '/board', '/move': '/move',
  '/device': '/device',
  '/orders': '/orders', '/orders/new': '/orders/new', '/orders/times': '/orders/times',
  '/orders/:id': () => `/orders/${ids.order}`,
  '/orders/:id/pack': () => `/orders/${ids.packing}/pack`, '/orders/:id/handover': () => `/orders/${ids.staged}/handover`,
  '/orders/:id/putback': () => `/orders/${ids.unwinding}/putback`,
  '/shipments': '/shipments', '/shipments/:id': () => `/shipments/${ids.shipment}`,
  '/counts': '/counts', '/counts/trend': '/counts/trend', '/counts/:id': () => `/counts/${ids.count}`,
  '/investigations': '/investigations', '/shrink': '/shrink', '/adjustments': '/adjustments', '/worklist': '/worklist',
  '/cases/:id/investigation': () => `/cases/${ids.variance}/investigation`,
  '/cases/:id/correction': () => `/cases/${ids.variance}/correction`,
  '/quarantine': '/quarantine', '/recalls': '/recalls', '/recalls/:id': () => `/recalls/${ids.recall}`,
  '/stock': '/stock', '/transit': '/transit',
  '/products/:id': () => `/products/${store.products[GUMMIES].id}`,
  '/packages/:id': () => `/packages/${store.packages[TAGS.oldGummies].id}`,
  '/places/:id': () => `/places/${store.places['A-01'].id}`,
  '/cases': '/cases', '/cases/:id': () => `/cases/${ids.case}`, '/tasks': '/tasks',
  '/admin/products': '/admin/products', '/admin/places': '/admin/places',
  '/admin/imports': '/admin/imports', '/admin/imports/:id': () => `/admin/imports/${ids.import}`,
  '/admin/people': '/admin/people', '/admin/devices': '/admin/devices',
  '/admin/order-sources': '/admin/order-sources', '/admin/settings': '/admin/settings', '/admin/certificate': '/admin/certificate',
  '/admin/channels': '/admin/channels', '/admin/permissions': '/admin/permissions',
  '/admin/record': '/admin/record',
};

/** Sheets that open over a screen: where, and how. */
const OVER = [
  ['a product', '/admin/products', (page) => page.locator('main li button').first().click()],
  ['a place', '/admin/places', (page) => page.locator('main li button').first().click()],
  ['a person', '/admin/people', (page) => page.locator('main li button').first().click()],
  ['adding a device', '/admin/devices', (page) => page.getByRole('button', { name: /Add device|Agregar dispositivo/ }).click()],
  ['a webhook', '/admin/channels', (page) => page.getByRole('button', { name: /Set up a webhook|Configurar un webhook/ }).click()],
  ['mail', '/admin/channels', (page) => page.getByRole('button', { name: /^(Change|Cambiar)$/ }).click()],
  ['calling an order off', () => `/orders/${ids.order}`, (page) => page.getByRole('button', { name: /Cancel the order|Cancelar la orden/ }).click()],
  ['a line that nobody knows', () => `/orders/${ids.unknown}`, (page) => page.getByRole('button', { name: /^(Say what it is|Decir qué es): / }).click()],
  ['a line that was matched wrong', () => `/orders/${ids.unknown}`, (page) => page.getByRole('button', { name: /^(Another product|Otro producto): / }).click()],
  ['leaving a line out', () => `/orders/${ids.unknown}`, (page) => page.getByRole('button', { name: /^(Leave out|Quitar): / }).click()],
  ['a walk of orders', () => `/picks/${ids.walk}`, () => {}],
  ['an order at the bench', () => `/orders/${ids.packing}`, () => {}],
  ['a label', () => `/orders/${ids.staged}/pack`, () => {}],
  ['not picked up', () => `/orders/${ids.staged}/handover`, (page) => page.getByRole('button', { name: /Not picked up|No recogida/ }).click()],
  ['loading orders', '/orders', (page) => page.getByRole('button', { name: /Load a file|Cargar un archivo/ }).click()],
  ['orders chosen for a walk', '/orders', (page) => page.getByRole('checkbox').first().check({ force: true })],
  ['orders that ended', '/orders?show=over', () => {}],
  ['a source of orders', '/admin/order-sources', (page) => page.getByRole('button', { name: /Jane Menu/ }).click()],
  ['what a source’s items mean', '/admin/order-sources', (page) => page.getByRole('button', { name: /Our menu/ }).click()],
  ['adding a source of orders', '/admin/order-sources', (page) => page.getByRole('button', { name: /Add a source|Agregar un origen/ }).click()],
  ['loading manifests', '/shipments', (page) => page.getByRole('button', { name: /Load manifests|Cargar archivo/ }).click()],
  ['a manifest from paper', '/shipments', (page) => page.getByRole('button', { name: /Type it from paper|Escribirlo del papel/ }).click()],
  ['counting a package', () => `/shipments/${ids.shipment}`, async (page) => {
    await page.getByText(/^(Count|Contar)$/).first().click();
    await page.locator('main li button').first().click();
  }],
  ['filing a COA', () => `/shipments/${ids.shipment}`, async (page) => {
    await page.getByText(/^(Count|Contar)$/).first().click();
    await page.locator('main li button').last().click();
    await page.getByRole('button', { name: /File the COA|Archivar el COA/ }).click();
  }],
  ['damaged or returned', () => `/packages/${store.packages[TAGS.newGummies].id}`, (page) => page.getByRole('button', { name: /Damaged or returned|Dañado o devuelto/ }).click()],
  ['a new count', '/counts', (page) => page.getByRole('button', { name: /New count|Nuevo conteo/ }).click()],
  ['a schedule', '/counts', (page) => page.getByRole('button', { name: /Edibles/ }).last().click()],
  ['adjusting', () => `/packages/${store.packages[TAGS.newGummies].id}`, (page) => page.getByRole('button', { name: /Adjust stock|Ajustar existencias/ }).click()],
  ['writing down a cause', () => `/cases/${ids.variance}/investigation`, (page) => page.getByRole('button', { name: /^(Write (down the cause|it down anew)|Anotar(la de nuevo| la causa))$/ }).first().click()],
  ['what to enter outside', '/worklist', (page) => page.locator('main li button').first().click()],
  ['letting it go', '/quarantine', (page) => page.getByRole('button', { name: /Let it go|Liberar/ }).first().click()],
  ['a typed code', '/', (page) => page.getByRole('button', { name: /Type a code|Escribir un código/ }).click()],
  ['me', '/', (page) => page.getByRole('button', { name: /^(You|Usted|Tú|Yo)/ }).click()],
];

before(async () => {
  store = await Store.open();
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  ben = await store.api('Ben Ito');
  tia = await store.api('Tia Moreno');
  ids = await somethingEverywhere();
  office = await store.device('Olga Reyes', { bypassCSP: true });
  await withAxe(office.context);
});

after(async () => {
  ben?.close();
  tia?.close();
  await store?.end();
});

test('the list here is the app’s own map of screens', () => {
  const map = readFileSync(new URL('../../web/src/routes.ts', import.meta.url), 'utf8');
  const paths = [...map.matchAll(/path: '([^']+)'/g)].map(([, path]) => path);
  assert.deepEqual(paths.toSorted(), Object.keys(PATHS).toSorted());
});

for (const language of LANGUAGES) {
  for (const [path, at] of Object.entries(PATHS)) {
    test(`${path} in ${language}`, async () => {
      await speaks(language);
      await check(office, typeof at === 'string' ? at : at());
    });
  }
  for (const [name, at, open] of OVER) {
    test(`${name} in ${language}`, async () => {
      await speaks(language);
      await check(office, typeof at === 'string' ? at : at(), open);
    });
  }
}

for (const [person, role] of [['Ben Ito', 'budtender'], ['Tia Moreno', 'technician']]) {
  test(`the home of a ${role}`, async () => {
    const profile = await store.device(person, { bypassCSP: true });
    await withAxe(profile.context);
    await check(profile, '/');
    if (role === 'technician') await check(profile, `/picks/${ids.pick}`);
  });
}

test('counting blind', async () => {
  const profile = await store.device('Tia Moreno', { bypassCSP: true });
  await withAxe(profile.context);
  const places = [store.places['A-01'].id, store.places['B-02'].id];
  const { count } = await tia.post('/counts', { scope: { places } });
  const path = `/counts/${count.id}`;
  await check(profile, path);
  await profile.tap('Count here');
  await profile.button(/^Count here/).waitFor({ state: 'detached' });
  const begin = (page) => page.getByRole('button', { name: /A-01/ }).click();
  await check(profile, path);
  await check(profile, path, begin);
  await check(profile, path, async (page) => {
    await begin(page);
    await profile.scans(TAGS.oldGummies);
    await page.getByRole('dialog').waitFor();
  });
  await check(profile, `/packages/${store.packages[TAGS.oldGummies].id}`);
  await store.owner.post(`${path}/cancel`, { why: 'only looked at' });
});

test('the front doors: adding a device, the tiles, the PIN, the wall', async () => {
  const profile = await store.profile({ bypassCSP: true });
  await withAxe(profile.context);
  await check(profile, '/');
  await check(profile, '/check');
  const pairing = await store.owner.post('/pairings', { kind: 'shared' });
  await profile.pair(pairing.code, 'Tablet');
  await profile.button(/Ben Ito/).waitFor();
  await check(profile, '/');
  await check(profile, '/', (page) => page.getByRole('button', { name: /Ben Ito/ }).click());
  const wall = await store.device('the wall', { kind: 'kiosk', bypassCSP: true });
  await withAxe(wall.context);
  await check(wall, '/');
});

test('setting up a box', async () => {
  const box = await Box.start();
  const profile = await Profile.open(box, { bypassCSP: true });
  try {
    await withAxe(profile.context);
    await check(profile, '/');
    assert.deepEqual(profile.faults, []);
  } finally {
    await profile.close();
    await box.end();
  }
});

/** One of everything: a request that waits, a pick under way, a tote that is carried, a case, a task. */
async function somethingEverywhere() {
  await store.owner.put('/channels/email', {
    email: {
      host: '127.0.0.1', port: 9, security: 'none', from: 'box@example.com',
      to: ['manager@example.com', 'compliance@example.com'],
    },
  });
  await store.owner.post('/channels/email/test', {});
  const waiting = await store.request(ben, [[GUMMIES, '3'], [FLOWER, '1']]);
  const [first, second] = [await store.request(ben, [[GUMMIES, '5']]), await store.request(ben, [[FLOWER, '6']])];
  const carried = await tia.post(`/requests/${first.id}/claim`);
  await tia.post(`/picks/${carried.id}/tote`, { tote: store.places['Tote 1'].id });
  await tia.post(`/picks/${carried.id}/takes`, {
    bin: store.places['A-01'].id, package: store.packages[TAGS.oldGummies].id,
    quantity: { value: '5', unit: 'ea' }, scanned: TAGS.oldGummies,
  });
  await tia.post(`/picks/${carried.id}/handover`, { to: store.people['Ben Ito'].id });
  const pick = await tia.post(`/requests/${second.id}/claim`);
  await tia.post(`/picks/${pick.id}/tote`, { tote: store.places['Tote 2'].id });
  const found = await store.owner.post(`/packages/${store.packages[TAGS.vape].id}/found`, {
    place: store.places['A-01'].id, quantity: { value: '2', unit: 'ea' }, scanned: TAGS.vape,
  });
  const preview = await store.owner.send('POST', '/imports?kind=sales&name=sales.csv', sales(), {
    type: 'application/octet-stream',
  });
  await dockOf(store);
  const packages = [[CASES.hundred, 100], [CASES.ten, 10]].map(([tag, count]) => one(tag, count, { ItemName: VAPE }));
  const shipment = await enters(store, manifest({ packages }));
  await tia.post(`/shipments/${shipment}/arrive`);
  await tia.post(`/shipments/${shipment}/receipts`, { tag: CASES.ten, counted: { value: '9', unit: 'ea' } });
  const count = await counted(true);
  const { result } = await store.owner.get(`/counts/${count}`);
  const variance = result.lines.find((line) => line.case).case;
  await tia.post(`/cases/${variance}/cause`, { cause: 'unknown', note: 'Nobody remembers anything' });
  await tia.post(`/cases/${variance}/coaching`, {});
  await tia.post('/adjustments', {
    how: 'single', reason: 'Damage', note: 'Crushed', lines: [
      { package: store.packages[TAGS.newGummies].id, place: store.places['B-02'].id, delta: '-1' },
    ],
  });
  await counted(false);
  await store.owner.post('/counts/schedules', {
    name: 'Edibles', scope: { categories: ['Edible'] }, weekday: 2, active: true,
  });
  const recalled = await store.owner.post('/recalls', { scope: { batch: 'LOT-4' }, reason: 'The lab found mould' });
  const { id: order } = await ordered();
  const unknown = await sent();
  const worked = await inHands();
  return {
    ...worked, order, unknown, shipment, count, variance, recall: recalled.recall.id, request: waiting.id, pick: pick.id, carried: carried.id,
    case: found.case, import: preview.id,
  };
}

/** An order of a source, with a line that somebody said and one that nobody knows. */
async function sent() {
  const { id: source } = await store.owner.post('/order-sources', { slug: 'own', name: 'Our menu', format: 'csv', proof: 'none', active: true });
  const csv = Buffer.from('Order ID,Product Name,Qty,Customer\nO-1,Night Cap,1,Maria G\nO-1,Sticker,1,Maria G\n');
  await store.owner.raw('POST', `/orders/file?source=${source}`, csv, { type: 'application/octet-stream' });
  const { id } = (await store.owner.get('/orders')).orders.find((one) => one.source.id === source);
  const { lines } = await store.owner.get(`/orders/${id}`);
  await store.owner.post(`/orders/${id}/match`, { matches: [{ line: lines[0].id, product: store.products[GUMMIES].id }] });
  return id;
}

/** One order that waits, one without enough stock and late, one called off; and a source. */
async function ordered() {
  const minutes = (n) => new Date(Date.now() + n * 60_000).toISOString();
  const order = (number, lines, from) =>
    store.owner.post('/orders', {
      number, customer_first: 'Maria', customer_last: 'G', phone: '510 555 4821', way: 'pickup',
      window_from: minutes(from), window_to: minutes(from + 30),
      lines: lines.map(([name, quantity]) => ({ product: store.products[name].id, quantity })),
    });
  await store.owner.post('/order-sources', { slug: 'jane', name: 'Jane Menu', format: 'jane', proof: 'bearer', active: true });
  await order('A-1', [[GUMMIES, '1']], 40);
  const over = await order('A-2', [[GUMMIES, '1']], 60);
  await store.owner.post(`/orders/${over.id}/cancel`, { why: 'customer' });
  return order('A-3', [[FLOWER, '90'], [GUMMIES, '1']], -10);
}

/** Orders at the bench, on the shelf and on the way back, each for one of the gummies; and a walk under way. */
async function inHands() {
  await placesOf(store);
  const gummies = store.packages[TAGS.oldGummies].id;
  const made = {};
  for (const [n, state] of ['packing', 'staged', 'unwinding', 'walk'].entries()) {
    const one = await entered(store, `H-${n}`, [[GUMMIES, '1']]);
    const { id: walk, lines } = await tia.post('/walks', { orders: [one.id] });
    await tia.post(`/picks/${walk}/tote`, { tote: store.places[`Tote ${n + 3}`].id, order: one.id });
    made[state] = state === 'walk' ? walk : one.id;
    if (state === 'walk') continue;
    await tia.post(`/picks/${walk}/takes`, {
      bin: store.places['A-01'].id, package: gummies, quantity: { value: '1', unit: 'ea' }, scanned: TAGS.oldGummies,
      line: lines[0].id,
    });
    const { checks } = (await tia.post(`/picks/${walk}/finish`), await tia.get(`/orders/${one.id}`));
    if (state === 'packing') continue;
    await tia.post(`/orders/${one.id}/verify`, { line: lines[0].id, quantity: '1', scanned: TAGS.oldGummies });
    await tia.post(`/orders/${one.id}/pack`, { checks: checks.map((one) => one.check), photos: [], bags: 1 });
    await tia.post(`/orders/${one.id}/stage`, { shelf: store.places[SHELF].id, scanned: store.label(SHELF) });
    if (state === 'unwinding') await store.owner.post(`/orders/${one.id}/cancel`, { why: 'not_picked_up' });
  }
  return made;
}

/** The vape in B-02 counted one short; settled, or waiting for it. */
async function counted(settled) {
  const place = store.places['B-02'].id;
  const begun = await tia.post('/counts', { scope: { places: [place] }, note: 'After the delivery' });
  const path = `/counts/${begun.count.id}`;
  const now = () => ({ seq: 1_000_000_000, at: new Date().toISOString() });
  await tia.post(`${path}/places`, { place, began: now() });
  const said = [[TAGS.vape, '23'], [TAGS.newGummies, '60']];
  for (const [tag, value] of said) {
    const quantity = { value, unit: 'ea' };
    const began = now();
    await tia.post(`${path}/lines`, { place, package: store.packages[tag].id, quantity, began, said: now() });
  }
  await tia.post(`${path}/done`, { place, said: now(), done: true });
  const { state } = await tia.post(`${path}/submit`);
  assert.equal(state, 'counted');
  if (settled) await store.owner.post(`${path}/settle`);
  return begun.count.id;
}

async function speaks(language) {
  await store.owner.put('/me', { language });
}

/** Goes there, and looks in every size and theme; all faults at once, so that one run tells all. */
async function check(profile, path, open) {
  const { page } = profile;
  const faults = [];
  await page.setViewportSize(SIZES[0]);
  await page.goto(profile.box.origin + path);
  await page.locator('h1').first().waitFor();
  await settled(page);
  if (open) {
    await open(page);
    await settled(page);
  }
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await settled(page);
      for (const fault of await faultsOf(page)) {
        faults.push(`${size.width}x${size.height} ${colorScheme}: ${fault}`);
      }
    }
  }
  assert.deepEqual(faults, []);
}

/** Until nothing is being loaded and nothing moves: colours half-way have no honest contrast. */
async function settled(page) {
  await page.locator('.skeleton, .starting').first().waitFor({ state: 'detached' });
  await page.evaluate(async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const running = document.getAnimations().filter((one) => Number.isFinite(one.effect.getTiming().iterations));
    await Promise.allSettled(running.map((one) => one.finished));
  });
}
