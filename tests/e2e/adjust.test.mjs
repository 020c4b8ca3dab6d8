// Putting the book right with hands on screens: one package with a reason, above the limit with a second
// person, undone while nobody has entered it, a receipt corrected instead, the state's own reasons, and a
// tick on the worklist that is made without the box.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { keys, queueOf, saved, steps } from './support/acts.mjs';
import { GUMMIES, TAGS } from './support/files.mjs';
import { DESK, PHONE } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, tia, office;
const step = steps(() => [tia, office]);
const sheet = (profile) => profile.page.getByRole('dialog');
const tone = (profile, text) => sheet(profile).getByText(text).first();

before(async () => {
  store = await Store.open();
  await store.hire('Tia Moreno', 'technician');
  await store.hire('Mia Chen', 'manager');
  tia = await store.device('Tia Moreno', { size: PHONE, wired: true });
  office = await store.device('Olga Reyes', { size: DESK });
});

after(() => store?.end());

async function adjusts(tag, count, reason, note) {
  await tia.goto(`/packages/${store.packages[tag].id}`);
  await tia.tap('Adjust stock');
  await sheet(tia).getByLabel('Reason').selectOption({ label: reason });
  if (note) await sheet(tia).getByLabel('What happened').fill(note);
  await keys(tia, count);
  await sheet(tia).getByRole('button', { name: 'Adjust stock' }).click();
}

step('a reason that needs a note is not taken without one, and nothing is adjusted', async () => {
  await adjusts(TAGS.vape, '1', 'Damage');
  await tone(tia, 'Say what happened: this reason needs it.').waitFor();
  assert.equal(await store.held(TAGS.vape, 'B-02'), '24');
  await sheet(tia).getByLabel('What happened').fill('Fell off the cart');
  await sheet(tia).getByRole('button', { name: 'Adjust stock' }).click();
  await sheet(tia).waitFor({ state: 'hidden' });
  await tia.sees('23 ea');
  await tia.page.getByRole('listitem').filter({ hasText: 'Adjusted' }).first().waitFor();
});

step('above the limit of the day a second person allows exactly that', async () => {
  await adjusts(TAGS.newGummies, '5', 'Theft', 'The lock was forced');
  await tia.page.getByText(/above the limit for the day/).waitFor();
  assert.equal(await store.held(TAGS.newGummies, 'B-02'), '60', 'not before somebody allowed it');
  const second = tia.page.getByRole('dialog', { name: 'A second person allows it' });
  await second.getByRole('button', { name: /Mia Chen/ }).click();
  await second.getByText('Mia Chen, your PIN').waitFor();
  await tia.page.keyboard.type('0000', { delay: 15 });
  await tia.page.keyboard.type(store.people['Mia Chen'].pin.slice(4), { delay: 15 });
  await second.getByRole('alert').first().waitFor();
  await tia.page.keyboard.type(store.people['Mia Chen'].pin, { delay: 15 });
  await sheet(tia).first().waitFor({ state: 'hidden' });
  assert.equal(await store.held(TAGS.newGummies, 'B-02'), '55');
});

step('undone while nobody has entered it outside, both books and the shelf as before', async () => {
  await office.goto('/adjustments');
  const theft = office.page.locator('section').filter({ hasText: 'The lock was forced' });
  await theft.getByText(/Tia Moreno · allowed by Mia Chen/).waitFor();
  await theft.getByRole('button', { name: 'Undo the adjustment' }).click();
  await theft.getByText('The adjustment was undone').waitFor();
  assert.equal(await store.held(TAGS.newGummies, 'B-02'), '60');
  const { intents } = await store.owner.get('/intents');
  assert.equal(intents.length, 2, 'of the vape alone');
});

step('a tick without the box waits on the device, and counts once', async () => {
  await tia.goto('/worklist');
  const rows = tia.page.locator('main li button');
  await rows.nth(1).waitFor();
  await rows.first().click();
  for (const field of [/Fell off the cart/, 'Damage', '-1']) await tone(tia, field).waitFor();
  tia.wire.cut();
  await sheet(tia).getByRole('button', { name: 'I entered it' }).click();
  await tia.page.getByText(/nothing is lost/).first().waitFor();
  assert.equal((await queueOf(tia)).length, 1);
  tia.wire.open();
  await tia.page.evaluate(() => dispatchEvent(new Event('online')));
  await saved(tia);
  const { intents } = await store.owner.get('/intents');
  assert.deepEqual(intents.map((one) => one.state).toSorted(), ['sent', 'waiting']);
});

