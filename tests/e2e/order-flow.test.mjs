// An online order from its entry to the customer's hand: picked by scan, packed by the rules, its printed label
// read by the camera at the shelf and at the counter. Nothing of the customer stays on a device.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { expects, look, saved, shown, steps, takes } from './support/acts.mjs';
import { codesIn } from './support/camera.mjs';
import { FLOWER, GUMMIES, TAGS, VAPE } from './support/files.mjs';
import { SHELF, framed, labelOf, ordered, packs, placesOf, printed, storedOn, totes } from './support/orders.mjs';
import { rasterised } from './support/paper.mjs';
import { PHONE, TABLET } from './support/profile.mjs';
import { GUMMIES_UPC, Store } from './support/store.mjs';

let store, tia, ben, order, walk;
const step = steps(() => [tia, ben]);

before(async () => {
  store = await Store.open();
  await placesOf(store);
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  tia = await store.device('Tia Moreno', { kind: 'shared', size: TABLET, camera: true });
  ben = await store.device('Ben Ito', { size: PHONE, camera: true });
});

after(() => store?.end());

const tile = (name) => tia.page.getByRole('listitem').filter({ hasText: name });

step('an order is entered by hand, and its stock is set aside', async () => {
  order = await ordered(store, 'W-1041', [[GUMMIES, '2'], [FLOWER, '3']]);
  assert.equal(order.state, 'waiting');
  assert.deepEqual(order.lines.map((line) => line.promised), ['2', '3']);
  assert.deepEqual([order.customer, order.phone], ['Maria G.', '•••• 4821']);
});

step('the technician starts its walk from the order’s own page', async () => {
  await tia.goto(`/orders/${order.id}`);
  await tia.heading('Order W-1041');
  await tia.tap('Pick this order');
  await tia.heading(/^Walk /);
  walk = Number(new URL(tia.page.url()).pathname.split('/').at(-1));
  await totes(tia, store, ['Tote 3']);
  await tia.sees('Put into slot 1 · Tote 3');
});

step('the wrong bin, the wrong package and the wrong tote stop her', async () => {
  const said = tia.page.locator('main').getByRole('alert');
  await tia.scans(store.label('B-02'));
  await said.getByText('Wrong bin').waitFor();
  await tia.scans(store.label('A-01'));
  await expects(tia, 'Scan the package ending');
  await tia.scans(TAGS.vape);
  await said.getByText('Wrong package').waitFor();
  await tia.scans(TAGS.oldGummies);
  await expects(tia, 'How many? Or scan');
  await tia.scans(store.label('Tote 4'));
  await said.getByText('Wrong tote').waitFor();
});

step('she picks with the camera on the printed tags, and ends the walk', async () => {
  await tia.tap('Understood');
  await tia.page.getByRole('button', { name: '2', exact: true }).click();
  // Her own tote, scanned to be sure, takes what was counted.
  await tia.scans(store.label('Tote 3'));
  await tia.sees('2 ea');
  await takes(tia, {
    bin: 'A-01', label: store.label('A-01'), tag: TAGS.flower, count: '3',
    show: async (tag) => {
      await tia.camera.showsTag(tag);
      await tia.tap('Scan with the camera');
      await expects(tia, 'How many? Or scan');
      await tia.tap('Close the camera');
      tia.camera.showsNothing();
    },
  });
  await tia.sees('All lines are done');
  await tia.tap('Finish the walk');
  await tia.sees('The walk is finished');
  await saved(tia);
  assert.equal((await store.owner.get(`/orders/${order.id}`)).state, 'packing');
  assert.equal(await store.held(TAGS.flower, 'Tote 3'), '3');
});

step('there is no label before everything is verified', async () => {
  const { status, bytes } = await store.owner.raw('GET', `/orders/${order.id}/label.pdf?paper=label`);
  assert.equal(status, 409);
  assert.equal(JSON.parse(bytes.toString()).code, 'not_packed');
});

step('at the bench each unit is scanned into the bag; anything else stops loudly', async () => {
  await tia.page.getByRole('link', { name: /Order W-1041/ }).click();
  await tia.sees('Scan each unit into the bag');
  const said = tia.page.locator('main').getByRole('alert');
  await tia.scans(TAGS.vape);
  await said.getByText('Not part of this order').waitFor();
  for (const n of [1, 2]) {
    await tia.scans(GUMMIES_UPC);
    await said.getByText(`${GUMMIES}: ${n} of 2 ea`).waitFor();
  }
  await tia.scans(GUMMIES_UPC);
  await said.getByText('All of these are in already').waitFor();
  assert.equal(await tia.button('Scan what is missing').isDisabled(), true);
  await tia.scans(TAGS.flower);
  await tia.button('Into the bag').waitFor();
  await tia.page.getByRole('dialog').getByRole('button', { name: '3', exact: true }).click();
  await tia.tap('Into the bag');
  await tia.sees('Everything is in the bag');
  assert.equal(await tia.button('Tick the checks').isDisabled(), true);
});

