// A write that the box refuses is told to whoever made it, also after a reload; nothing is dropped
// without being read.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { claims, expects, keys, shown, steps } from './support/acts.mjs';
import { GUMMIES, TAGS } from './support/files.mjs';
import { TABLET } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, ben, tom, tia;
const step = steps(() => [tia]);

before(async () => {
  store = await Store.open();
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  await store.hire('Tom Baker', 'technician');
  ben = await store.api('Ben Ito');
  tom = await store.api('Tom Baker');
  tia = await store.device('Tia Moreno', { kind: 'shared', size: TABLET });
});

after(async () => {
  ben?.close();
  tom?.close();
  await store?.end();
});

step('a lost claim race says who was first', async () => {
  const request = await store.request(ben, [[GUMMIES, '2']]);
  await tia.goto('/queue');
  const start = tia.button(`Start picking request ${shown(request.code)}`);
  await start.waitFor();
  // Her screen does not hear that he was faster: the answer to her own tap must tell.
  await tia.page.route('**/api/v1/requests?state=open', () => {});
  await tom.post(`/requests/${request.id}/claim`);
  await tia.page.evaluate((name) => {
    document.querySelector(`button[aria-label="${name}"]`)?.click();
  }, `Start picking request ${shown(request.code)}`);
  await tia.page.locator('main').getByText(/Tom Baker/).first().waitFor();
  await tia.page.unroute('**/api/v1/requests?state=open');
});

step('a take that is no longer hers is told after a reload, and stays until it is read', async () => {
  const request = await store.request(ben, [[GUMMIES, '4']]);
  await tia.goto('/queue');
  const pick = await claims(tia, request.code);
  await expects(tia, 'Scan an empty tote');
  await tia.scans(store.label('Tote 2'));
  await expects(tia, 'Scan bin A-01');
  await tia.scans(store.label('A-01'));
  await expects(tia, 'Scan the package ending');
  await tia.scans(TAGS.oldGummies);
  await expects(tia, 'How many? Or scan');
  await keys(tia, '4');
  // The take cannot reach the box; the page goes away; a manager gives the pick to Tom meanwhile.
  const takes = '**/api/v1/picks/*/takes';
  await tia.page.route(takes, (route) => route.abort('internetdisconnected'));
  await tia.tap('Put in the tote');
  await tia.page.getByText(/1 change waits/).waitFor();
  await store.owner.post(`/picks/${pick}/assign`, { user: store.people['Tom Baker'].id });
  await tia.page.unroute(takes);
  await tia.page.reload();
  await tia.sees('1 change was not saved.');
  await tia.page.reload();
  await tia.sees('1 change was not saved.');
  await tia.page.getByRole('button', { name: 'See' }).first().click();
  const sheet = tia.page.getByRole('dialog', { name: 'Not saved yet' });
  await sheet.getByText(new RegExp(GUMMIES)).waitFor();
  assert.equal(await store.held(TAGS.oldGummies, 'Tote 2'), '0', 'refused is refused');
  await sheet.getByRole('button', { name: 'Put away' }).click();
  await tia.tap('Put this one away');
  await tia.page.getByText('1 change was not saved.').waitFor({ state: 'hidden' });
});

step('a write that waits over a reload is sent by the page that comes after', async () => {
  await tia.goto('/move');
  await tia.heading('Move');
  await tia.scans(store.label('B-02'));
  await tia.scans(TAGS.vape);
  await tia.sees('How much moves?');
  await keys(tia, '3');
  await tia.tap('Continue');
  await tia.sees('Scan where it goes');
  await tia.page.route('**/api/v1/moves', (route) => route.abort('internetdisconnected'));
  await tia.scans(store.label('A-01'));
  await tia.page.getByText(/1 change waits/).waitFor();
  await tia.page.unroute('**/api/v1/moves');
  await tia.page.reload();
  await store.owner.until(
    `/packages/${store.packages[TAGS.vape].id}`,
    ({ package: one }) => one.places.some((held) => held.place.name === 'A-01' && held.quantity.value === '3'),
    'the move that waited',
  );
});

step('a right taken away meanwhile is told where the write was made', async () => {
  await tia.goto('/move');
  await tia.heading('Move');
  await tia.scans(store.label('B-02'));
  await tia.scans(TAGS.vape);
  await tia.sees('How much moves?');
  await keys(tia, '1');
  await tia.tap('Continue');
  await tia.sees('Scan where it goes');
  await tia.page.route('**/api/v1/moves', (route) => route.abort('internetdisconnected'));
  await tia.scans(store.label('A-01'));
  await tia.page.getByText(/1 change waits/).waitFor();
  // She is a budtender from now on; the box has not seen the move yet.
  await store.owner.put(`/users/${store.people['Tia Moreno'].id}`, {
    name: 'Tia Moreno', role: 'budtender', language: 'en', expires: null,
  });
  await tia.page.unroute('**/api/v1/moves');
  await tia.page.getByText('Not allowed for your role').first().waitFor();
  const { package: vape } = await store.owner.get(`/packages/${store.packages[TAGS.vape].id}`);
  assert.equal(vape.places.find((held) => held.place.name === 'A-01').quantity.value, '3');
});
