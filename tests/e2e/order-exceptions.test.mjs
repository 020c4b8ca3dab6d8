// What goes otherwise with online orders: a wave with one short line, cancelled under the picker's hands and
// after the shelf, the wrong label, the wire cut in the middle of a walk.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { expects, keys, look, saved, steps, takes } from './support/acts.mjs';
import { FLOWER, GUMMIES, TAGS, VAPE } from './support/files.mjs';
import { JAIL, SHELF, labelOf, ordered, packs, picks, placesOf, totes, verifies } from './support/orders.mjs';
import { PHONE, TABLET } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, tia, ben;
const step = steps(() => [tia, ben]);
const said = (profile) => profile.page.locator('main').getByRole('alert');
const stateOf = async (order) => (await store.owner.get(`/orders/${order.id}`)).state;

before(async () => {
  store = await Store.open();
  await placesOf(store);
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  tia = await store.device('Tia Moreno', { kind: 'shared', size: TABLET, wired: true });
  await tia.kept();
  ben = await store.device('Ben Ito', { size: PHONE, wired: true });
  await ben.kept();
});

after(() => store?.end());

/** Starts a walk of these orders on Tia's tablet; its number. */
async function walks(orders) {
  const api = await store.api('Tia Moreno');
  const { id } = await api.post('/walks', { orders: orders.map((one) => one.id) });
  api.close();
  await tia.goto(`/picks/${id}`);
  await tia.heading(/^Walk /);
  return id;
}

let wave;

step('a wave of six is one walk, each order in its own slot and tote', async () => {
  wave = [];
  for (let n = 1; n <= 6; n += 1) {
    const lines = n === 6 ? [[GUMMIES, '1'], [VAPE, '2']] : [[GUMMIES, '1']];
    wave.push(await ordered(store, `WAVE-${n}`, lines, { first: `Ana${n}` }));
  }
  const walk = await walks(wave);
  await totes(tia, store, [3, 4, 5, 6, 7, 8].map((n) => `Tote ${n}`));
  await tia.sees(/^Put into slot \d · Tote \d$/);
  const { lines } = await look(tia, `/picks/${walk}`);
  for (const line of lines.filter((one) => one.package.tag !== TAGS.vape)) {
    await takes(tia, { bin: line.bin.name, label: store.label(line.bin.name), tag: line.package.tag, count: '1' });
  }
  await expects(tia, 'Scan bin B-02');
});

step('its short line is decided before the walk ends', async () => {
  await tia.scans(store.label('B-02'));
  await tia.tap('Cannot find it');
  const sheet = tia.page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'The bin is empty' }).click();
  await sheet.getByRole('button', { name: 'Report it and go on' }).click();
  await tia.sees('Something is short');
  assert.equal(await tia.button('Finish the walk').isDisabled(), true);
  await tia.page.getByRole('button', { name: /missing: Lantern Vape/ }).click();
  await sheet.getByText('Leave it out').click();
  await sheet.waitFor({ state: 'hidden' });
  await tia.sees('Bring the totes to the pack bench and finish the walk.');
  await tia.tap('Finish the walk');
  await tia.sees('The walk is finished');
  await saved(tia);
  for (const one of wave) assert.equal(await stateOf(one), 'packing');
  const last = await store.owner.get(`/orders/${wave[5].id}`);
  assert.equal(last.lines.find((line) => line.product.id === store.products[VAPE].id).amount, '0');
  const { tasks } = await store.owner.get('/tasks?state=open');
  assert.ok(tasks.length > 0, 'somebody counts the bin');
});

step('a unit of another order is refused at the bench, where it is not this order’s', async () => {
  await tia.goto(`/orders/${wave[0].id}/pack`);
  await tia.sees('Scan each unit into the bag');
  await tia.scans(TAGS.flower);
  await said(tia).getByText('Not part of this order').waitFor();
  await tia.scans(labelOf(store, wave[1]));
  await said(tia).getByText('That is another order').waitFor();
  await tia.tap('Understood');
  await verifies(tia, wave[0]);
  await packs(tia);
  await tia.scans(store.label(SHELF));
  await tia.sees(`On shelf ${SHELF}`);
  // The next one of the wave is offered.
  await tia.page.getByRole('link', { name: /^Next: order WAVE-/ }).click();
  await tia.sees('Scan each unit into the bag');
});

step('the label of another bag is not handed over', async () => {
  await ben.goto(`/orders/${wave[0].id}/handover`);
  await ben.sees('Scan the label on the bag');
  await ben.scans(labelOf(store, wave[1]));
  await said(ben).getByText('That is another order').waitFor();
  await ben.tap('Understood');
  await ben.sees('Scan the label on the bag');
  assert.equal(await stateOf(wave[0]), 'staged');
});