step('refused outside, in its own words; looked for before it is entered again', async () => {
  await office.goto('/worklist');
  await office.page.getByRole('button', { name: /Entered, waits/ }).waitFor();
  await office.page.getByRole('button', { name: /To enter/ }).click();
  await sheet(office).getByLabel(/What the outside said/).fill('The page hung while saving');
  await sheet(office).getByRole('button', { name: 'Somebody must look' }).click();
  await office.page.getByRole('button', { name: /Somebody must look/ }).click();
  await tone(office, /It may have been entered already/).waitFor();
  await sheet(office).getByRole('button', { name: 'I looked, it was not there: entered now' }).click();
  await sheet(office).waitFor({ state: 'hidden' });
  const { intents } = await store.owner.get('/intents');
  assert.deepEqual(intents.map((one) => one.state), ['sent', 'sent']);
});

step('the state’s own reasons take the place of the house’s', async () => {
  await office.goto('/adjustments');
  const choose = (name, text) =>
    office.page.locator('input[type=file]').setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  await choose('wrong.json', '{"Name":"Spoilage"}');
  await office.sees('This is no list of reasons');
  await choose('reasons.json', JSON.stringify({ Data: [{ Name: 'Spoilage', RequiresNote: false }, { Name: 'Entry Error', RequiresNote: true }] }));
  await office.page.getByRole('listitem').filter({ hasText: 'Entry Error' }).getByText('needs a note').waitFor();
  await adjusts(TAGS.oldGummies, '1', 'Spoilage');
  await sheet(tia).waitFor({ state: 'hidden' });
  assert.equal(await store.held(TAGS.oldGummies, 'A-01'), '39');
  await office.tap('Back to the house’s list');
  await office.page.getByRole('listitem').filter({ hasText: 'Incorrect quantity' }).waitFor();
});

step('crossed, the meter opens the case with its clock, and the draft of the notice prints', async () => {
  const { owner } = store;
  const loads = async (kind, name, rows) => {
    const file = Buffer.from([...rows, ''].join('\r\n'));
    const made = await owner.send('POST', `/imports?kind=${kind}&name=${name}`, file, { type: 'application/octet-stream' });
    await owner.post(`/imports/${made.id}/confirm`, { opening: false });
    await owner.until(`/imports/${made.id}`, (one) => one.state === 'applied', name);
  };
  await office.goto('/adjustments');
  await office.sees('Nothing was sold yet');
  // The POS knows what the gummies were bought for; two are sold, and one was thrown away above.
  await loads('packages', 'pos.csv', ['tag,item,sku,qty,uom,unit cost', `${TAGS.oldGummies},${GUMMIES},TW-GUM,39,ea,9.00`]);
  const { id } = store.packages[TAGS.oldGummies];
  const [from, to] = [store.places['A-01'].id, store.places['Front counter'].id];
  await owner.post('/moves', { package: id, from, to, quantity: { value: '5', unit: 'ea' } });
  const date = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await loads('sales', 'sales.csv', [
    'Transaction ID,Receipt Date,Employee Name,Product Name,Metrc Tag,Quantity,Room,Line Total,Transaction Type',
    `R-1,${date} 10:04:00,Dana,${GUMMIES},${TAGS.oldGummies},2,Sales Floor,$36.00,Retail`,
  ]);
  await tia.goto('/');
  await adjusts(TAGS.oldGummies, '1', 'Damage', 'Crushed by a crate');
  await sheet(tia).waitFor({ state: 'hidden' });
  const meter = await owner.until('/significant', (one) => one.case !== null, 'the case');
  assert.deepEqual([meter.missing_cents, meter.average_month_cents, meter.threshold_cents], [900, 1_800, 54]);
  await office.page.reload();
  await office.sees('Crossed: the state must be told');
  await office.sees('$9.00 of $0.54, which is 3 % of the $18.00 that a month sells.');
  await office.page.getByRole('alert').getByText(/Significant discrepancy: \$9.00 off/).first().waitFor();
  await office.page.getByRole('link', { name: 'The case, with its clock' }).click();
  await office.sees(/by 4 CCR 15036\(a\)/);
  await office.sees(/Missing \$9\.00, over \$0\.00/);
  const paper = await owner.raw('GET', '/significant/notice.pdf');
  assert.equal(paper.bytes.subarray(0, 5).toString(), '%PDF-');
});
