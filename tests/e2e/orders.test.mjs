// The order desk: entered by hand, sent by a source, loaded from a file; an item that only has a name waits for
// a person; the queue, the wall, and what of a customer stays on a device.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before } from 'node:test';
import { shown, steps } from './support/acts.mjs';
import { FLOWER, GUMMIES, VAPE } from './support/files.mjs';
import { DESK } from './support/profile.mjs';
import { GUMMIES_UPC, Store } from './support/store.mjs';

let store, office, wall, byHand, sent;
const step = steps(() => [office, wall]);
const minutes = (n) => new Date(Date.now() + n * 60_000).toISOString();
const MADE = minutes(-1);

before(async () => {
  store = await Store.open();
  await store.owner.post('/places', { name: 'P-01', kind: 'packed', area: null, walk: 0, pos_room: null, active: true });
  office = await store.device('Olga Reyes', { size: DESK });
  wall = await store.device('the wall', { kind: 'kiosk', size: DESK });
});

after(async () => {
  await store?.end();
});

/** As Weedmaps sends an order, with these lines. */
function weedmaps(id, lines, status = 'PENDING') {
  return {
    orderId: id, version: '2020-04-20', status, createdAt: MADE, lastModifiedAt: minutes(-1), currency: 'USD',
    customer: { id: '1', firstName: 'Geovanni', lastName: 'Feil', phone: '+15555556852', dob: '1980-01-01' },
    lineItems: lines.map(([name, quantity], n) => ({
      id: `${id}-${n}`, externalId: null, wmProductId: `${n}`, name, quantity, originalPrice: '20.00', adjustedPrice: '20.00',
    })),
  };
}

/** As the source's forwarder sends it: with a signature over the bytes, and no device. */
async function callback(secret, order) {
  const bytes = Buffer.from(JSON.stringify(order));
  const signature = createHmac('sha256', secret).update(bytes).digest('base64');
  const headers = { 'content-type': 'application/json', 'content-length': bytes.length, signature };
  return store.owner.raw('POST', '/orders/intake/weedmaps', bytes, { headers });
}

const column = (name) => wall.page.getByRole('region', { name: `Online orders: ${name}` });
const rows = () => office.page.locator('main').getByRole('listitem').getByRole('link');
const live = async () => (await store.owner.get('/orders?state=live')).orders;

step('an order is entered by hand, and of its customer only what is kept', async () => {
  await office.goto('/orders');
  await office.sees('No order is waiting');
  await office.page.getByRole('link', { name: 'Enter an order' }).click();
  await office.heading('Enter an order');
  await office.fill('Find a product', 'gummies');
  await office.page.getByRole('button', { name: new RegExp(GUMMIES) }).click();
  await office.page.getByRole('button', { name: new RegExp(GUMMIES) }).getByText('1 ea').waitFor();
  // From the keyboard to the scanner a hand takes longer than from one key to the next.
  await office.page.waitForTimeout(400);
  await office.scans(GUMMIES_UPC);
  await office.page.getByRole('button', { name: new RegExp(GUMMIES) }).getByText('2 ea').waitFor();
  await office.fill('First name', 'Maria');
  await office.fill('Last name', 'García López');
  await office.fill('Phone', '(510) 555-4821');
  await office.fill('Order number', 'TEL-7');
  await office.tap('Take the order');
  await office.heading('Order TEL-7');
  await office.sees('Maria G.');
  await office.sees('•••• 4821');
  await office.sees('2 ea set aside');
  [byHand] = await live();
  assert.equal(byHand.number, 'TEL-7');
  const told = JSON.stringify(await store.owner.get(`/orders/${byHand.id}`));
  for (const text of ['García', 'López', '555']) assert.ok(!told.includes(text), text);
});

step('a source gets an address and a secret, which is shown once', async () => {
  await office.goto('/admin/order-sources');
  await office.sees('No source yet');
  await office.tap('Add a source');
  await office.page.getByLabel('Name', { exact: true }).fill('Weedmaps');
  await office.tap('Save');
  await office.sees('Give this to the source');
  const dialog = office.page.getByRole('dialog', { name: 'Give this to the source' });
  const [secret, address] = await dialog.locator('.mono').allTextContents();
  assert.equal(address, `${store.box.origin}/api/v1/orders/intake/weedmaps`);
  await office.tap('It is written down');
  await dialog.waitFor({ state: 'hidden' });
  assert.ok(!JSON.stringify(await store.owner.get('/order-sources')).includes(secret));
  sent = { secret };
  assert.equal((await callback('another secret', weedmaps('1', [[GUMMIES, 1]]))).status, 401);
  assert.equal((await callback(secret, weedmaps('99998888000', [['Sour Cherry', 1], [VAPE, 1]]))).status, 200);
});

