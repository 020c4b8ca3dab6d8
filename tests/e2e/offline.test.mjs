// The network cut in every step of the main job, in every way a network is cut: the people go on, the
// box learns of everything once, in order, when it answers again.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { claims, expects, keys, look, saved, steps } from './support/acts.mjs';
import { FLOWER, GUMMIES, TAGS } from './support/files.mjs';
import { PHONE, TABLET } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, ben, tia, pick;
const step = steps(() => [ben, tia]);

before(async () => {
  store = await Store.open();
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  ben = await store.device('Ben Ito', { size: PHONE, wired: true });
  tia = await store.device('Tia Moreno', { kind: 'shared', size: TABLET, wired: true });
});

after(() => store?.end());

/** `dead`: nothing comes through, so that what waits is sure to be said. */
const cuts = {
  'the device has no network': {
    dead: true,
    cut: (profile) => profile.context.setOffline(true),
    mend: (profile) => profile.context.setOffline(false),
  },
  'connections break': {
    dead: true,
    cut: (profile) => profile.wire.cut(),
    mend: (profile) => profile.wire.open(),
  },
  'the box has no power': {
    dead: true,
    cut: () => store.box.kill(),
    mend: () => store.box.up(),
  },
  'the connection is only half there': {
    dead: true,
    cut: (profile) => profile.wire.stall(),
    mend: (profile) => profile.wire.open(),
  },
  'answers are lost': {
    dead: true,
    cut: (profile) => profile.wire.loseAnswers(),
    mend: (profile) => profile.wire.open(),
  },
  'the network is slow': {
    dead: false,
    cut: (profile) => profile.wire.slow(),
    mend: (profile) => profile.wire.open(),
  },
};

const waitingFor = (profile) => profile.page.getByText(/changes? waits?, nothing is lost/);

/** Mended, and the box has taken everything. */
async function mended(profile, way) {
  await way.mend(profile);
  await profile.page.evaluate(() => dispatchEvent(new Event('online')));
  await waitingFor(profile).waitFor({ state: 'hidden' });
  await saved(profile);
}

/** Puts a product on the request that the station lists, in the quantity wanted. */
async function adds(profile, name, count) {
  const sheet = profile.page.getByRole('dialog', { name: `How many of ${name}?` });
  const change = profile.page.getByRole('button', { name: `Change how many of ${name}` });
  await profile.tap(`Add ${name}`);
  // Below its par it is filled in at once; at par the number is asked for.
  await sheet.or(change).first().waitFor();
  if (await change.isVisible()) await change.click();
  const erase = sheet.getByRole('button', { name: 'Erase the last digit' });
  while (await erase.isEnabled() && (await sheet.locator('output').textContent()).match(/\d/)) {
    await erase.click();
  }
  await keys(profile, count);
  await sheet.getByRole('button', { name: 'Set', exact: true }).click();
}