step('ticked and packed, the label is there, on each paper', async () => {
  await packs(tia);
  const label = tia.page.getByRole('img', { name: /^The label of order/ });
  await label.waitFor();
  await tia.page.waitForFunction(() => document.querySelector('main img')?.naturalWidth > 300);
  for (const paper of ['label', 'letter', 'a4']) {
    const { status, bytes } = await store.owner.raw('GET', `/orders/${order.id}/label.pdf?paper=${paper}`);
    assert.equal(status, 200);
    const codes = (await codesIn(rasterised(bytes, store.box.folder, 203))).map((one) => one.text);
    const read = codes.map((one) => new URL(one));
    assert.ok(read.some((one) => one.pathname === `/O/${order.code}`), `${paper}: ${codes}`);
    assert.ok(read.every((one) => one.host === new URL(store.box.origin).host), `they lead to this box: ${codes}`);
  }
});

step('the printed label tells the bag, a shelf for packed orders takes it', async () => {
  tia.camera.show(await printed(tia, order));
  await tia.tap('Scan with the camera');
  await tia.page.locator('main').getByRole('alert').getByText('This is the one').waitFor();
  await tia.tap('Close the camera');
  tia.camera.showsNothing();
  await tia.scans(store.label('A-01'));
  await tia.sees('Not a shelf for packed orders');
  await tia.scans(store.label(SHELF));
  await tia.sees(`On shelf ${SHELF}`);
  await saved(tia);
  assert.equal(await store.held(TAGS.flower, SHELF), '3');
  assert.equal(await store.held(TAGS.flower, 'Tote 3'), '0');
});

step('its label opens it wherever it is scanned', async () => {
  await ben.goto('/');
  await ben.heading(/Hello, Ben/);
  await ben.scans(labelOf(store, order));
  await ben.heading('Order W-1041');
  await ben.page.getByRole('link', { name: 'Hand it over' }).click();
  // Scanned once already: the name is next.
  await ben.sees('Ask for the name');
});

step('at the counter the camera reads the printed label, and it is handed over', async () => {
  await ben.goto(`/orders/${order.id}/handover`);
  await ben.sees('Scan the label on the bag');
  ben.camera.show(await printed(ben, order));
  await ben.tap('Scan with the camera');
  await ben.sees('Ask for the name');
  await ben.tap('Close the camera');
  await ben.sees('Maria G.');
  await ben.tap('The name is right');
  assert.equal(await ben.button('Handed over').isDisabled(), true);
  await ben.page.getByText('State ID').click();
  await ben.tap('Handed over');
  await ben.sees('The sale in the POS is matched by itself.');
  await saved(ben);
  const now = await store.owner.get(`/orders/${order.id}`);
  assert.deepEqual([now.state, now.id_type, now.awaiting_sale], ['handed_over', 'state_id', true]);
  assert.equal(await store.held(TAGS.flower, SHELF), '0');
  assert.equal(await store.held(TAGS.oldGummies, SHELF), '0');
});

step('it is handed over once', async () => {
  await ben.goto(`/orders/${order.id}/handover`);
  await ben.sees('Handed over already');
});

step('nothing of the customer stays on the devices', async () => {
  for (const profile of [tia, ben]) {
    const kept = await storedOn(profile);
    assert.ok(kept.includes(order.code.replace('-', '')), 'the order itself is known here');
    for (const text of ['Maria', 'W-1041', '4821']) assert.ok(!kept.includes(text), `${text} is kept`);
  }
});

step('what came back after it goes to quarantine', async () => {
  await ben.goto(`/orders/${order.id}`);
  await ben.tap('It came back');
  const sheet = ben.page.getByRole('dialog');
  await sheet.getByRole('button', { name: new RegExp(FLOWER) }).click();
  await sheet.getByRole('button', { name: '1', exact: true }).click();
  await sheet.getByRole('button', { name: 'Take it back' }).click();
  await ben.said.getByText('In quarantine now').waitFor();
  assert.equal(await store.held(TAGS.flower, 'Q-1'), '1');
});

step('the slip of a walk opens it elsewhere: a lost device stops nobody', async () => {
  const next = await ordered(store, 'W-1042', [[VAPE, '1'], [GUMMIES, '1']], { first: 'Tom' });
  await tia.goto(`/orders/${next.id}`);
  await tia.tap('Pick this order');
  await totes(tia, store, ['Tote 5']);
  const id = Number(new URL(tia.page.url()).pathname.split('/').at(-1));
  const pick = await look(tia, `/picks/${id}`);
  const first = pick.lines[0];
  await takes(tia, { bin: first.bin.name, label: store.label(first.bin.name), tag: first.package.tag, count: '1' });
  await tia.page.getByRole('progressbar').or(tia.page.getByRole('img', { name: '1 of 2 lines' })).first().waitFor();
  const { bytes } = await store.owner.raw('GET', `/picks/${id}/slip.pdf?paper=letter`);
  const page = rasterised(bytes, store.box.folder);
  const other = await store.device('Tia Moreno', { size: PHONE, camera: true });
  await other.goto('/queue');
  await other.heading('Queue');
  other.camera.show(await framed(page));
  await other.tap('Scan with the camera');
  await other.heading(`Walk ${shown(pick.code)}`);
  const close = other.button('Close the camera');
  if (await close.isVisible()) await close.click();
  const second = pick.lines[1];
  await takes(other, { bin: second.bin.name, label: store.label(second.bin.name), tag: second.package.tag, count: '1' });
  await other.tap('Finish the walk');
  await other.sees('The walk is finished');
});
