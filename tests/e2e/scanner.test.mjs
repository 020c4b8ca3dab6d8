// Handheld scanners that type: bursts of keys on the pick screen, right ones and wrong ones, and none of
// them into a text field.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { answer, claims, expects, keys, saved, steps } from './support/acts.mjs';
import { FLOWER, GUMMIES, TAGS } from './support/files.mjs';
import { PHONE } from './support/profile.mjs';
import { GUMMIES_UPC, Store } from './support/store.mjs';

let store, ben, tia;
const step = steps(() => [tia]);

before(async () => {
  store = await Store.open();
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  ben = await store.api('Ben Ito');
  const request = await store.request(ben, [[GUMMIES, '3'], [FLOWER, '2']]);
  tia = await store.device('Tia Moreno', { size: PHONE });
  await tia.goto('/queue');
  await claims(tia, request.code);
});

after(async () => {
  ben?.close();
  await store?.end();
});

/** The wrong state: shape and colour over the width, what it was, what was expected, what to do. */
async function refused(title, { was, expected }) {
  const said = answer(tia).filter({ hasText: title });
  await said.waitFor();
  assert.match(await said.getAttribute('class'), /wrong/);
  const facts = await said.locator('dl > div').allInnerTexts();
  const lines = facts.map((fact) => fact.replaceAll(/\s+/g, ' '));
  assert.ok(lines.some((line) => line.startsWith('You scanned') && line.includes(was)), `${lines}`);
  if (expected) {
    assert.ok(lines.some((line) => line.startsWith('Expected') && line.includes(expected)), `${lines}`);
  }
}

step('a bin in place of the tote is refused', async () => {
  await expects(tia, 'Scan an empty tote');
  await tia.scans(store.label('A-01'));
  await refused('That is not a tote', { was: 'A-01', expected: 'Scan an empty tote' });
  await tia.scans(store.label('Tote 1'));
  await expects(tia, 'Scan bin A-01');
});

step('a wrong bin says which one is right', async () => {
  await tia.scans(store.label('B-02'));
  await refused('Wrong bin', { was: 'B-02', expected: 'A-01' });
});

step('a package before its bin is refused', async () => {
  await tia.scans(TAGS.flower);
  await refused('The bin first', { was: FLOWER, expected: 'A-01' });
  await tia.scans(store.label('A-01'));
  await expects(tia, 'Scan the package ending');
});

step('a wrong package shows what was expected', async () => {
  await tia.scans(TAGS.vape);
  await refused('Wrong package', { was: 'Lantern Vape' });
  await tia.scans(TAGS.failed);
  await refused('This may not be sold', { was: GUMMIES });
});

step('a tag one digit off, and one that is no tag at all, are told apart', async () => {
  await tia.scans(`${TAGS.flower.slice(0, -1)}9`);
  const said = answer(tia).filter({ hasText: /One digit away|No package here/ });
  await said.waitFor();
  await tia.scans('1.4A04E+23');
  await answer(tia).filter({ hasText: /damaged/ }).waitFor();
  await expects(tia, 'Scan the package ending');
});

step('units are counted by their barcode, one each, and never more than the line', async () => {
  await tia.scans(TAGS.oldGummies);
  await expects(tia, 'How many? Or scan');
  for (const n of ['1', '2', '3']) {
    await tia.scans(GUMMIES_UPC);
    await tia.page.locator('output').filter({ hasText: n }).waitFor();
  }
  await tia.scans(GUMMIES_UPC);
  await answer(tia).filter({ hasText: 'Too many' }).waitFor();
  await tia.tap('Put in the tote');
  await expects(tia, 'Scan the package ending');
  await saved(tia);
  assert.equal(await store.held(TAGS.oldGummies, 'Tote 1'), '3');
});

step('a repeated scan of what is picked changes nothing', async () => {
  await tia.scans(TAGS.oldGummies);
  await refused('This line is already picked', { was: GUMMIES });
  assert.equal(await store.held(TAGS.oldGummies, 'Tote 1'), '3');
});

step('typed by hand it works the same', async () => {
  await tia.tap('Type a code');
  const sheet = tia.page.getByRole('dialog', { name: 'Type a code' });
  await sheet.getByLabel('Type a code').pressSequentially(TAGS.flower.toLowerCase(), { delay: 120 });
  await sheet.getByRole('button', { name: 'Search' }).click();
  await expects(tia, 'How many? Or scan');
  await keys(tia, '2');
  await tia.tap('Put in the tote');
  await tia.sees('All lines are done');
});

step('a scan while someone types in a field opens what was scanned and leaves the field as it was', async () => {
  await tia.goto('/stock');
  const field = tia.page.getByRole('search').getByRole('textbox');
  await field.pressSequentially('fog', { delay: 120 });
  await tia.page.waitForTimeout(400);
  await tia.scans(TAGS.vape);
  await tia.page.waitForURL(`**/packages/${store.packages[TAGS.vape].id}`);
  await tia.page.goBack();
  assert.doesNotMatch(await field.inputValue(), /1A4/);
});
