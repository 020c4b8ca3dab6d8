// The whole main job with hands on screens: from a box that nobody owns to a restock on the floor.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { answer, claims, expects, keys, look, mark, steps, takes, wasNotReloaded } from './support/acts.mjs';
import { Box } from './support/box.mjs';
import { FLOWER, GUMMIES, TAGS, VAPE, packages, sales } from './support/files.mjs';
import { DESK, PHONE, Profile, TABLET } from './support/profile.mjs';

let box, owner, phone, tablet;
const step = steps(() => [owner, phone, tablet]);
const pins = {};
const labels = {};

before(async () => {
  box = await Box.start();
});

after(async () => {
  for (const profile of [owner, phone, tablet]) await profile?.close();
  // Only where a test failed before its end.
  if (box.process.exitCode === null && box.process.signalCode === null) await box.end();
});

step('the first one there claims the box with the code of its console', async () => {
  owner = await Profile.open(box, { size: DESK, timezoneId: 'America/Los_Angeles' });
  await owner.goto('/');
  await owner.heading('Set up this box');
  await owner.fill('Claim code', box.claimCode.toLowerCase());
  await owner.fill('Store name', 'Evergreen on 5th');
  await owner.fill('Your name', 'Olga Reyes');
  await owner.fill('Name of this device', 'Office laptop');
  await owner.tap('Set up the box');
  const shown = await owner.page.getByText(/^Your PIN is/).textContent();
  pins.Olga = shown.replaceAll(/\D/g, '');
  assert.match(pins.Olga, /^\d{6}$/);
  await owner.tap('I wrote it down');
  await owner.heading(/Hello, Olga/);
});

step('she adds the places', async () => {
  await owner.goto('/admin/places');
  const places = [
    ['A-01', 'Bin', { Area: 'Vault A', 'Walking order': '10' }],
    ['B-02', 'Bin', { Area: 'Vault B', 'Walking order': '20' }],
    ['Front counter', 'Floor station', { 'Room in the POS': 'Sales Floor' }],
    ['Tote 1', 'Tote', {}],
  ];
  for (const [name, kind, fields] of places) {
    await owner.tap('Add place');
    const sheet = owner.page.getByRole('dialog', { name: 'Add place' });
    await sheet.getByLabel('Name on the shelf').fill(name);
    await sheet.getByLabel('Kind').selectOption({ label: kind });
    for (const [label, text] of Object.entries(fields)) await sheet.getByLabel(label).fill(text);
    await sheet.getByRole('button', { name: 'Save' }).click();
    await owner.sees(`Saved: ${name}`);
    await sheet.waitFor({ state: 'hidden' });
  }
});

step('she imports the packages of the state, making a product of each item once', async () => {
  await owner.goto('/admin/imports');
  await choose('metrc-active.json', packages());
  await owner.sees('3 items have no product yet');
  await owner.tap('Suggest all');
  await owner.tap('Save 3 chosen');
  await owner.tap('Apply 5 rows');
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Apply the import' }).click();
  await owner.sees(/^5 rows applied/);
});

step('she puts them away by scanning, each out of the unsorted shelf', async () => {
  await readLabels();
  await owner.goto('/move');
  await owner.heading('Move');
  await owner.scans(labels.unsorted);
  const moves = [
    [TAGS.oldGummies, GUMMIES, '10', 'Front counter'], [TAGS.oldGummies, GUMMIES, '30', 'A-01'],
    [TAGS.newGummies, GUMMIES, '60', 'B-02'], [TAGS.flower, FLOWER, '4', 'Front counter'],
    [TAGS.flower, FLOWER, '44', 'A-01'], [TAGS.vape, VAPE, '24', 'B-02'],
  ];
  for (const [tag, name, count, to] of moves) {
    await owner.sees(/^Scan the package in/);
    await owner.scans(tag);
    await owner.sees('How much moves?');
    await keys(owner, count);
    await owner.tap('Continue');
    await owner.sees('Scan where it goes');
    await owner.scans(labels[to]);
    await answer(owner).getByText(`${count} ea ${name} now at ${to}`).waitFor();
  }
});

