// Setting up a handheld scanner with the printed sheet, scanners that are set wrong, and what becomes of
// scans while somebody is in a text field or at the PIN pad; in a real browser, with its real fields.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { codesIn } from './support/camera.mjs';
import { TAGS } from './support/files.mjs';
import { rasterised } from './support/paper.mjs';
import { Store } from './support/store.mjs';

const GERMAN = { y: 'z', z: 'y', Y: 'Z', Z: 'Y', '-': 'ß', '/': '-', '+': '`', '|': "'", ':': 'Ö' };
const swapped = (text) =>
  text.replace(/[a-z]/gi, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase()));
let store, tia, sheet;

before(async () => {
  store = await Store.open();
  await store.hire('Tia Moreno', 'technician');
  tia = await store.device('Tia Moreno');
  await tia.button(/^You/).click();
  await tia.page.getByRole('link', { name: 'Scanner set-up' }).click();
  await tia.heading('Scanner set-up');
});

after(() => store?.end());

/** Waits for the report of a scan that came after whatever is shown. */
async function reports(text) {
  await tia.page.locator('main').getByText(text).first().waitFor();
}

test('the printed sheet has the five codes', async () => {
  const { bytes } = await store.owner.raw('GET', '/scanner-sheet.pdf');
  const found = await codesIn(rasterised(bytes, store.box.folder, 200));
  const text = (format, part = '') =>
    found.find((one) => one.format === format && one.text.includes(part))?.text;
  sheet = {
    characters: text('QRCode', 'abc'), ours: text('QRCode', '/L/'), tag: text('Code128'),
    elements: text('DataMatrix'), upc: found.find((one) => /UPC|EAN/.test(one.format))?.text,
  };
  assert.ok(Object.values(sheet).every(Boolean), JSON.stringify(found));
});

test('a scanner that is set right is told so, code by code', async () => {
  for (const [code, name] of [
    ['characters', 'All characters'], ['tag', 'Package tag'], ['upc', 'Product barcode'],
    ['ours', 'Code of a place'],
  ]) {
    await tia.scans(sheet[code]);
    await reports(`${name}: Just as printed`);
  }
  await reports('Our own QR');
  assert.equal(new URL(tia.page.url()).pathname, '/scanner', 'scans go nowhere else');
});

test('what is wrong is named, with what to do', async () => {
  await tia.scans(swapped(sheet.characters));
  await reports('turn CapsLock off');
  await tia.scans([...sheet.characters].map((char) => GERMAN[char] ?? char).join(''));
  await reports(/Y and Z are swapped .*Y→Z.*US English/);
  await tia.scans(sheet.elements.replace('\u001d', ''));
  await reports('set the scanner to send | for GS');
  await tia.scans(sheet.tag, { enter: false });
  await reports('Enter does not come');
  await tia.scans(sheet.characters.slice(0, 20), { enter: false });
  await reports('Elsewhere this would not count as a scan');
});

test('prefix and separator are learned from a scan, and then understood', async () => {
  await tia.scans(`~${sheet.elements.replace('\u001d', '|')}`);
  await reports('The separator (GS) arrives as |');
  await tia.tap('Use what this scan shows');
  await tia.sees('Kept on this device');
  assert.equal(await tia.page.getByLabel('Before a scan (prefix)').inputValue(), '~');
  await tia.scans(`~${sheet.elements.replace('\u001d', '|')}`);
  for (const part of ['TEST-1', 'aB7', '09521234543213']) await reports(part);
  await tia.page.reload();
  await tia.heading('Scanner set-up');
  assert.equal(await tia.page.getByLabel('Group separator (GS) arrives as').inputValue(), '|');
});

test('a prefix that could be part of a code is refused', async () => {
  const prefix = tia.page.getByLabel('Before a scan (prefix)');
  await prefix.fill('A');
  await tia.sees('not a single letter or digit');
  assert.ok(await tia.button('Save').isDisabled());
  await prefix.fill('|');
  await tia.sees('cannot be the same');
  await prefix.fill('~');
});