step('an order that is at the bench is not handed over either, and its screen says where it is', async () => {
  await ben.goto(`/orders/${wave[1].id}/handover`);
  await ben.sees('It is not on its shelf');
});

step('not picked up: it goes back by scan, and only to where it may', async () => {
  await ben.goto(`/orders/${wave[0].id}/handover`);
  await ben.tap('Not picked up or refused');
  const sheet = ben.page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Cancel the order' }).click();
  await ben.sees('This order was called off');
  assert.equal(await stateOf(wave[0]), 'unwinding');
  await tia.goto(`/orders/${wave[0].id}/putback`);
  await tia.sees('Scan a package of the order');
  await tia.scans(store.label('A-01'));
  await said(tia).getByText('The package first').waitFor();
  await tia.scans(TAGS.oldGummies);
  await tia.sees('Scan bin A-01');
  await tia.scans(store.label(JAIL));
  await said(tia).getByText('It does not go there').waitFor();
  await tia.scans(store.label('A-01'));
  await tia.sees('All is back');
  await saved(tia);
  assert.equal(await stateOf(wave[0]), 'ended');
  assert.equal(await store.held(TAGS.oldGummies, SHELF), '0');
});

step('cancelled in the middle of a walk: the picker’s screen says so at once', async () => {
  const [gone, stays] = [await ordered(store, 'GONE-1', [[GUMMIES, '2']]), await ordered(store, 'STAYS-1', [[FLOWER, '1']])];
  // The totes of the wave are still at the bench.
  for (const one of wave.slice(1)) await unwound(one);
  const walk = await walks([gone, stays]);
  await totes(tia, store, ['Tote 3', 'Tote 4']);
  await takenOf(walk, gone);
  await saved(tia);
  await store.owner.post(`/orders/${gone.id}/cancel`, { why: 'customer' });
  await said(tia).getByText('Not picked any more: slot 1: GONE-1').waitFor();
  await tia.sees(/Leave what is in slot 1 where it is/);
  await tia.tap('Understood');
  await picks(tia, store, walk);
  await tia.tap('Finish the walk');
  await saved(tia);
  await tia.sees('To put back');
  await tia.page.getByRole('link', { name: /GONE-1/ }).click();
  await tia.sees('Scan a package of the order');
  await tia.scans(TAGS.oldGummies);
  await tia.tap(/How many/);
  await keys(tia, '1');
  await tia.page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
  await tia.scans(store.label('A-01'));
  await tia.sees(/1 ea .* back in A-01/);
  // One of them was dropped: it goes to quarantine.
  await tia.scans(TAGS.oldGummies);
  await tia.page.getByRole('switch', { name: /It is damaged/ }).check();
  await tia.sees('Scan the quarantine place');
  await tia.scans(store.label(JAIL));
  await tia.sees('All is back');
  await saved(tia);
  assert.equal(await stateOf(gone), 'ended');
  assert.equal(await stateOf(stays), 'packing');
  assert.equal(await store.held(TAGS.oldGummies, JAIL), '1');
  await unwound(stays);
});

step('the wire cut in the middle of a walk: it goes on, and nothing is lost', async () => {
  const orders = [await ordered(store, 'WIRE-1', [[GUMMIES, '2']]), await ordered(store, 'WIRE-2', [[FLOWER, '1'], [GUMMIES, '1']])];
  const walk = await walks(orders);
  await expects(tia, 'Scan an empty tote for slot 1');
  const plan = (await look(tia, `/picks/${walk}`)).lines;
  tia.wire.cut();
  await totes(tia, store, ['Tote 5', 'Tote 6']);
  for (const line of plan) {
    await takes(tia, { bin: line.bin.name, label: store.label(line.bin.name), tag: line.package.tag, count: line.planned_count });
  }
  await tia.tap('Finish the walk');
  await tia.sees('The walk is finished');
  await tia.page.getByText(/changes? waits?, nothing is lost/).waitFor();
  tia.wire.open();
  await tia.page.evaluate(() => dispatchEvent(new Event('online')));
  await saved(tia);
  const { lines, state } = await store.owner.get(`/picks/${walk}`);
  assert.equal(state, 'done');
  assert.deepEqual(lines.map((line) => line.picked.value).toSorted(), plan.map((line) => line.planned.value).toSorted());
  for (const one of orders) assert.equal(await stateOf(one), 'packing');
  assert.equal(await store.held(TAGS.oldGummies, 'Tote 5'), '2');

  // The bench goes on without the box, too: what the walk ended with is known here.
  tia.wire.cut();
  await tia.page.getByRole('link', { name: /Order WIRE-1|Order \w{3}-\w{3}/ }).first().click();
  await tia.sees('Scan each unit into the bag');
  await tia.scans(TAGS.oldGummies);
  await tia.button('Into the bag').waitFor();
  await keys(tia, '2');
  await tia.tap('Into the bag');
  await tia.sees('Everything is in the bag');
  for (const box of await tia.page.locator('main').getByRole('checkbox').all()) await box.check({ force: true });
  await tia.tap('Packed');
  await tia.sees(/The label comes with the box/);
  await tia.scans(store.label('P-02'));
  await tia.sees('On shelf P-02');
  tia.wire.open();
  await tia.page.evaluate(() => dispatchEvent(new Event('online')));
  await saved(tia);
  assert.equal(await stateOf(orders[0]), 'staged');
});