step('an item that only has a name waits for a person, and is known from then on', async () => {
  await office.goto('/orders');
  await office.page.getByRole('link', { name: /99998888000/ }).getByText('1 line needs a match').waitFor();
  await office.page.getByRole('link', { name: /99998888000/ }).click();
  await office.sees('“Sour Cherry” is not known yet');
  await office.tap('Say what it is: Sour Cherry');
  const dialog = office.page.getByRole('dialog', { name: 'Which product is it?' });
  await dialog.getByLabel('Search all products').fill('gummies');
  await dialog.getByRole('button', { name: new RegExp(GUMMIES) }).first().click();
  await office.tap(`It is ${GUMMIES}`);
  await dialog.waitFor({ state: 'hidden' });
  await office.sees('as the source says: Sour Cherry');
  await office.sees('1 ea set aside');
  assert.equal((await callback(sent.secret, weedmaps('99998888001', [['sour cherry', 1]]))).status, 200);
  const again = (await live()).find((one) => one.number === '99998888001');
  assert.equal(again.state, 'waiting');
});

step('a wrong match is taken back, here and in the other orders of its source', async () => {
  const told = [weedmaps('99998888004', [['Night Cap', 1], ['Sticker', 1]]), weedmaps('99998888005', [['night cap', 1]])];
  for (const order of told) assert.equal((await callback(sent.secret, order)).status, 200);
  await office.goto('/orders');
  await office.page.getByRole('link', { name: /99998888004/ }).click();
  const dialog = office.page.getByRole('dialog', { name: 'Which product is it?' });
  const says = async (product) => {
    await dialog.getByText('Said once, it holds for all orders from there').waitFor();
    await dialog.getByLabel('Search all products').fill(product);
    await dialog.getByRole('button', { name: new RegExp(product) }).first().click();
    await office.tap(`It is ${product}`);
  };
  await office.tap('Say what it is: Night Cap');
  await says(FLOWER);
  // The next line that nobody knows is asked at once.
  await dialog.getByText('Sticker', { exact: true }).waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await office.tap(`Another product: ${FLOWER}`);
  await dialog.getByText(`So far it was taken for ${FLOWER}.`).waitFor();
  await says(VAPE);
  await dialog.waitFor({ state: 'hidden' });
  await office.sees('as the source says: Night Cap');
  const other = (await live()).find((one) => one.number === '99998888005');
  assert.equal(other.state, 'waiting');
  const [line] = (await store.owner.get(`/orders/${other.id}`)).lines;
  assert.deepEqual([line.product.name, line.promised], [VAPE, '1']);
});

