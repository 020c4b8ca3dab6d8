// A shipment with hands on screens: the file, the paper, the packages by camera and scanner, the bins, the
// state's page; a hundred that are ninety-nine; and a dock without the box.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { answer, keys, look, saved, steps } from './support/acts.mjs';
import { GUMMIES } from './support/files.mjs';
import { CASES, FARM, ORIGIN, STORE_LICENSE, coaOf, dockOf, enters, manifest, one } from './support/manifest.mjs';
import { DESK } from './support/profile.mjs';
import { GUMMIES_UPC, Store } from './support/store.mjs';

let store, tia, office;
const test = steps(() => [tia, office], { chained: false });

before(async () => {
  store = await Store.open();
  await store.hire('Tia Moreno', 'technician');
  await dockOf(store);
  await coaOf(store);
  tia = await store.device('Tia Moreno', { camera: true, wired: true });
  office = await store.device('Olga Reyes', { size: DESK });
});

after(async () => {
  await store?.end();
});

/** The sheet that is open. */
const sheet = (profile) => profile.page.getByRole('dialog');
const footer = (profile) => profile.page.locator('main footer');

async function counts(profile, tag, count) {
  await profile.scans(tag);
  await sheet(profile).getByRole('heading', { name: GUMMIES }).waitFor();
  await keys(profile, count);
  await sheet(profile).getByRole('button', { name: `Receive ${count} ea` }).click();
  await sheet(profile).waitFor({ state: 'hidden' });
}

test('a shipment from the state’s file to the bins', async () => {
  await tia.goto('/shipments');
  await tia.tap('Load manifests');
  const file = Buffer.from(JSON.stringify({ Data: [manifest()], TotalPages: 1 }));
  await sheet(tia).locator('input[type=file]').setInputFiles({
    name: 'incoming.json', mimeType: 'application/json', buffer: file,
  });
  await sheet(tia).getByText('1 manifest read').waitFor();
  await sheet(tia).getByRole('link', { name: /Manifest 0000420001/ }).click();
  await tia.heading(FARM);
  await tia.tap('The truck is here');
  await tia.button('Papers are checked').click();

  // Blind: nothing on the screen or in what it asked for says a hundred.
  await tia.sees('Scan a package');
  const asked = await look(tia, new URL(tia.page.url()).pathname);
  assert.deepEqual(asked.lines.map((line) => line.shipped), [null, null, null]);
  assert.equal(await tia.page.getByText('100').count(), 0);

  await tia.tap('Scan with the camera');
  await tia.camera.showsTag(CASES.hundred);
  await sheet(tia).getByRole('heading', { name: GUMMIES }).waitFor();
  await keys(tia, '100');
  await sheet(tia).getByRole('button', { name: 'Receive 100 ea' }).click();
  await sheet(tia).waitFor({ state: 'hidden' });
  tia.camera.showsBlack();
  await counts(tia, CASES.fifty, '50');
  await footer(tia).getByText('3 packages open').waitFor();

  // The case of ten comes in sealed packs of five.
  await tia.scans(CASES.ten);
  await sheet(tia).getByText('Sealed packs', { exact: true }).click();
  await sheet(tia).getByLabel('Sealed packs', { exact: true }).last().fill('2');
  await sheet(tia).getByLabel('In each pack').fill('5');
  await sheet(tia).getByText('Makes 10 ea').waitFor();
  await sheet(tia).getByRole('button', { name: 'Receive 10 ea' }).click();
  await tia.sees('Every package is dealt with');
  await tia.page.waitForTimeout(500); // no hand goes from the keys to the scanner in less

  await tia.page.getByText('Bins', { exact: true }).first().click();
  for (const tag of [CASES.hundred, CASES.fifty]) {
    await tia.scans(tag);
    await tia.sees(/^Where does .* go\? Scan the bin\.$/);
    await tia.scans(store.label('A-01'));
    await tia.said.getByText(`${GUMMIES} is in A-01`).waitFor();
  }
  await tia.scans(CASES.ten);
  await tia.button('A-01').click(); // the bin that has most of it is suggested
  await tia.sees('Nothing is on the dock');
  await footer(tia).getByRole('button', { name: 'Finish the shipment' }).click();
  await tia.page.getByText('State', { exact: true }).first().click();
  await tia.tap('All are entered');
  await tia.sees('Entered by Tia Moreno');

  const { package: found } = await packageOf(CASES.hundred);
  assert.deepEqual(found.blocked, []);
  assert.equal(found.places[0].place.name, 'A-01');
});

