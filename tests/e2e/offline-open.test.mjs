// The app without its box: it opens from the device, keeps nothing that the box answered, and takes a
// newer version only when nothing would be disturbed.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { mark, saved, steps, wasNotReloaded } from './support/acts.mjs';
import { Updated } from './support/updated.mjs';
import { Store } from './support/store.mjs';

let store, box, tia;
const step = steps(() => [tia]);
const offer = () => tia.page.getByText('A new version of the app is ready.');

before(async () => {
  store = await Store.open();
  await store.hire('Tia Moreno', 'technician');
  box = await Updated.open(store.box);
  tia = await store.device('Tia Moreno', { camera: true, via: box });
});

after(async () => {
  await store?.end();
  box?.close();
});

step('one visit keeps every file of the app, and nothing of the API', async () => {
  await tia.kept();
  const kept = await tia.page.evaluate(async () => {
    const names = await caches.keys();
    const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return all.flat().map((request) => new URL(request.url).pathname);
  });
  const loaded = await tia.page.evaluate(() =>
    performance.getEntriesByType('resource').map((one) => new URL(one.name).pathname));
  for (const path of loaded.filter((one) => one.startsWith('/assets/'))) {
    assert.ok(kept.includes(path), `${path} is not kept`);
  }
  for (const part of [/\/index\.html$/, /zxing_reader.*\.wasm$/, /\/worker-.*\.js$/, /\/en-.*\.js$/,
    /\/es-.*\.js$/, /\/manifest\.webmanifest$/, /\/icon-192\.png$/]) {
    assert.ok(kept.some((path) => part.test(path)), `${part} is not kept`);
  }
  assert.deepEqual(kept.filter((path) => path.startsWith('/api')), []);
});

step('with the box dead and the network gone it opens, on any of its addresses', async () => {
  await store.box.kill();
  await tia.context.setOffline(true);
  for (const path of ['/', '/queue', '/P/R7K-2QF', '/check']) {
    const page = await tia.context.newPage();
    await page.goto(store.box.origin + path);
    await page.locator('#app :is(h1, [role=status])').first().waitFor();
    assert.match(await page.title(), /Backstock/);
    const { workerStart } = await page.evaluate(() =>
      performance.getEntriesByType('navigation')[0].toJSON());
    assert.ok(workerStart > 0, `${path} came from the device`);
    await page.close();
  }
});

step('what the box alone can answer is not made up', async () => {
  const page = await tia.context.newPage();
  await page.goto(store.box.origin);
  const asked = await page.evaluate(() => fetch('/api/v1/box').then(() => 'answered', () => 'failed'));
  assert.equal(asked, 'failed');
  await assert.rejects(page.goto(`${store.box.origin}/api/v1/picks/1/slip.pdf`), /ERR_/);
  await page.close();
});

step('the box is back: the app goes on without being loaded again', async () => {
  await tia.context.setOffline(false);
  await store.box.up();
  await tia.goto('/');
  await tia.heading(/Hello/);
});

step('a newer version waits while a write is queued', async () => {
  box.update();
  box.refuse('/api/v1/me');
  await mark(tia);
  await tia.tap(/^You: Tia Moreno/);
  await tia.page.getByRole('dialog').getByText('Español').click();
  await tia.page.keyboard.press('Escape');
  await tia.tap(/^Usted: Tia Moreno/);
  await tia.page.getByRole('link', { name: 'Este dispositivo' }).click();
  // The box has just come back: the app may have looked by itself, and then there is nothing to tap.
  const look = tia.button('Buscar una actualización');
  await look.or(tia.page.getByText(/^Hay una versión nueva\./)).first().waitFor();
  if (await look.isVisible()) await look.click({ timeout: 3_000 }).catch(() => {});
  await tia.sees('Hay una versión nueva. Se ofrece cuando todo esté enviado y nada esté en curso.');
  assert.ok(await tia.button('Actualizar').isDisabled());
  await wasNotReloaded(tia);
});

step('once it is sent the newer version is offered', async () => {
  box.refuse(null);
  const offered = tia.page.getByText('Hay una versión nueva de la aplicación.');
  await offered.waitFor({ timeout: 40_000 });
  await store.owner.until('/users', ({ users }) =>
    users.some((one) => one.name === 'Tia Moreno' && one.language === 'es'));
  await tia.tap(/^Usted: Tia Moreno/);
  await tia.page.getByRole('dialog').getByText('English').click();
  await tia.page.keyboard.press('Escape');
  await offer().waitFor();
  await saved(tia); // else the next page begins in the language that the box knows
});

step('it keeps out of the way of an open camera and of a job', async () => {
  await tia.goto('/');
  await offer().waitFor();
  await mark(tia);
  await tia.tap('Scan with the camera');
  await offer().waitFor({ state: 'hidden' });
  await tia.tap('Close the camera');
  await offer().waitFor();
  await tia.page.getByRole('link', { name: 'Move' }).click();
  await tia.heading(/Move/);
  await offer().waitFor({ state: 'hidden' });
  await tia.page.getByRole('link', { name: 'Home' }).click();
  await offer().waitFor();
  await wasNotReloaded(tia);
});

step('tapped, it takes over and loads the page anew, once', async () => {
  await Promise.all([tia.page.waitForEvent('load'), tia.tap('Update')]);
  await tia.heading(/Hello/);
  assert.equal(await tia.page.evaluate(() => globalThis.untouched), undefined);
  const left = await tia.page.evaluate(async () => {
    const found = await navigator.serviceWorker.getRegistration();
    return { waiting: found.waiting !== null, state: found.active.state };
  });
  assert.deepEqual(left, { waiting: false, state: 'activated' });
  await offer().waitFor({ state: 'hidden' });
});

step('a device whose storage was cleared is told to pair again, and why', async () => {
  const devtools = await tia.context.newCDPSession(tia.page);
  const { origin } = store.box;
  // Off the page: an app whose session is gone under it loads anew by itself, in the middle of the next step.
  await tia.page.goto('about:blank');
  await devtools.send('Storage.clearDataForOrigin', { origin, storageTypes: 'all' });
  await tia.context.clearCookies();
  await tia.goto('/');
  await tia.heading('Add this device');
  await tia.sees(/Was this device added before\? Then its storage was cleared/);
});