for (const [name, way] of Object.entries(cuts)) {
  step(`${name}: a request is kept and sent once`, async () => {
    await ben.goto('/request');
    await ben.heading('Restock');
    await ben.page.getByText('Below par').first().waitFor();
    await ben.page.getByRole('button', { name: 'Start empty' }).click();
    await ben.page.getByText('All products').click();
    await adds(ben, GUMMIES, '3');
    await adds(ben, FLOWER, '2');
    await way.cut(ben);
    await ben.tap('Send 2 lines');
    if (way.dead) await waitingFor(ben).waitFor();
    await mended(ben, way);
    const { requests } = await store.owner.until(
      '/requests?state=open', (one) => one.requests.length > 0, 'the request',
    );
    assert.equal(requests.length, 1, 'asked once');
    assert.deepEqual(requests[0].lines.map((line) => line.quantity).toSorted(), ['2', '3']);
    pick = requests[0].code;
  });

  step(`${name}: a pick goes on through every scan, and is settled in order`, async () => {
    await tia.goto('/queue');
    pick = await claims(tia, pick);
    await expects(tia, 'Scan an empty tote');
    await way.cut(tia);
    await tia.scans(store.label('Tote 1'));
    await expects(tia, 'Scan bin A-01');
    await tia.scans(store.label('A-01'));
    for (const [tag, count] of [[TAGS.oldGummies, '3'], [TAGS.flower, '2']]) {
      await takes(tag, count);
    }
    await tia.sees('All lines are done');
    if (way.dead) {
      await waitingFor(tia).waitFor();
      // The last one has not been tried: it is taken back here, and made again.
      await tia.tap('Undo the last one');
      await expects(tia, /Scan/);
      await takes(TAGS.flower, '2');
      await tia.sees('All lines are done');
    }
    await tia.tap('Hand over to Ben Ito');
    await tia.page.getByRole('dialog').getByRole('button', { name: 'Hand over to Ben Ito' }).click();
    if (way.dead) await tia.sees('The handover waits');
    await mended(tia, way);
    await tia.sees('In transit to Ben Ito');
    const { lines, state } = await store.owner.get(`/picks/${pick}`);
    assert.equal(state, 'in_transit');
    assert.deepEqual(lines.map((line) => line.picked.value).toSorted(), ['2', '3']);
  });

  step(`${name}: a tote is received by counting, and settled when the box answers`, async () => {
    await ben.goto(`/receive/${pick}`);
    await ben.sees('Scan the tote to begin');
    await way.cut(ben);
    await ben.scans(store.label('Tote 1'));
    for (const [product, count] of [[GUMMIES, '3'], [FLOWER, '2']]) {
      await ben.page.getByRole('button', { name: new RegExp(product) }).click();
      await keys(ben, count);
      await ben.tap('Confirm the count');
    }
    await ben.tap('Put on the floor');
    if (way.dead) await ben.sees('Counted; waits to be saved');
    await mended(ben, way);
    await ben.sees('Every count agreed.');
    assert.equal((await store.owner.get(`/picks/${pick}`)).state, 'done');
  });

  step(`${name}: moves follow one another, each once`, async () => {
    const before = await store.held(TAGS.newGummies, 'B-02');
    await tia.goto('/move');
    await tia.heading('Move');
    await way.cut(tia);
    for (const [from, to] of [['B-02', 'A-01'], ['A-01', 'B-02']]) {
      await tia.scans(store.label(from));
      await tia.sees(`Scan the package in ${from}`);
      await tia.scans(TAGS.newGummies);
      await tia.sees('How much moves?');
      await keys(tia, '4');
      await tia.tap('Continue');
      await tia.sees('Scan where it goes');
      await tia.scans(store.label(to));
      await tia.sees(new RegExp(`4 ea ${GUMMIES} now at ${to}`));
      await tia.tap('Start over');
    }
    if (way.dead) await waitingFor(tia).waitFor();
    await mended(tia, way);
    assert.equal(await store.held(TAGS.newGummies, 'B-02'), before);
    assert.equal(await store.held(TAGS.newGummies, 'A-01'), '0');
    const { life } = await store.owner.get(`/packages/${store.packages[TAGS.newGummies].id}`);
    const here = life.filter((one) => one.by?.name === 'Tia Moreno' && one.kind === 'moved');
    assert.equal(here.length % 2, 0, 'there and back, each once');
  });
}

async function takes(tag, count) {
  await expects(tia, 'Scan the package ending');
  await tia.scans(tag);
  await expects(tia, 'How many? Or scan');
  await keys(tia, count);
  await tia.tap('Put in the tote');
}

step('what nobody may do twice needs the box, and says so', async () => {
  const api = await store.api('Ben Ito');
  const request = await store.request(api, [[GUMMIES, '1']]);
  api.close();
  await tia.goto('/queue');
  const claim = tia.page.getByRole('button', { name: new RegExp('Start picking request') });
  await claim.waitFor();
  await tia.wire.cut();
  await claim.click();
  await tia.sees(/The box cannot be reached/);
  tia.wire.open();
  await tia.page.evaluate(() => dispatchEvent(new Event('online')));
  // Tapped once, when the box answers again: not into a connection that is just breaking.
  await tia.page.waitForFunction(async () => (await fetch('/api/v1/box').catch(() => null))?.ok);
  await claim.click();
  await tia.heading(/^Pick /);
  assert.equal((await look(tia, `/requests/${request.id}`)).state, 'picking');
});