test('ninety-nine of a hundred: quarantine, a case, and the manager knows at once', async () => {
  const tag = '1A4060300002EE1000091001';
  const id = await enters(store, manifest({ number: '0000420002', delivery: 12, packages: [one(tag, 100)] }));
  await office.goto('/');
  await tia.goto(`/shipments/${id}`);
  await tia.tap('The truck is here');
  await tia.page.getByText('Count', { exact: true }).first().click();
  await counts(tia, tag, '99');
  await tia.sees('Put it in Quarantine');
  await tia.sees('99 ea counted, 100 ea shipped');
  await office.sees(`${GUMMIES}: 99 ea came, 100 ea were shipped`);
  await office.page.getByRole('link', { name: 'See', exact: true }).click();
  await office.heading(`${GUMMIES}: 99 ea came, 100 ea were shipped`);
  await office.sees('by 4 CCR 15049(b)');
  await office.sees(/^99 ea counted by Tia Moreno/);
  const caseAt = new URL(office.page.url()).pathname;
  await store.owner.put('/me', { language: 'es' });
  await office.goto(caseAt);
  await office.heading(`${GUMMIES}: llegaron 99 ea, se enviaron 100 ea`);
  await office.sees('Tia Moreno contó 99 ea');
  await store.owner.put('/me', { language: 'en' });
  await office.goto(caseAt);
  await office.tap('I know');
  await office.page.getByRole('alert').filter({ hasText: 'were shipped' }).waitFor({ state: 'detached' });
  await office.tap('Close the case');
  await sheet(office).getByLabel('Outcome').fill('The supplier credits one.');
  await sheet(office).getByLabel('How it ended').selectOption({ label: 'Accepted short' });
  await sheet(office).getByRole('button', { name: 'Close the case' }).click();
  await sheet(office).waitFor({ state: 'hidden' });
  await office.goto('/quarantine');
  await office.tap('Let it go');
  await sheet(office).getByLabel('Where to').selectOption({ label: 'A-01' });
  await sheet(office).getByLabel('Why it may go').fill('Credit note 77');
  await sheet(office).getByRole('button', { name: 'Let it go' }).click();
  await office.sees('Nothing is in quarantine');
});

test('every wrong scan says what it is', async () => {
  const tag = '1A4060300002EE1000092001';
  const id = await enters(store, manifest({ number: '0000420003', delivery: 13, packages: [one(tag, 5)] }));
  await tia.goto(`/shipments/${id}`);
  await tia.tap('The truck is here');
  await tia.page.getByText('Count', { exact: true }).first().click();
  for (const [code, words] of [
    ['1A4060300002EE1000092007', /^Almost …/],
    [CASES.hundred, 'The store has this package already'],
    ['1A4060300002EE1999999999', 'This tag is on no manifest'],
  ]) {
    await tia.scans(code);
    await answer(tia).getByText(words).waitFor();
  }
  await answer(tia).getByRole('button', { name: 'Receive as one too many' }).click();
  await sheet(tia).getByRole('button', { name: new RegExp(GUMMIES) }).click();
  await keys(tia, '3');
  await sheet(tia).getByRole('button', { name: 'Receive as one too many' }).click();
  await tia.sees('On no manifest');
  await tia.tap('The rest did not come');
  await sheet(tia).getByRole('button', { name: 'The rest did not come' }).click();
  await tia.sees('Did not come');
});

test('without the box the dock goes on, and nothing is lost', async () => {
  const tags = ['1A4060300002EE1000093001', '1A4060300002EE1000093002'];
  const packages = tags.map((tag) => one(tag, 12));
  const id = await enters(store, manifest({ number: '0000420004', delivery: 14, packages }));
  await tia.goto(`/shipments/${id}`);
  await tia.tap('The truck is here');
  await tia.page.getByText('Count', { exact: true }).first().click();
  await tia.sees('Scan a package');
  tia.wire.cut();
  for (const tag of tags) await counts(tia, tag, '12');
  await tia.page.getByText('Kept on this device until the box is back.').first().waitFor();
  await tia.wire.open();
  await saved(tia);
  await tia.sees('Every package is dealt with');
  for (const tag of tags) {
    const { package: found } = await packageOf(tag);
    assert.deepEqual(found.places.map((at) => [at.place.name, at.quantity.value]), [['Dock', '12']]);
  }
});

