// Counting with hands on screens: blind, over two places, by camera and scanner; a second person where it is
// off by much; the result, the case; and a count that goes on without the box.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { answer, keys, look, saved, steps } from './support/acts.mjs';
import { FLOWER, GUMMIES, TAGS, VAPE, answered, metrc, packages } from './support/files.mjs';
import { DESK } from './support/profile.mjs';
import { GUMMIES_UPC, Store } from './support/store.mjs';

/** The sour cherry gummies of which the book has 213. */
const CHERRY = '1A4060300002EE1000018706';

let store, tia, noe, office, count;
const test = steps(() => [tia, noe, office]);

before(async () => {
  store = await Store.open();
  await cherries();
  // From a difference of ten dollars on a second person looks.
  const settings = await store.owner.get('/settings');
  await store.owner.put('/settings', { ...settings, second_count_above_cents: 1_000 });
  await store.hire('Tia Moreno', 'technician');
  await store.hire('Noe Paz', 'technician');
  tia = await store.device('Tia Moreno', { camera: true, wired: true });
  noe = await store.device('Noe Paz');
  office = await store.device('Olga Reyes', { size: DESK });
});

after(async () => {
  await store?.end();
});

const sheet = (profile) => profile.page.getByRole('dialog');
const footer = (profile) => profile.page.locator('main footer');

/** 213 of another lot, by the state's file and in A-01, at eighteen dollars each. */
async function cherries() {
  const { owner } = store;
  const { Data } = JSON.parse(packages());
  const lot = { label: CHERRY, item: GUMMIES, category: 'Edible', quantity: 213, expires: 150, received: -3 };
  const file = answered([...Data, metrc(6, lot)]);
  const made = await owner.send('POST', '/imports?kind=packages&name=again.json', file, { type: 'application/octet-stream' });
  await owner.post(`/imports/${made.id}/confirm`, { opening: true });
  await owner.until(`/imports/${made.id}`, (one) => one.state === 'applied', 'the import');
  const found = (await owner.get('/packages?limit=50')).packages.find((one) => one.tag === CHERRY);
  store.packages[CHERRY] = found;
  const [{ place, quantity }] = found.places;
  await owner.post('/moves', { package: found.id, from: place.id, to: store.places['A-01'].id, quantity });
  const products = (await owner.get('/products')).products;
  const { id, on_hand, ...product } = products.find((one) => one.name === GUMMIES);
  await owner.put(`/products/${id}`, { ...product, price_cents: 1_800 });
}

/** Everything that this device has stored, as one text. */
function kept(profile) {
  return profile.page.evaluate(async () => {
    const db = await new Promise((done, failed) => {
      const opening = indexedDB.open('backstock');
      opening.onerror = () => failed(opening.error);
      opening.onsuccess = () => done(opening.result);
    });
    const all = {};
    for (const name of db.objectStoreNames) {
      all[name] = await new Promise((done) => {
        const asked = db.transaction(name).objectStore(name).getAll();
        asked.onsuccess = () => done(asked.result);
      });
    }
    db.close();
    return JSON.stringify(all);
  });
}

/** Whether the device knows how many the book has. */
const knows = async (profile) => (await kept(profile)).includes('"213"');

async function until(look, what) {
  for (const end = Date.now() + 20_000; !(await look()); await new Promise((done) => setTimeout(done, 100))) {
    if (Date.now() > end) assert.fail(what);
  }
}

async function starts(profile, ...places) {
  await profile.goto('/counts');
  await profile.tap('New count');
  for (const place of places) await sheet(profile).getByRole('button', { name: new RegExp(`^${place}`) }).click();
  await sheet(profile).getByText(`${places.length} chosen`).waitFor();
  await sheet(profile).getByRole('button', { name: 'Start counting' }).click();
  await profile.heading(/^Count /);
  return Number(new URL(profile.page.url()).pathname.split('/').at(-1));
}

async function counts(profile, tag, product, amount, show) {
  if (show) await show(tag);
  else await profile.scans(tag);
  await sheet(profile).getByRole('heading', { name: product }).waitFor();
  await keys(profile, amount);
  await sheet(profile).getByRole('button', { name: `Save ${amount} ea` }).click();
  await sheet(profile).waitFor({ state: 'hidden' });
}