step('yesterday’s sales take from the floor', async () => {
  await owner.goto('/admin/imports');
  await owner.page.getByText('Sales', { exact: true }).first().click();
  await choose('sales.csv', sales());
  await owner.tap('Apply 3 rows');
  await owner.page.getByRole('dialog').getByRole('button', { name: 'Apply the import' }).click();
  await owner.sees(/^3 rows applied/);
  const { package: gummies } = (await packageOf(TAGS.oldGummies)) ?? {};
  assert.equal(heldAt(gummies, 'Front counter'), '3', 'seven of ten were sold');
});

step('she sets the par levels of the counter', async () => {
  await owner.goto('/admin/products');
  for (const [name, par] of [[GUMMIES, '12'], [FLOWER, '4']]) {
    await owner.page.getByRole('button', { name: new RegExp(name) }).click();
    const sheet = owner.page.getByRole('dialog', { name });
    await sheet.getByLabel('Front counter').fill(par);
    await sheet.getByRole('button', { name: 'Save' }).click();
    await owner.sees(`Saved: ${name}`);
    await sheet.waitFor({ state: 'hidden' });
  }
});

step('she adds two people and reads their PINs once', async () => {
  await owner.goto('/admin/people');
  for (const [name, role] of [['Ben Ito', 'Budtender'], ['Tia Moreno', 'Technician']]) {
    await owner.tap('Add person');
    const sheet = owner.page.getByRole('dialog', { name: 'Add person' });
    await sheet.getByLabel('Name').fill(name);
    await sheet.getByLabel('Role').selectOption({ label: role });
    await sheet.getByRole('button', { name: 'Add and show the PIN' }).click();
    const shown = owner.page.getByRole('dialog', { name: `PIN of ${name}` });
    pins[name] = (await shown.getByText(/^Your PIN is/).textContent()).replaceAll(/\D/g, '');
    await shown.getByRole('button', { name: 'It is written down' }).click();
    await shown.waitFor({ state: 'hidden' });
  }
});

step('a phone and a tablet are paired by the code on her screen', async () => {
  phone = await Profile.open(box, { size: PHONE });
  tablet = await Profile.open(box, { size: TABLET, camera: true });
  await pairs(phone, 'Own phone', 'Ben’s phone');
  await pairs(tablet, 'Shared tablet', 'Vault tablet');
  await phone.signIn('Ben Ito', pins['Ben Ito']);
  await tablet.signIn('Tia Moreno', pins['Tia Moreno']);
});

let request, pick;

step('the budtender asks for a restock, and the technician sees it without a reload', async () => {
  await tablet.goto('/queue');
  await tablet.sees('The queue is empty');
  await mark(tablet);
  await phone.page.getByRole('link', { name: 'Request a restock' }).click();
  // Filled from par: twelve less the three that are there.
  await phone.page.getByRole('button', { name: `Change how many of ${GUMMIES}` }).getByText('9').waitFor();
  await phone.page.getByRole('button', { name: `Change how many of ${GUMMIES}` }).click();
  const sheet = phone.page.getByRole('dialog', { name: `How many of ${GUMMIES}?` });
  await sheet.getByRole('button', { name: 'Erase the last digit' }).click();
  await keys(phone, '35');
  await sheet.getByRole('button', { name: 'Set' }).click();
  await phone.tap('Send 2 lines');
  await phone.heading(/^Request /);
  await phone.sees('Waiting for a technician');
  request = (await phone.page.getByRole('heading', { level: 1 }).textContent()).replace('Request ', '').trim();
  await mark(phone);
  await tablet.button(`Start picking request ${request}`).waitFor();
  await wasNotReloaded(tablet);
});

step('the technician claims it, and the budtender sees who picks', async () => {
  pick = await claims(tablet, request);
  await phone.sees('Tia Moreno picks it in the vault');
  await wasNotReloaded(phone);
});

step('the slip opens', async () => {
  await tablet.tap('More for this pick');
  await tablet.tap('Show the slip');
  const slip = tablet.page.getByRole('img', { name: /^The slip of pick/ });
  await slip.waitFor();
  await tablet.page.waitForFunction(
    () => document.querySelector('dialog[open] img')?.naturalWidth > 300,
  );
  await tablet.page.keyboard.press('Escape');
});