test('a photo that was taken without the box comes with its count', async () => {
  const tag = '1A4060300002EE1000098001';
  const id = await enters(store, manifest({ number: '0000420007', delivery: 17, packages: [one(tag, 4)] }));
  await tia.goto(`/shipments/${id}`);
  await tia.tap('The truck is here');
  await tia.page.getByText('Count', { exact: true }).first().click();
  await tia.sees('Scan a package');
  const picture = await tia.page.screenshot();
  tia.wire.cut();
  await tia.scans(tag);
  await sheet(tia).getByRole('heading', { name: GUMMIES }).waitFor();
  await keys(tia, '4');
  await sheet(tia).getByLabel('Condition').selectOption({ label: 'Damaged' });
  await sheet(tia).locator('input[type=file]').setInputFiles({
    name: 'dent.png', mimeType: 'image/png', buffer: picture,
  });
  await sheet(tia).getByText('1 photo').waitFor();
  await sheet(tia).getByRole('button', { name: 'Receive 4 ea' }).click();
  await tia.page.getByText('Kept on this device until the box is back.').first().waitFor();
  // Kept through the end of the app, too.
  await tia.page.reload();
  await tia.wire.open();
  await saved(tia);
  await tia.page.getByText('Count', { exact: true }).first().click();
  await tia.sees('Every package is dealt with');
  const { lines } = await look(tia, `/shipments/${id}`);
  assert.equal(lines[0].photos.length, 1);
  const { bytes } = await store.owner.raw('GET', `/documents/${lines[0].photos[0]}`);
  assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff], 'a JPEG, of the size that is needed');
});

test('an item that is no product is made without the box, and counted at once', async () => {
  const tag = '1A4060300002EE1000095001';
  const packages = [{ ...one(tag, 12), ItemName: 'Night Buoy Cart' }];
  const id = await enters(store, manifest({ number: '0000420008', delivery: 18, packages }));
  await tia.goto(`/shipments/${id}`);
  await tia.tap('The truck is here');
  await tia.page.getByText('Count', { exact: true }).first().click();
  await tia.sees('Scan a package');
  tia.wire.cut();
  await tia.scans(tag);
  await sheet(tia).getByLabel('SKU').fill('NB-1'); // nothing of the store is like it: it can only be made
  await sheet(tia).getByLabel('Category').fill('Vape');
  await sheet(tia).getByRole('button', { name: 'Make a new product' }).click();
  await keys(tia, '12');
  await sheet(tia).getByRole('button', { name: 'Receive 12 ea' }).click();
  await sheet(tia).waitFor({ state: 'hidden' });
  await tia.sees('Kept on this device until the box is back.');
  await tia.page.reload();
  await tia.wire.open();
  await saved(tia);
  const { lines } = await look(tia, `/shipments/${id}`);
  assert.deepEqual([lines[0].product.sku, lines[0].counted.value], ['NB-1', '12']);
});

test('a manifest’s file waits for the box, and says then what it held', async () => {
  await tia.goto('/shipments');
  await tia.button('Load manifests').waitFor();
  tia.wire.cut();
  const loads = async (name, text) => {
    await tia.tap('Load manifests');
    await sheet(tia).locator('input[type=file]').setInputFiles({
      name, mimeType: 'text/csv', buffer: Buffer.from(text),
    });
    await sheet(tia).getByText(`${name} is kept on this device`).waitFor();
    await sheet(tia).getByRole('button', { name: 'Done' }).click();
  };
  const head = 'Manifest,Package,Item,Quantity,Unit\n';
  await loads('good.csv', `${head}0000420009,1A4060300002EE1000094001,${GUMMIES},4,Each\n`);
  await loads('bad.csv', `${head}0000420010,1A4060300002EE1000094002,${GUMMIES},many,Each\n`);
  await tia.sees('Not in the box yet');
  await tia.page.reload();
  await tia.sees('Manifests from good.csv');
  await tia.wire.open();
  await sheet(tia).getByText('1 manifest read').waitFor();
  await sheet(tia).getByRole('button', { name: 'Done' }).click();
  await tia.sees(/Nothing was entered/);
  await tia.sees(/“many”/);
  await tia.page.getByRole('link', { name: /0000420009/ }).waitFor();
  await tia.tap('Put away');
  await sheet(tia).getByRole('button', { name: 'Put this one away' }).click();
  await tia.page.getByText('Not in the box yet').waitFor({ state: 'hidden' });
  // Whoever waits in front of the sheet sees it there.
  tia.wire.cut();
  await tia.tap('Load manifests');
  await sheet(tia).locator('input[type=file]').setInputFiles({
    name: 'late.csv', mimeType: 'text/csv',
    buffer: Buffer.from(`${head}0000420011,1A4060300002EE1000094003,${GUMMIES},4,Each\n`),
  });
  await sheet(tia).getByText('late.csv is kept on this device').waitFor();
  await tia.wire.open();
  await sheet(tia).getByText('1 manifest read').waitFor();
  await sheet(tia).getByRole('button', { name: 'Done' }).click();
});