step('taken for an order that was called off meanwhile: it says where the unit goes', async () => {
  const gone = await ordered(store, 'LATE-1', [[GUMMIES, '2']]);
  const stays = await ordered(store, 'LATE-2', [[FLOWER, '1']]);
  const walk = await walks([gone, stays]);
  await totes(tia, store, ['Tote 7', 'Tote 8']);
  await saved(tia);
  const lines = (await look(tia, `/picks/${walk}`)).lines;
  const line = lines.find((one) => one.order === gone.id);
  const [bin, held] = [line.bin.name, await store.held(line.package.tag, line.bin.name)];
  tia.wire.cut();
  for (const one of lines) {
    await takes(tia, {
      bin: one.bin.name, label: store.label(one.bin.name), tag: one.package.tag, count: one.planned_count,
    });
  }
  await store.owner.post(`/orders/${gone.id}/cancel`, { why: 'customer' });
  tia.wire.open();
  await tia.page.evaluate(() => dispatchEvent(new Event('online')));
  await tia.page.getByText(/1 change was not saved/).first().waitFor();
  await tia.tap('See');
  await tia.sees(`Order ${gone.code.slice(0, 3)}-${gone.code.slice(3)} was cancelled or given back. Put it back into ${bin}`);
  const dialog = tia.page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Put away' }).click();
  await dialog.getByRole('button', { name: 'Put this one away' }).click();
  await saved(tia);
  assert.equal(await store.held(line.package.tag, bin), held, 'the books never had it leave');
  await tia.goto(`/picks/${walk}`);
  await tia.tap('Finish the walk');
  await saved(tia);
  assert.equal(await stateOf(stays), 'packing');
  assert.equal(await stateOf(gone), 'ended');
});

step('where the store wants a photo of the open bag, there is no packing without one', async () => {
  const settings = await store.owner.get('/settings');
  await store.owner.put('/settings', { ...settings, pack_photo: true });
  const order = await ordered(store, 'PHOTO-1', [[GUMMIES, '1']]);
  const walk = await walks([order]);
  await totes(tia, store, ['Tote 7']);
  await picks(tia, store, walk);
  await tia.tap('Finish the walk');
  await saved(tia);
  await tia.goto(`/orders/${order.id}/pack`);
  await tia.sees('Scan each unit into the bag');
  await verifies(tia, order);
  await tia.sees('Everything is in the bag');
  for (const box of await tia.page.locator('main').getByRole('checkbox').all()) await box.check({ force: true });
  assert.equal(await tia.button('Take the photo').isDisabled(), true);
  const picture = await tia.page.screenshot({ type: 'jpeg', clip: { x: 0, y: 0, width: 320, height: 240 } });
  await tia.page.getByLabel('Take a photo').setInputFiles({ name: 'bag.jpg', mimeType: 'image/jpeg', buffer: picture });
  await tia.sees('1 photo');
  await tia.button('One bag more').click();
  await tia.tap('Packed');
  await tia.sees('Bag 1 of 2');
  await saved(tia);
  const packed = await store.owner.get(`/orders/${order.id}`);
  assert.deepEqual([packed.state, packed.bags, packed.photos.length], ['packed', 2, 1]);
});

/** Puts everything of an order back, without screens. */
async function unwound(order) {
  await store.owner.post(`/orders/${order.id}/cancel`, { why: 'store' });
  const { lines } = await store.owner.get(`/orders/${order.id}`);
  for (const item of lines.flatMap((line) => line.items)) {
    if (Number(item.picked_count) === 0) continue;
    await store.owner.post(`/orders/${order.id}/putbacks`, {
      line: item.line, quantity: item.picked_count, to: item.from.id, scanned: item.package.tag, damaged: false,
    });
  }
  assert.equal(await stateOf(order), 'ended');
}

/** Picks what a walk has for one order. */
async function takenOf(walk, order) {
  const { lines } = await look(tia, `/picks/${walk}`);
  for (const line of lines.filter((one) => one.order === order.id)) {
    await takes(tia, { bin: line.bin.name, label: store.label(line.bin.name), tag: line.package.tag, count: line.planned_count });
  }
}

