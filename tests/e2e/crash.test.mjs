// The box loses its power while someone picks: what they did meanwhile waits on the device, arrives
// once, and the pick ends right.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { claims, expects, keys, saved, steps, takes } from './support/acts.mjs';
import { GUMMIES, TAGS } from './support/files.mjs';
import { TABLET } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, ben, tia, pick;
const step = steps(() => [tia]);

before(async () => {
  store = await Store.open();
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  ben = await store.api('Ben Ito');
});

after(async () => {
  ben?.close();
  await store?.end();
});

step('a take made while the box is down is kept and said', async () => {
  const request = await store.request(ben, [[GUMMIES, '45']]);
  tia = await store.device('Tia Moreno', { kind: 'shared', size: TABLET });
  await tia.goto('/queue');
  pick = await claims(tia, request.code);
  await expects(tia, 'Scan an empty tote');
  await tia.scans(store.label('Tote 1'));
  await expects(tia, 'Scan bin A-01');
  await tia.scans(store.label('A-01'));
  await expects(tia, 'Scan the package ending');
  await tia.scans(TAGS.oldGummies);
  await expects(tia, 'How many? Or scan');
  await keys(tia, '40');
  await store.box.kill();
  await tia.tap('Put in the tote');
  await tia.sees(/No connection to the box since .*\. 1 change waits, nothing is lost\./);
});

step('it arrives once when the box is back, and the pick goes on', async () => {
  await store.box.up();
  await expects(tia, 'Scan bin B-02');
  await tia.page.getByText(/nothing is lost/).waitFor({ state: 'hidden' });
  await saved(tia);
  assert.equal(await store.held(TAGS.oldGummies, 'Tote 1'), '40');
  assert.equal(await store.held(TAGS.oldGummies, 'A-01'), '0');
  await takes(tia, { bin: 'B-02', label: store.label('B-02'), tag: TAGS.newGummies, count: '5' });
  await tia.sees('All lines are done');
  const { life } = await store.owner.get(`/packages/${store.packages[TAGS.oldGummies].id}`);
  assert.equal(life.filter((event) => event.kind === 'picked').length, 1, 'picked once');
});

step('a box frozen in the middle of the answer and killed: the same take is not taken twice', async () => {
  await tia.tap('Undo the last one');
  await expects(tia, 'Scan the package ending');
  await tia.scans(TAGS.newGummies);
  await expects(tia, 'How many? Or scan');
  await keys(tia, '5');
  // The write is in the sockets of a process that does not run, and then never will.
  store.box.process.kill('SIGSTOP');
  await tia.tap('Put in the tote');
  await tia.page.waitForTimeout(300);
  await store.box.kill();
  await store.box.up();
  await tia.sees('All lines are done');
  await saved(tia);
  assert.equal(await store.held(TAGS.newGummies, 'Tote 1'), '5');
  await tia.tap('Hand over to Ben Ito');
  await tia.page.getByRole('dialog').getByRole('button', { name: 'Hand over to Ben Ito' }).click();
  await tia.sees('In transit to Ben Ito');
  const { state, lines } = await store.owner.get(`/picks/${pick}`);
  assert.equal(state, 'in_transit');
  assert.deepEqual(lines.map((line) => line.picked.value).toSorted(), ['40', '5']);
});
