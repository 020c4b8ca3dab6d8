// The printed slip: its QR is read from the page as a phone sees it, and opens the pick.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { shown } from './support/acts.mjs';
import { codesIn } from './support/camera.mjs';
import { FLOWER, GUMMIES } from './support/files.mjs';
import { rasterised } from './support/paper.mjs';
import { TABLET } from './support/profile.mjs';
import { Store } from './support/store.mjs';

/** 150 dots an inch: less than any printer prints. */
const PAPERS = { letter: [1275, 1650], a4: [1240, 1754] };
let store, ben, tia, pick, device;

before(async () => {
  store = await Store.open();
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  ben = await store.api('Ben Ito');
  tia = await store.api('Tia Moreno');
  const request = await store.request(ben, [[GUMMIES, '45'], [FLOWER, '2']]);
  pick = await tia.post(`/requests/${request.id}/claim`);
  device = await store.device('Tia Moreno', { kind: 'shared', size: TABLET });
});

after(async () => {
  ben?.close();
  tia?.close();
  await store?.end();
});

for (const [paper, [width, height]] of Object.entries(PAPERS)) {
  test(`the QR of the ${paper} slip opens the pick`, async () => {
    const { status, bytes, headers } = await tia.raw('GET', `/picks/${pick.id}/slip.pdf?paper=${paper}`);
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'application/pdf');
    const page = rasterised(bytes, store.box.folder);
    assert.ok(Math.abs(page.width - width) <= 1 && Math.abs(page.height - height) <= 1,
      `${paper} is ${page.width} by ${page.height}`);
    const codes = (await codesIn(page)).filter((one) => /\/P\//i.test(one.text));
    assert.equal(codes.length, 1, 'one code of a pick on the page');
    const read = new URL(codes[0].text);
    assert.equal(read.host, new URL(store.box.origin).host, 'it leads to this box');
    await device.page.goto(codes[0].text);
    await device.heading(`Pick ${shown(pick.code)}`);
    assert.equal(new URL(device.page.url()).pathname, `/picks/${pick.id}`);
  });
}

test('scanned inside the app it opens the pick too', async () => {
  await device.goto('/queue');
  await device.heading('Queue');
  await device.scans(`HTTPS://${store.box.facts.host.toUpperCase()}/P/${pick.code.replace('-', '')}`);
  await device.heading(`Pick ${shown(pick.code)}`);
});