step('recalled on its shelf: a hand-over that waited is refused, and it goes to quarantine by scan', async () => {
  const order = await ordered(store, 'RECALL-1', [[GUMMIES, '1']]);
  const walk = await walks([order]);
  await totes(tia, store, ['Tote 3']);
  await picks(tia, store, walk);
  await tia.tap('Finish the walk');
  await saved(tia);
  const settings = await store.owner.get('/settings');
  await store.owner.put('/settings', { ...settings, pack_photo: false });
  await tia.goto(`/orders/${order.id}/pack`);
  await tia.sees('Scan each unit into the bag');
  await verifies(tia, order);
  await packs(tia);
  await tia.scans(store.label(SHELF));
  await saved(tia);
  await ben.goto(`/orders/${order.id}/handover`);
  await ben.sees('Scan the label on the bag');
  await ben.scans(labelOf(store, order));
  await ben.tap('The name is right');
  await ben.page.getByText('State ID').click();
  ben.wire.cut();
  await ben.tap('Handed over');
  await ben.sees('Handed over; waits to be saved.');
  await store.owner.post('/recalls', { scope: { product: store.products[GUMMIES].id }, reason: 'Mould in the batch' });
  ben.wire.open();
  await ben.page.evaluate(() => dispatchEvent(new Event('online')));
  await ben.page.getByText(/1 change was not saved/).first().waitFor();
  await ben.sees(/This does not leave the store/);
  await ben.page.getByText('The sale in the POS is matched by itself.').waitFor({ state: 'hidden' });
  assert.equal(await stateOf(order), 'staged');

  await store.owner.post(`/orders/${order.id}/cancel`, { why: 'store' });
  const before = Number(await store.held(TAGS.oldGummies, JAIL));
  await tia.goto(`/orders/${order.id}/putback`);
  await tia.sees('Scan a package of the order');
  await tia.scans(TAGS.oldGummies);
  await tia.sees('Scan the quarantine place');
  assert.equal(await tia.page.getByRole('switch', { name: /It is damaged/ }).count(), 0);
  await tia.scans(store.label(JAIL));
  await tia.sees('All is back');
  await saved(tia);
  assert.equal(await stateOf(order), 'ended');
  assert.equal(Number(await store.held(TAGS.oldGummies, JAIL)), before + 1);
});

step('at the bench one is broken and fetched anew, another is not there and the customer gets one less', async () => {
  const order = await ordered(store, 'BENCH-1', [[FLOWER, '2']]);
  const walk = await walks([order]);
  await totes(tia, store, ['Tote 4']);
  await picks(tia, store, walk);
  await tia.tap('Finish the walk');
  await saved(tia);
  await tia.goto(`/orders/${order.id}/pack`);
  await tia.sees('Scan each unit into the bag');
  const line = tia.page.locator('main').getByRole('button', { name: /Fog Signal/ });
  const sheet = tia.page.getByRole('dialog');
  const jailed = Number(await store.held(TAGS.flower, JAIL));

  await line.click();
  await sheet.getByText('Broken, or not wanted').click();
  await tia.sees('Scan a package of the order');
  await tia.scans(TAGS.flower);
  await tia.page.getByRole('switch', { name: /It is damaged/ }).check();
  await tia.sees('Scan the quarantine place');
  await tia.scans(store.label(JAIL));
  await tia.sees(/back in/);
  await tia.page.getByRole('link', { name: 'Go on packing' }).click();
  await tia.sees('Something is short');
  assert.equal(await tia.button('Decide what is short').isDisabled(), true);
  await tia.page.getByRole('button', { name: /1 ea missing/ }).click();
  await sheet.getByRole('button', { name: 'Fetch it' }).click();
  await tia.heading(/^Walk /);
  await picks(tia, store, Number(new URL(tia.page.url()).pathname.split('/').at(-1)));
  await tia.tap('Finish the walk');
  await saved(tia);
  assert.equal(await stateOf(order), 'packing');
  assert.notEqual(Number(await store.held(TAGS.flower, JAIL)), jailed);

  await tia.goto(`/orders/${order.id}/pack`);
  await tia.sees('Scan each unit into the bag');
  await line.first().click();
  await sheet.getByText('It is not here').click();
  await tia.sees(/Look in the tote and on the cart first/);
  await keys(tia, '1');
  await sheet.getByRole('button', { name: 'Not here' }).click();
  await tia.sees('Something is short');
  await saved(tia);
  const { cases } = await store.owner.get('/cases');
  assert.ok(cases.some((one) => one.kind === 'custody' && one.subject?.id === order.id), 'somebody finds out where it went');
  await tia.page.getByRole('button', { name: /1 ea missing/ }).click();
  await sheet.getByText('Give what there is: 1 ea').click();
  await sheet.waitFor({ state: 'hidden' });
  await verifies(tia, order);
  await packs(tia);
  await saved(tia);
  const packed = await store.owner.get(`/orders/${order.id}`);
  assert.deepEqual([packed.state, packed.lines[0].amount], ['packed', '1']);
});