step('a line that is no product of the store is left out', async () => {
  await office.tap('Leave out: Sticker');
  const dialog = office.page.getByRole('dialog', { name: 'Leave out “Sticker”?' });
  await dialog.getByText('The order is picked without it.').waitFor();
  await dialog.getByRole('button', { name: 'Leave out' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await office.page.locator('main').getByText('Left out', { exact: true }).waitFor();
  assert.equal((await live()).find((one) => one.number === '99998888004').state, 'waiting');
});

step('what a source’s items mean is forgotten one by one', async () => {
  await office.goto('/admin/order-sources');
  await office.page.getByRole('button', { name: /Weedmaps/ }).click();
  const items = office.page.getByRole('list', { name: 'What its items mean' }).getByRole('listitem');
  await items.filter({ hasText: 'Night Cap' }).getByText(`is ${VAPE}`).waitFor();
  assert.equal(await items.count(), 2);
  await office.tap('Forget what “Night Cap” means');
  await office.sees('“Night Cap” is asked again');
  await items.filter({ hasText: 'Night Cap' }).waitFor({ state: 'hidden' });
  const [source] = (await store.owner.get('/order-sources')).sources.filter((one) => one.slug === 'weedmaps');
  const left = (await store.owner.get(`/order-sources/${source.id}/items`)).items;
  assert.deepEqual(left.map((one) => one.item), ['Sour Cherry']);
  assert.equal((await live()).find((one) => one.number === '99998888005').state, 'waiting', 'no order changes');
});

step('a file is read order by order: new, as before, and refused with the reason', async () => {
  await office.goto('/orders');
  await office.tap('Load a file');
  const wrong = { ...weedmaps('99998888003', [[GUMMIES, 1]]), lineItems: [] };
  const file = [weedmaps('99998888001', [['sour cherry', 1]]), weedmaps('99998888002', [[FLOWER, 1]]), wrong];
  await office.page.getByLabel('Where it is from').selectOption({ label: 'Weedmaps' });
  await office.page.locator('input[type=file]').setInputFiles({
    name: 'orders.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(file)),
  });
  await office.sees('1 new · 1 as before');
  await office.sees('1 order was not taken');
  await office.sees('Number 3 of the file');
  await office.tap('Done');
  await office.page.getByRole('link', { name: /99998888002/ }).waitFor();
});

step('the queue has late orders first, then by their time', async () => {
  const { id: product } = store.products[FLOWER];
  const order = (number, from, to) =>
    store.owner.post('/orders', {
      number, customer_first: 'Ada', way: 'pickup', window_from: minutes(from), window_to: minutes(to),
      lines: [{ product, quantity: '1' }],
    });
  await order('SOON', 25, 55);
  await order('LATE', -10, 20);
  await office.page.getByRole('link', { name: /LATE/ }).getByText(/^late 1\d min$/).waitFor();
  await office.page.getByRole('link', { name: /SOON/ }).getByText(/^in 2\d min$/).waitFor();
  const [first, second] = await rows().allTextContents();
  assert.match(first, /LATE/);
  assert.match(second, /SOON/);
});

step('the wall shows them by code, late ones first, and nobody’s name', async () => {
  const orders = await live();
  const late = orders.find((one) => one.number === 'LATE');
  await column('New').getByText(shown(late.code)).waitFor();
  await column('New').getByText('1 late').waitFor();
  await wall.sees('1 order late');
  const text = await wall.page.locator('main').innerText();
  for (const name of ['Maria', 'Ada', 'Geovanni', 'TEL-7', '4821']) assert.ok(!text.includes(name), name);
  const board = JSON.stringify(await store.owner.get('/board'));
  for (const name of ['Maria', 'Geovanni', '4821']) assert.ok(!board.includes(name), name);
});

step('an order is found by what its customer says, and opens by its label', async () => {
  await office.goto('/orders');
  await office.fill('Number, code or name', 'tel-7');
  await office.page.getByRole('link', { name: /LATE/ }).waitFor({ state: 'hidden' });
  await office.page.getByRole('link', { name: /TEL-7/ }).waitFor();
  assert.equal(await rows().count(), 1);
  await office.scans(`${store.box.origin.toUpperCase()}/O/${byHand.code.replace('-', '')}`);
  await office.heading('Order TEL-7');
});

step('one is called off; nothing was taken, and what was set aside is free', async () => {
  await office.tap('Cancel the order');
  await office.sees('Nothing was taken.');
  await office.page.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }).click();
  await office.sees('The customer cancelled');
  assert.ok(!(await live()).some((one) => one.id === byHand.id));
  await office.goto('/orders?show=over');
  await office.page.getByRole('link', { name: /TEL-7/ }).waitFor();
});

step('two of them make one walk', async () => {
  await office.goto('/orders');
  const choose = (name) => office.page.getByRole('checkbox', { name: `Choose order ${name}` });
  await choose('LATE').check({ force: true });
  await choose('SOON').check({ force: true });
  await office.page.getByRole('button', { name: /^Pick 2 orders/ }).click();
  await office.page.waitForURL(/\/picks\/\d+$/);
  await column('Picking').getByText(shown((await live()).find((one) => one.number === 'LATE').code)).waitFor();
});

step('nothing of a customer is stored on the device', async () => {
  const stored = await office.page.evaluate(async () => {
    const { name, version } = (await indexedDB.databases()).find((one) => one.name === 'backstock');
    const db = await new Promise((done, failed) => {
      const opening = indexedDB.open(name, version);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => failed(opening.error);
    });
    const all = await Promise.all(
      [...db.objectStoreNames].map(
        (store) =>
          new Promise((done) => {
            const asked = db.transaction(store).objectStore(store);
            const keys = asked.getAllKeys();
            const values = asked.getAll();
            values.onsuccess = () => done([keys.result, values.result]);
          }),
      ),
    );
    db.close();
    const kept = [];
    for (const cache of await caches.keys()) {
      for (const request of await (await caches.open(cache)).keys()) kept.push(request.url);
    }
    return JSON.stringify([all, { ...localStorage }, { ...sessionStorage }, kept]);
  });
  assert.match(stored, /orders\?state=live/);
  for (const text of ['Maria', 'Geovanni', 'TEL-7', 'tel-7', '4821', '6852', '99998888000', '/api/v1/orders']) {
    assert.ok(!stored.includes(text), text);
  }
});

step('the targets are the store’s to set, and keep when something else is saved', async () => {
  await office.goto('/admin/settings');
  await office.fill('Target for picking (minutes)', '7');
  await office.tap('Save');
  await office.sees('Saved');
  const settings = await store.owner.get('/settings');
  assert.equal(settings.pick_target_min, 7);
  assert.equal(settings.order_data_days, 30);
  await office.goto('/orders/times');
  await office.heading('Times to pick and pack');
});
