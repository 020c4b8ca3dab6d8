// What a pick meets when the shelf is not as the book says: stock in another bin than booked, a newer lot
// that a manager allows on the spot, and a line that is not there. Axe looks at each sheet.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { answer, claims, expects, keys, saved, steps } from './support/acts.mjs';
import { faultsOf, withAxe } from './support/axe.mjs';
import { FLOWER, GUMMIES, TAGS } from './support/files.mjs';
import { TABLET } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, ben, tia, pick;
const step = steps(() => [tia]);
const sheet = () => tia.page.locator('dialog[open]');

before(async () => {
  store = await Store.open();
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  await store.hire('Mia Okoro', 'manager');
  ben = await store.api('Ben Ito');
  const request = await store.request(ben, [[GUMMIES, '3'], [FLOWER, '2']]);
  tia = await store.device('Tia Moreno', { size: TABLET, bypassCSP: true });
  await withAxe(tia.context);
  await tia.goto('/queue');
  pick = await claims(tia, request.code);
  await tia.scans(store.label('Tote 1'));
  await expects(tia, 'Scan bin A-01');
  await tia.scans(store.label('A-01'));
  await expects(tia, 'Scan the package ending');
});

after(async () => {
  ben?.close();
  await store?.end();
});

step('a package that the book has elsewhere: "it is here", and the pick goes on', async () => {
  await tia.scans(TAGS.newGummies);
  const said = answer(tia).filter({ hasText: 'The book has it elsewhere' });
  await said.getByRole('button', { name: 'It is here' }).click();
  await keys(tia, '5');
  assert.deepEqual(await faultsOf(tia.page), []);
  await sheet().getByRole('button', { name: 'It is here' }).click();
  await tia.sees(/^Case .* is open/);
  assert.equal(await store.held(TAGS.newGummies, 'A-01'), '5');
  assert.equal(await store.held(TAGS.newGummies, 'B-02'), '55');
});

step('a newer lot needs a manager, who allows it with a PIN and a reason', async () => {
  await tia.scans(TAGS.newGummies);
  const said = answer(tia).filter({ hasText: 'An older lot goes first' });
  await said.getByRole('button', { name: 'A manager allows it' }).click();
  await sheet().getByRole('button', { name: 'Damaged' }).click();
  assert.deepEqual(await faultsOf(tia.page), []);
  assert.equal(await sheet().getByRole('button', { name: /Ben Ito/ }).count(), 0, 'he may not allow it');
  await sheet().getByRole('button', { name: /Mia Okoro/ }).click();
  await sheet().getByRole('group', { name: /Mia Okoro/ }).waitFor();
  await tia.page.keyboard.type(store.people['Mia Okoro'].pin, { delay: 15 });
  await expects(tia, 'How many? Or scan');
  await keys(tia, '1');
  await tia.tap('Put in the tote');
  await expects(tia, 'Scan the package ending');
  await saved(tia);
  assert.equal(await store.held(TAGS.newGummies, 'Tote 1'), '1');
  const { life } = await store.owner.get(`/packages/${store.packages[TAGS.newGummies].id}`);
  assert.equal(life[0].reason, 'Damaged');
});

step('a line that is not there is said short, and the next lot is planned', async () => {
  await tia.tap('Cannot find it');
  await sheet().getByRole('button', { name: 'The bin is empty' }).click();
  assert.deepEqual(await faultsOf(tia.page), []);
  await sheet().getByRole('button', { name: 'Report it and go on' }).click();
  await sheet().waitFor({ state: 'detached' }).catch(() => sheet().waitFor({ state: 'hidden' }));
  const { lines } = await store.owner.until(`/picks/${pick}`, (one) => one.lines.some((l) => l.state === 'short'), 'the short line');
  assert.ok(lines.some((line) => line.state === 'short' && line.bin.name === 'A-01'));
  const { tasks } = await store.owner.get('/tasks?state=open');
  assert.ok(tasks.some((task) => task.kind === 'count_bin' && task.place.name === 'A-01'));
});