async function arrives(profile, place) {
  await profile.scans(store.label(place));
  await profile.heading(`Counting ${place}`);
}

async function leaves(profile) {
  await profile.page.waitForTimeout(500); // no hand goes from the keys to the scanner in less
  await footer(profile).getByRole('button', { name: 'All counted' }).click();
  await profile.heading(/^Count /);
}

test('whoever counts sees no figure of the book, on no screen and in no store of the device', async () => {
  await tia.goto('/stock');
  await tia.goto(`/packages/${store.packages[CHERRY].id}`);
  await tia.sees('213 ea');
  await until(() => knows(tia), 'the device never had the figure: there is nothing to hide');

  count = await starts(tia, 'A-01', 'B-02');
  assert.equal(await knows(tia), false, 'the figure is still on the device');
  for (const path of ['/stock', '/stock?tab=packages', `/packages/${store.packages[CHERRY].id}`,
    `/products/${store.products[GUMMIES].id}`, `/places/${store.places['A-01'].id}`]) {
    await tia.goto(path);
    await tia.sees('Being counted');
    assert.equal(await tia.page.getByText('213').count(), 0, path);
  }
  assert.equal(await knows(tia), false, 'a screen has brought the figure back');
});

test('two places, by camera and scanner', async () => {
  await tia.goto(`/counts/${count}`);
  await tia.heading(/^Count /);
  await tia.scans(TAGS.flower);
  await answer(tia).getByText('First scan the place where you count').waitFor();
  await arrives(tia, 'A-01');
  await tia.tap('Scan with the camera');
  await counts(tia, CHERRY, GUMMIES, '212', (tag) => tia.camera.showsTag(tag));
  tia.camera.showsBlack();
  await counts(tia, TAGS.oldGummies, GUMMIES, '40');
  await counts(tia, TAGS.flower, FLOWER, '48');
  await counts(tia, TAGS.failed, GUMMIES, '10');

  // A label that nobody knows is a result, not an error.
  await tia.scans('1A4060300002EE1999999999');
  await answer(tia).getByText('The store does not know this label').waitFor();
  await answer(tia).getByRole('button', { name: 'Count it as found' }).click();
  await keys(tia, '2');
  await sheet(tia).getByRole('button', { name: 'Save 2 ea' }).click();
  await sheet(tia).waitFor({ state: 'hidden' });
  await tia.sees('Found label');
  await leaves(tia);

  await arrives(tia, 'B-02');
  // A barcode counts one each; the same unit's own code counts once.
  for (const n of ['1', '2', '3']) {
    await tia.scans(GUMMIES_UPC);
    await tia.said.getByText(`${GUMMIES}: ${n}`).waitFor();
  }
  await sheet(tia).getByRole('button', { name: 'Close' }).click();
  const unit = (n) => `https://app.1a4.com/landingpage/${TAGS.vape.toLowerCase()}/${n}`;
  await tia.scans(unit(1));
  await sheet(tia).getByText('1 unit scanned one by one').waitFor();
  await tia.scans(unit(1));
  await sheet(tia).getByText('Unit 1 was scanned already').waitFor();
  await sheet(tia).getByText('1 unit scanned one by one').waitFor();
  await sheet(tia).getByRole('button', { name: 'Close' }).click();
  await counts(tia, TAGS.vape, VAPE, '24');
  await counts(tia, TAGS.newGummies, GUMMIES, '60');
  await leaves(tia);
  assert.equal(await knows(tia), false);
});

test('a second person counts what is off by much, and is told nothing of the first', async () => {
  await footer(tia).getByRole('button', { name: 'Hand in' }).click();
  await tia.sees('Count these again');
  await tia.sees('You counted it before: somebody else does it now.');
  assert.equal(await knows(tia), false, 'handing in has told the figure');

  await noe.goto(`/counts/${count}`);
  await noe.sees('Count blind');
  await footer(noe).getByRole('button', { name: 'Count here' }).click();
  await noe.sees('A second person looks');
  assert.equal(await noe.page.getByText('212').count(), 0);
  await noe.page.getByRole('button', { name: new RegExp(`${GUMMIES}.*not by Tia Moreno`) }).click();
  await keys(noe, '212');
  await sheet(noe).getByRole('button', { name: 'Save 212 ea' }).click();
  await sheet(noe).waitFor({ state: 'hidden' });
  await footer(noe).getByRole('button', { name: 'Hand in' }).click();
  await noe.sees('Only what is off');
  await noe.sees('-1 ea');
  await until(() => knows(tia), 'the figures never came back to who had counted');
});