test('a manifest is typed from paper', async () => {
  await tia.goto('/shipments');
  await tia.tap('Type it from paper');
  await sheet(tia).getByLabel('Manifest', { exact: true }).fill('0000420077');
  await sheet(tia).getByLabel('Origin license').fill(ORIGIN);
  await sheet(tia).getByLabel('Destination license').fill(STORE_LICENSE);
  await sheet(tia).getByLabel('Item').fill(GUMMIES);
  await sheet(tia).getByLabel('Shipped').fill('12');
  await tia.page.waitForTimeout(500); // no hand goes from the keys to the scanner in less
  await tia.scans('1A4060300002EE1000097777');
  await sheet(tia).getByRole('button', { name: 'Enter the manifest' }).click();
  await tia.heading('Manifest 0000420077');
  const view = await look(tia, new URL(tia.page.url()).pathname);
  assert.deepEqual(view.lines.map((line) => line.tag), ['1A4060300002EE1000097777']);
});

test('each unit that is scanned counts one, and no other', async () => {
  const tag = '1A4060300002EE1000096001';
  const id = await enters(store, manifest({ number: '0000420006', delivery: 16, packages: [one(tag, 3)] }));
  await tia.goto(`/shipments/${id}`);
  await tia.button('The truck is here').waitFor();
  await tia.scans(tag);
  await answer(tia).getByText('First say that the truck is here').waitFor();
  await tia.tap('The truck is here');
  await tia.page.getByText('Count', { exact: true }).first().click();
  await tia.scans(tag);
  await sheet(tia).getByRole('heading', { name: GUMMIES }).waitFor();
  for (let n = 1; n <= 3; n += 1) {
    await tia.scans(GUMMIES_UPC);
    await tia.said.getByText(`${GUMMIES}: ${n}`).waitFor();
  }
  await tia.scans('012345678905');
  await tia.said.getByText(/not this product$/).waitFor();
  await tia.scans(CASES.fifty);
  await tia.said.getByText('Receive this package first, or close it').waitFor();
  await sheet(tia).getByRole('button', { name: 'Receive 3 ea' }).click();
  await tia.sees('Every package is dealt with');
});

test('a box that dies in mid-receipt has it once, or not at all', async () => {
  const tags = ['1A4060300002EE1000094001', '1A4060300002EE1000094002'];
  const packages = tags.map((tag) => one(tag, 7));
  const id = await enters(store, manifest({ number: '0000420005', delivery: 15, packages }));
  await tia.goto(`/shipments/${id}`);
  await tia.tap('The truck is here');
  await tia.page.getByText('Count', { exact: true }).first().click();
  await counts(tia, tags[0], '7');
  await tia.scans(tags[1]);
  await keys(tia, '6');
  await store.box.kill();
  await sheet(tia).getByRole('button', { name: 'Receive 6 ea' }).click();
  await tia.page.getByText('Kept on this device until the box is back.').first().waitFor();
  await store.box.up();
  await saved(tia);
  // What came of it, where the box was back while she still looked; else that nothing is left to do.
  await tia.sees(/^(Put it in Quarantine|Every package is dealt with)$/);
  const { package: found, life } = await packageOf(tags[1]);
  assert.deepEqual(found.places.map((at) => [at.place.name, at.quantity.value]), [['Quarantine', '6']]);
  assert.equal(life.filter((event) => event.kind === 'received').length, 1, 'received once');
});

async function packageOf(tag) {
  const { packages } = await store.owner.get(`/packages?q=${tag.slice(-8)}`);
  return store.owner.get(`/packages/${packages.find((each) => each.tag === tag).id}`);
}
