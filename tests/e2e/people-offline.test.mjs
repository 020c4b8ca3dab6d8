// People and devices while the box is out of reach: who goes on, who has to wait, and what becomes of
// the writes of somebody who has left, of a person disabled, of a device taken off the list.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { copied, queueOf, saved, steps } from './support/acts.mjs';
import { GUMMIES, TAGS, VAPE } from './support/files.mjs';
import { PHONE, TABLET } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, tablet, phone;
const step = steps(() => [tablet, phone]);

before(async () => {
  store = await Store.open();
  await store.hire('Tia Moreno', 'technician');
  await store.hire('Raúl Ortega', 'technician', 'es');
  tablet = await store.device('Tia Moreno', { kind: 'shared', size: TABLET, wired: true });
  phone = await store.device('Raúl Ortega', { size: PHONE, wired: true });
});

after(() => store?.end());

const waits = (profile) => profile.page.getByText(/nothing is lost|no se pierde nada/);
const back = async (profile) => {
  profile.wire.open();
  await profile.page.evaluate(() => dispatchEvent(new Event('online')));
};
const movedBy = async (tag) => {
  const { life } = await store.owner.get(`/packages/${store.packages[tag].id}`);
  return life.filter((one) => one.kind === 'moved').map((one) => one.by?.name);
};

/** Waits until a device's own copy has what a place holds of a package: without the box it goes by nothing
 *  else, and a copy still on its way would be cut off with the wire. */
async function knows(profile, tag, place) {
  await copied(profile, store.packages[tag].id, store.places[place].id, await store.held(tag, place));
}

/** Moves some of a package from one bin to another on the Move screen, in English or Spanish. */
async function moves(profile, { tag, count, from, to }) {
  const es = (await profile.page.evaluate(() => document.documentElement.lang)) === 'es';
  const region = profile.page.getByRole('main');
  await profile.scans(store.label(from));
  await region.getByText(es ? `Escanee el paquete en ${from}` : `Scan the package in ${from}`).waitFor();
  await profile.scans(tag);
  const erase = es ? 'Borrar el último dígito' : 'Erase the last digit';
  const pad = profile.page.getByRole('group').filter({ has: profile.button(erase) });
  for (const digit of count) await pad.getByRole('button', { name: digit, exact: true }).click();
  await profile.tap(es ? 'Continuar' : 'Continue');
  await profile.scans(store.label(to));
}

step('writes of who has left are sent in their name while somebody else is signed in', async () => {
  await tablet.goto('/move');
  await tablet.heading('Move');
  await knows(tablet, TAGS.newGummies, 'B-02');
  tablet.wire.cut();
  await moves(tablet, { tag: TAGS.newGummies, count: '2', from: 'B-02', to: 'A-01' });
  await waits(tablet).waitFor();
  // Tia locks the tablet and goes; without the box nobody can sign in, and it is said.
  await tablet.page.getByRole('button', { name: /^You: Tia/ }).click();
  await tablet.tap('Switch person');
  await tablet.page.reload().catch(() => {});
  tablet.wire.open();
  await tablet.goto('/');
  await tablet.signIn('Raúl Ortega', store.people['Raúl Ortega'].pin);
  await store.owner.until(
    `/packages/${store.packages[TAGS.newGummies].id}`,
    ({ life }) => life.some((one) => one.kind === 'moved' && one.by?.name === 'Tia Moreno'),
    'Tia’s move',
  );
  assert.equal(await store.held(TAGS.newGummies, 'A-01'), '2');
});

step('a device left alone without the box is covered, and its person goes on with a tap', async () => {
  await tablet.page.getByRole('button', { name: /^(You|Usted): Raúl/ }).click();
  await tablet.page.getByRole('button', { name: /^(Switch person|Cambiar de persona)$/ }).click();
  await tablet.signIn('Tia Moreno', store.people['Tia Moreno'].pin);
  await tablet.goto('/move');
  await tablet.heading('Move');
  const settings = await store.owner.get('/settings');
  await store.owner.put('/settings', { ...settings, idle_lock_shared_s: 30 });
  await tablet.page.reload();
  await tablet.heading('Move');
  await knows(tablet, TAGS.newGummies, 'A-01');
  tablet.wire.cut();
  await tablet.page.waitForTimeout(1_000);
  await moves(tablet, { tag: TAGS.newGummies, count: '1', from: 'A-01', to: 'B-02' });
  await tablet.page.getByRole('heading', { name: 'Still Tia Moreno?' }).waitFor({ timeout: 45_000 });
  await tablet.tap('Go on as Tia Moreno');
  await tablet.heading('Move');
  await moves(tablet, { tag: TAGS.newGummies, count: '1', from: 'A-01', to: 'B-02' });
  await back(tablet);
  // Her session at the box is over by now: her writes are taken all the same, and the PIN is asked.
  await store.owner.until(
    `/packages/${store.packages[TAGS.newGummies].id}`,
    ({ package: one }) => !one.places.some((held) => held.place.name === 'A-01'),
    'both moves',
  );
});