test('it is settled, and the case is there', async () => {
  await office.goto('/counts');
  await office.sees('Counted, waiting to be settled');
  await office.goto(`/counts/${count}`);
  await office.page.getByText('Only what is off').click();
  const line = office.page.getByRole('listitem').filter({ hasText: CHERRY.slice(-7) });
  for (const text of ['212 ea', '213 ea', '-1 ea', 'Noe Paz']) await line.getByText(text).first().waitFor();
  await footer(office).getByRole('button', { name: 'Settle the count' }).click();
  await sheet(office).getByText('No stock is changed: 2 cases are opened').waitFor();
  await sheet(office).getByRole('button', { name: 'Settle the count' }).click();
  await sheet(office).waitFor({ state: 'hidden' });
  await line.getByRole('link', { name: 'What happened?' }).click();
  await office.heading('What happened?');
  for (const text of ['212 ea', '213 ea', '-1 ea']) await office.sees(text);
  assert.equal(await store.held(CHERRY, 'A-01'), '213', 'settling has changed the stock');
  const paper = await store.owner.raw('GET', `/counts/${count}/report.pdf`);
  assert.equal(paper.bytes.subarray(0, 5).toString(), '%PDF-');
  await office.goto('/counts/trend');
  await office.page.getByRole('img', { name: /Lines that are off over 1 week/ }).waitFor();
  await office.page.getByRole('row').filter({ hasText: 'Edible' }).waitFor();
});

test('without the box the count goes on, and nothing is lost', async () => {
  const id = await starts(tia, 'B-02');
  await tia.sees('Scan a place, or tap it');
  tia.wire.cut();
  await arrives(tia, 'B-02');
  await counts(tia, TAGS.vape, VAPE, '24');
  await counts(tia, TAGS.newGummies, GUMMIES, '59');
  await tia.page.getByText('Kept on this device').first().waitFor();
  await leaves(tia);
  await footer(tia).getByRole('button', { name: 'Waits to be saved first' }).waitFor();
  // Kept through the end of the app, too.
  await tia.kept();
  await tia.page.reload();
  await tia.page.getByText('Kept on this device').first().waitFor();
  await tia.wire.open();
  await saved(tia);
  await footer(tia).getByRole('button', { name: 'Hand in' }).waitFor();
  const view = await look(tia, `/counts/${id}`);
  assert.deepEqual(
    view.lines.map((line) => [line.package.tag, line.quantity.value]).sort(),
    [[TAGS.newGummies, '59'], [TAGS.vape, '24']],
  );
  assert.ok(view.places[0].done_at);
});

test('a two-minute look at a bin that was emptied is one tap', async () => {
  const { id } = store.packages[TAGS.vape];
  const quantity = { value: '24', unit: 'ea' };
  await store.owner.post('/places', { name: 'C-03', kind: 'bin', area: null, walk: 30, pos_room: null, active: true });
  const bin = (await store.owner.get('/places')).places.find((one) => one.name === 'C-03').id;
  await store.owner.post('/moves', { package: id, from: store.places['B-02'].id, to: bin, quantity });
  await store.owner.post('/moves', { package: id, from: bin, to: store.places['B-02'].id, quantity });
  await noe.goto('/counts');
  await noe.page.getByRole('button', { name: /Look at C-03/ }).click();
  await noe.heading(/^Count /);
  await noe.page.getByRole('button', { name: /C-03/ }).click();
  await noe.heading('Counting C-03');
  await footer(noe).getByRole('button', { name: 'All counted' }).click();
  await footer(noe).getByRole('button', { name: 'Hand in' }).click();
  await noe.sees('Nothing was there and nothing was expected');
});
