// The camera as phones have it: labels as large as a hand holds them, blurred, noisy, dim, askew and
// upright; black video; one stream; the person's No; the lens they chose.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NOISY } from './support/camera.mjs';
import { TAGS } from './support/files.mjs';
import { opensCamera, reads, readsSoFar, watches } from './support/reads.mjs';
import { GUMMIES_UPC, Store } from './support/store.mjs';

/** The camera counts a code again only after it was out of sight this long. */
const AWAY_MS = 1_800;

let store, phone;
let allRead = [];

before(async () => {
  store = await Store.open();
  phone = await store.device('Olga Reyes', { camera: true });
  await phone.context.addInitScript(() => {
    globalThis.opened = 0;
    const { mediaDevices } = navigator;
    const open = mediaDevices.getUserMedia.bind(mediaDevices);
    mediaDevices.getUserMedia = (wanted) => {
      globalThis.opened += 1;
      return open(wanted);
    };
  });
});

after(() => store?.end());

const CODES = {
  tag: [() => TAGS.flower, 'showsTag', (text) => text === TAGS.flower],
  QR: [() => store.label('A-01'), 'showsQr', (text) => text === store.label('A-01')],
  UPC: [() => GUMMIES_UPC, 'showsUpc', (text) => text.endsWith(GUMMIES_UPC)],
};

test('the camera opens on the set-up screen', async () => {
  await watches(phone);
  await opensCamera(phone);
});

for (const [name, seen] of [
  ['noisy and blurred', NOISY],
  ['upright', { ...NOISY, turn: 90 }],
  ['askew by 12 degrees', { ...NOISY, turn: 12 }],
  ['askew by -34 degrees', { ...NOISY, turn: -34 }],
  ['in a dim room', { blur: 0.8, noise: 8, light: 0.35 }],
]) {
  for (const [code, [text, shows, right]] of Object.entries(CODES)) {
    test(`a ${code}, ${name}`, async () => {
      phone.camera.showsNothing(seen);
      await phone.page.waitForTimeout(AWAY_MS);
      allRead.push(...(await readsSoFar(phone)));
      await phone.camera[shows](text(), seen);
      const shown = await reads(phone);
      allRead.push(...shown);
      assert.ok(shown.every((one) => right(one.text)), JSON.stringify(shown));
    });
  }
}

test('nothing else was ever read', async () => {
  const known = Object.values(CODES).map(([, , right]) => right);
  const wrong = allRead.filter(({ text }) => !known.some((right) => right(text)));
  assert.deepEqual(wrong, []);
});

test('closed and opened again it is one stream', async () => {
  const before = await phone.page.evaluate(() => globalThis.opened);
  for (let n = 0; n < 3; n += 1) {
    await phone.tap('Close the camera');
    await opensCamera(phone);
  }
  assert.equal(await phone.page.evaluate(() => globalThis.opened), before);
  assert.equal(before, 1);
});

test('black video is said, started anew, and read once there is a picture', async () => {
  phone.camera.showsBlack();
  await phone.sees('The camera shows nothing');
  await phone.page.waitForFunction(() => globalThis.opened > 1);
  await readsSoFar(phone);
  await phone.camera.showsTag(TAGS.vape, NOISY);
  const [first] = await reads(phone);
  assert.equal(first.text, TAGS.vape);
  await phone.sees('Hold 4 to 8 inches away');
});

test('a photograph is read where there is no live camera, and a person’s No has a way out', async () => {
  const refused = await store.device('Olga Reyes', { camera: 'denied' });
  await watches(refused);
  await refused.tap('Scan with the camera');
  await refused.sees('The camera is not allowed');
  await refused.button('Type a code').first().waitFor();
  const { data } = JSON.parse(
    await refused.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(400, 300);
      const pen = canvas.getContext('2d');
      pen.fillStyle = '#888';
      pen.fillRect(0, 0, 400, 300);
      const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
      return JSON.stringify({ data: [...bytes] });
    }),
  );
  const file = { name: 'shelf.png', mimeType: 'image/png', buffer: Buffer.from(data) };
  await refused.page.locator('input[type=file]').setInputFiles(file);
  await refused.sees('No code found in the picture');
});

test('the lens that was chosen is remembered on the device', async () => {
  const two = await store.device('Olga Reyes', { camera: 'two' });
  await watches(two);
  await opensCamera(two);
  await two.tap('Choose the lens');
  const sheet = two.page.getByRole('dialog', { name: 'Choose the lens' });
  const chosen = sheet.getByRole('button', { pressed: true });
  const first = await chosen.innerText();
  const other = sheet.locator('li button:not([aria-pressed=true])');
  const name = await other.innerText();
  assert.notEqual(name, first);
  await other.click();
  await two.sees('Hold 4 to 8 inches away');
  await two.page.reload();
  await two.heading('Scanner set-up');
  await opensCamera(two);
  await two.tap('Choose the lens');
  assert.equal(await chosen.innerText(), name);
});