step('two people who took the same last unit: the box says who was first, to the one who was not', async () => {
  await phone.goto('/move');
  await phone.heading('Mover');
  const other = await store.device('Tia Moreno', { size: PHONE, wired: true });
  await other.goto('/move');
  await other.heading('Move');
  const all = await store.held(TAGS.vape, 'B-02');
  for (const one of [phone, other]) await knows(one, TAGS.vape, 'B-02');
  phone.wire.cut();
  other.wire.cut();
  await moves(phone, { tag: TAGS.vape, count: all, from: 'B-02', to: 'A-01' });
  await moves(other, { tag: TAGS.vape, count: all, from: 'B-02', to: 'A-01' });
  await waits(phone).waitFor();
  await waits(other).waitFor();
  await back(other);
  await waits(other).waitFor({ state: 'hidden' });
  await saved(other);
  await back(phone);
  await phone.page.getByText(/1 cambio no se guardó/).first().waitFor();
  await phone.page.getByText(/Tia Moreno tomó de ahí/).first().waitFor();
  assert.deepEqual((await movedBy(TAGS.vape)).filter((name) => name !== 'Olga Reyes'), ['Tia Moreno']);
  // Put away knowingly: the consequence is said first.
  await phone.page.getByRole('button', { name: 'Archivar', exact: true }).first().click();
  await phone.page.getByText(/los libros quedan sin él/).waitFor();
  await phone.tap('Archivar solo este');
  await phone.page.getByText(/1 cambio no se guardó/).first().waitFor({ state: 'hidden' });
});

step('what a person did before they were disabled is kept; what waited is refused and shown', async () => {
  await store.hire('Nora Klein', 'technician');
  const nora = await store.device('Nora Klein', { size: PHONE, wired: true });
  await nora.goto('/move');
  await nora.heading('Move');
  await knows(nora, TAGS.oldGummies, 'A-01');
  await moves(nora, { tag: TAGS.oldGummies, count: '5', from: 'A-01', to: 'B-02' });
  await nora.sees(`5 ea ${GUMMIES} now at B-02`);
  nora.wire.cut();
  await nora.tap('Start over');
  await moves(nora, { tag: TAGS.oldGummies, count: '7', from: 'A-01', to: 'B-02' });
  await waits(nora).waitFor();
  await store.owner.post(`/users/${store.people['Nora Klein'].id}/disable`);
  await back(nora);
  await nora.sees(/1 change made on this device could not be saved/);
  assert.equal(await store.held(TAGS.oldGummies, 'B-02'), '5', 'what was done before stays');
  const [kept] = await queueOf(nora);
  assert.deepEqual([kept.state, kept.problem.code], ['refused', 'person_disabled']);
});

step('a device taken off the list keeps what was never saved; added again, it is sent once', async () => {
  const before = await store.held(TAGS.vape, 'B-02');
  const lost = await store.device('Tia Moreno', { size: PHONE, wired: true });
  await lost.goto('/move');
  await lost.heading('Move');
  await knows(lost, TAGS.vape, 'A-01');
  // The box takes it, the answer never comes: then the device is revoked.
  lost.wire.loseAnswers();
  await moves(lost, { tag: TAGS.vape, count: '3', from: 'A-01', to: 'B-02' });
  await waits(lost).waitFor();
  await store.owner.until(
    `/packages/${store.packages[TAGS.vape].id}`,
    ({ package: one }) => one.places.some((held) => held.place.name === 'B-02'),
    'the move at the box',
  );
  lost.wire.cut();
  const { devices } = await store.owner.get('/devices');
  const own = devices.filter((one) => one.name === 'own of Tia Moreno' && !one.revoked_at)
    .toSorted((a, b) => a.id - b.id).at(-1);
  await store.owner.post(`/devices/${own.id}/revoke`);
  await back(lost);
  await lost.sees('1 change made on it could not be saved');
  const pairing = await store.owner.post('/pairings', { kind: 'own' });
  await lost.fill('Pairing code', pairing.code);
  await lost.tap('Add this device');
  await lost.signIn('Tia Moreno', store.people['Tia Moreno'].pin);
  // The box knows the write by its id, whatever device it comes from: it answers as it did then.
  await saved(lost);
  assert.equal(Number(await store.held(TAGS.vape, 'B-02')), Number(before) + 3, 'moved once');
});

step('the time without the box is over: the device asks for the PIN, and its writes are kept', async () => {
  await phone.goto('/move');
  await phone.heading('Mover');
  phone.wire.cut();
  await phone.page.waitForTimeout(500);
  // The device's own clock goes on by five hours.
  await phone.page.clock.install({ time: Date.now() + 5 * 3_600_000 });
  await phone.page.clock.runFor(20_000);
  await phone.page.getByText('Se acabó el tiempo sin el servidor').waitFor();
});
