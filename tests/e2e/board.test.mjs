// The wall board: no person, no touch, always the truth.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { mark, shown, steps, wasNotReloaded } from './support/acts.mjs';
import { GUMMIES, TAGS } from './support/files.mjs';
import { DESK } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, ben, tia, board;
const step = steps(() => [board]);

before(async () => {
  store = await Store.open();
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  ben = await store.api('Ben Ito');
  tia = await store.api('Tia Moreno');
  board = await store.device('the wall', { kind: 'kiosk', size: DESK });
});

after(async () => {
  ben?.close();
  tia?.close();
  await store?.end();
});

const column = (name) => board.page.getByRole('region', { name: new RegExp(`^${name}`) });

step('a request goes over the board as it is asked for, picked and carried', async () => {
  await board.heading('Restock board');
  await board.sees('Live');
  await column('Waiting').getByText('None').waitFor();
  await mark(board);
  const request = await store.request(ben, [[GUMMIES, '5']]);
  await column('Waiting').getByText(shown(request.code)).waitFor();
  await column('Waiting').getByText(GUMMIES).waitFor();
  const pick = await tia.post(`/requests/${request.id}/claim`);
  await column('Picking').getByText(shown(request.code)).waitFor();
  await column('Picking').getByText('Tia Moreno').waitFor();
  await tia.post(`/picks/${pick.id}/tote`, { tote: store.places['Tote 1'].id });
  await tia.post(`/picks/${pick.id}/takes`, {
    bin: store.places['A-01'].id, package: store.packages[TAGS.oldGummies].id,
    quantity: { value: '5', unit: 'ea' }, scanned: TAGS.oldGummies,
  });
  await tia.post(`/picks/${pick.id}/handover`, { to: store.people['Ben Ito'].id });
  await column('In transit').getByText(shown(request.code)).waitFor();
  await column('Waiting').getByText('None').waitFor();
  await wasNotReloaded(board);
});

step('a box that goes away and comes back is seen, and the board is right again', async () => {
  await store.box.kill();
  await board.sees(/No connection/);
  await store.box.up();
  await board.sees('Live');
  const request = await store.request(ben, [[GUMMIES, '1']]);
  await column('Waiting').getByText(shown(request.code)).waitFor();
  await wasNotReloaded(board);
});

step('the board shows no more than the board: a wall has no rights', async () => {
  const answers = await board.page.evaluate(() =>
    Promise.all(['/products', '/journal', '/users', '/picks'].map((path) =>
      fetch(`/api/v1${path}`).then((one) => one.status))));
  assert.deepEqual(answers, [401, 401, 401, 401]);
});
