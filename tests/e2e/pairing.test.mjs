// Adding a device inside the app: by the camera, which reads the code off the manager's screen, and by
// typing, with every way a code can fail.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { steps } from './support/acts.mjs';
import { DESK } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, office, phone, other;
const step = steps(() => [office, phone, other]);
const fault = (profile) => profile.page.getByRole('alert');
const types = async (profile, code) => {
  await profile.fill('Pairing code', code);
  await profile.tap('Add this device');
};

before(async () => {
  store = await Store.open();
  office = await store.device('Olga Reyes', { size: DESK });
  phone = await store.profile({ camera: true });
  other = await store.profile();
});

after(() => store?.end());

step('the camera reads the code off the manager’s screen', async () => {
  await office.goto('/admin/devices');
  await office.tap('Add device');
  await office.page.getByRole('dialog').getByLabel(/name/i).fill('Front phone');
  await office.tap('Show the code');
  const picture = office.page.getByRole('dialog').getByRole('img');
  await picture.waitFor();
  const url = await read(picture);
  assert.match(url, new RegExp(`^HTTPS://${store.box.facts.host}(:\\d+)?/E/`, 'i'));
  await phone.goto('/');
  await phone.tap('Scan the code');
  await phone.camera.showsQr(url);
  await phone.heading('Who is working?');
  await office.sees(/Front phone/);
  const { devices } = await store.owner.get('/devices');
  assert.equal(devices.filter((one) => one.name === 'Front phone').length, 1);
});

step('another code in front of the camera is no pairing code', async () => {
  other = await store.profile({ camera: true });
  await other.goto('/');
  await other.tap('Scan the code');
  await other.camera.showsQr(store.label('A-01'));
  await other.sees('That is no pairing code. Scan the square code on the manager’s screen.');
});

step('a code that nobody made is refused', async () => {
  await types(other, 'ABCD-EFGH');
  await fault(other).getByText(/That code does not fit/).waitFor();
});

step('a code that was withdrawn, and one that was used, no longer work', async () => {
  const withdrawn = await store.owner.post('/pairings', { kind: 'shared' });
  await store.owner.send('DELETE', `/pairings/${withdrawn.id}`, {});
  await types(other, withdrawn.code);
  await fault(other).getByText(/This pairing code no longer works/).waitFor();
  const used = await store.owner.post('/pairings', { kind: 'shared' });
  const api = await store.profile();
  await api.pair(used.code, 'Somebody else’s');
  await api.heading('Who is working?');
  await types(other, used.code);
  await fault(other).getByText(/This pairing code no longer works/).waitFor();
});

step('who guesses is made to wait, and told how long', async () => {
  for (let guess = 0; guess < 12; guess += 1) {
    await types(other, 'ABCD-EFGH');
    const said = fault(other).getByText(/does not fit|Too many tries/);
    await said.waitFor();
    if (/Too many/.test(await said.innerText())) break;
    await other.button('Add this device').isEnabled();
  }
  await fault(other).getByText(/Too many tries\. Wait \d+ s/).waitFor();
});

step('a right code, typed small and without its dash, adds the device', async () => {
  const pairing = await store.owner.post('/pairings', { kind: 'own' });
  await other.page.waitForTimeout(12_000); // one guess in ten seconds is given back
  await other.fill('Name of this device', 'Back tablet');
  await types(other, pairing.code.toLowerCase().replace('-', ''));
  await other.heading('Who is working?');
  const { devices } = await store.owner.get('/devices');
  assert.ok(devices.some((one) => one.name === 'Back tablet'));
});

/** What a phone would read off a picture on the screen. */
async function read(picture) {
  const { codesIn } = await import('./support/camera.mjs');
  const raster = await picture.evaluate(async (image) => {
    const canvas = new OffscreenCanvas(480, 480);
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 480, 480);
    context.drawImage(image, 40, 40, 400, 400);
    const { data } = context.getImageData(0, 0, 480, 480);
    return Array.from({ length: 480 * 480 }, (_, n) => data[n * 4]);
  });
  const [code] = await codesIn({ data: Uint8Array.from(raster), width: 480, height: 480 });
  return code.text;
}