test('with a prefix nothing of a scan reaches the field that a person is in', async () => {
  await tia.goto('/stock');
  const field = tia.page.getByRole('search').getByRole('textbox');
  await field.pressSequentially('fog', { delay: 120 });
  await field.evaluate((input) => {
    globalThis.seen = [];
    input.addEventListener('input', () => globalThis.seen.push(input.value));
  });
  await tia.page.waitForTimeout(400);
  await tia.scans(`~${TAGS.vape}`);
  await tia.page.waitForURL(`**/packages/${store.packages[TAGS.vape].id}`);
  const seen = await tia.page.evaluate(() => globalThis.seen);
  assert.ok(seen.every((value) => value === 'fog'), JSON.stringify(seen));
});

test('a person’s own prefix character comes out again', async () => {
  await tia.goto('/stock');
  const field = tia.page.getByRole('search').getByRole('textbox');
  await field.pressSequentially('a~b', { delay: 400 });
  await tia.page.waitForTimeout(400);
  assert.equal(await field.inputValue(), 'a~b');
});

test('text of a scanner service goes to the scan, and the field stays as it was', async () => {
  await tia.goto('/stock');
  const field = tia.page.getByRole('search').getByRole('textbox');
  await field.pressSequentially('fog', { delay: 120 });
  await tia.page.waitForTimeout(400);
  await tia.page.keyboard.insertText(TAGS.flower);
  await tia.page.waitForURL(`**/packages/${store.packages[TAGS.flower].id}`);
});

test('fields of numbers, dates and rich text are put back too', async () => {
  await tia.goto('/scanner');
  await tia.heading('Scanner set-up');
  await tia.page.evaluate(() => {
    const make = (html) => document.querySelector('main').insertAdjacentHTML('beforeend', html);
    make('<input type="number" id="number" aria-label="Number" value="12">');
    make('<input type="number" id="empty" aria-label="Empty">');
    make('<input type="date" id="date" aria-label="Date" value="2027-02-28">');
    make('<textarea id="area" aria-label="Area">some words</textarea>');
    make('<div contenteditable="true" id="rich" role="textbox" aria-label="Rich">some <b>rich</b> words</div>');
    document.querySelector('#area').setSelectionRange(5, 10);
  });
  const state = () =>
    tia.page.evaluate(() => {
      const one = (id) => document.querySelector(id);
      const area = one('#area');
      return {
        number: one('#number').value, date: one('#date').value,
        area: [area.value, area.selectionStart, area.selectionEnd],
        // What a field of numbers shows but does not accept makes it faulty.
        empty: [one('#empty').value, one('#empty').validity.badInput], rich: one('#rich').innerHTML,
      };
    });
  const before = await state();
  for (const id of ['number', 'empty', 'date', 'area', 'rich']) {
    await tia.page.locator(`#${id}`).focus();
    await tia.page.waitForTimeout(300);
    await tia.scans(sheet.tag);
    await reports('Package tag: Just as printed');
    assert.deepEqual(await state(), before, id);
  }
});

test('at the PIN pad a scan is no PIN, and a PIN is no scan', async () => {
  const sent = [];
  tia.page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/session')) sent.push(request.postData());
  });
  await tia.goto('/');
  await tia.button(/^You/).click();
  await tia.tap('Lock');
  await tia.page.getByRole('group', { name: /Tia Moreno/ }).waitFor();
  // Thirteen digits: six, one too many, and six again.
  for (const enter of [true, false]) {
    await tia.scans('4006381333931', { enter });
    await tia.page.waitForTimeout(600);
  }
  assert.deepEqual(sent, [], 'no PIN was tried');
  await tia.page.keyboard.type(store.people['Tia Moreno'].pin, { delay: 120 });
  await tia.page.getByRole('heading', { level: 1, name: /Hello/ }).waitFor();
  assert.equal(sent.length, 1);
});