step('she picks first-in-first-out with the camera on the printed tags', async () => {
  await expects(tablet, 'Scan an empty tote');
  await tablet.scans(labels['Tote 1']);
  const { lines } = await look(tablet, `/picks/${pick}`);
  const plan = lines.map((line) => [line.bin.name, line.package.tag, line.planned_count]);
  assert.deepEqual(plan.toSorted(), [
    ['A-01', TAGS.oldGummies, '30'], ['A-01', TAGS.flower, '1'], ['B-02', TAGS.newGummies, '5'],
  ].toSorted(), 'the lot that expires first, then the newer one; failed stock never');
  for (const [bin, tag, count] of plan) {
    await takes(tablet, { bin, label: labels[bin], tag, count, show: inFrontOfTheCamera });
  }
  await tablet.sees('All lines are done');
});

step('she hands the tote over; the phone shows who carries it', async () => {
  await tablet.tap('Hand over to Ben Ito');
  await tablet.page.getByRole('dialog').getByRole('button', { name: 'Hand over to Ben Ito' }).click();
  await tablet.sees('In transit to Ben Ito');
  await phone.sees('Tia Moreno brings it to Ben Ito');
  await wasNotReloaded(phone);
});

step('the budtender scans the tote, counts each line, and it is on the floor', async () => {
  await phone.page.getByRole('link', { name: 'Receive the tote' }).click();
  await phone.sees('Scan the tote to begin');
  await phone.scans(labels['Tote 1']);
  const { lines } = await look(phone, `/picks/${pick}`);
  const list = phone.page.getByRole('list', { name: 'Count each line as it lies in the tote.' });
  for (const line of lines) {
    const tail = line.package.tag.slice(-6);
    await list.getByRole('button', { name: new RegExp(tail) }).click();
    await keys(phone, { [TAGS.oldGummies]: '30', [TAGS.flower]: '1', [TAGS.newGummies]: '5' }[line.package.tag]);
    await phone.tap('Confirm the count');
  }
  await phone.tap('Put on the floor');
  await phone.sees(/Every count agreed/);
  await tablet.sees('Received on the floor');
});

step('the books agree with the hands', async () => {
  const { package: old } = await packageOf(TAGS.oldGummies);
  assert.equal(heldAt(old, 'Front counter'), '33');
  assert.equal(heldAt(old, 'A-01'), undefined);
  const { package: newer } = await packageOf(TAGS.newGummies);
  assert.deepEqual([heldAt(newer, 'Front counter'), heldAt(newer, 'B-02')], ['5', '55']);
  const faults = [owner, phone, tablet].flatMap((profile) => profile.faults);
  assert.deepEqual(faults, []);
  const verified = await box.end();
  assert.equal(verified.ok, true);
  // Opening 5, put away 6, sold 3, picked 3, received 3.
  assert.equal(verified.movements, 20);
});

async function choose(name, buffer) {
  const mimeType = name.endsWith('json') ? 'application/json' : 'text/csv';
  await owner.page.getByLabel('Choose a file').setInputFiles({ name, mimeType, buffer });
  await owner.heading(name);
}

/** What is printed on every place's label. */
async function readLabels() {
  const { places } = await look(owner, '/places');
  for (const { name, kind, code } of places) {
    const letter = kind === 'tote' ? 'T' : 'L';
    const url = `HTTPS://${box.facts.host.toUpperCase()}/${letter}/${code.replace('-', '')}`;
    labels[kind === 'unsorted' ? kind : name] = url;
  }
}

async function packageOf(tag) {
  const { packages: found } = await look(owner, `/packages?q=${tag}`);
  return look(owner, `/packages/${found[0].id}`);
}

function heldAt(one, place) {
  return one.places.find((held) => held.place.name === place)?.quantity.value;
}

async function pairs(profile, kind, name) {
  await owner.goto('/admin/devices');
  await owner.tap('Add device');
  const sheet = owner.page.getByRole('dialog', { name: 'Add device' });
  await sheet.getByText(kind, { exact: true }).click();
  await sheet.getByLabel('Name (optional)').fill(name);
  await sheet.getByRole('button', { name: 'Show the code' }).click();
  await sheet.getByRole('img', { name: 'QR code that adds a device' }).waitFor();
  const code = await sheet.locator('.code').textContent();
  await mark(owner);
  await profile.pair(code.trim());
  // Her screen says so by itself.
  await owner.page.getByText(`${name} is added`).waitFor();
  await wasNotReloaded(owner);
}

async function inFrontOfTheCamera(tag) {
  await tablet.camera.showsTag(tag);
  await tablet.tap('Scan with the camera');
  await expects(tablet, 'How many? Or scan');
  await tablet.tap('Close the camera');
  tablet.camera.showsNothing();
}
