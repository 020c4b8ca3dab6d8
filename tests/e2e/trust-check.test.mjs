// Whether a device trusts the box: green only where a service worker registers on the box's own origin;
// red, with the way out, where somebody merely clicked the warning away.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { faultsOf, withAxe } from './support/axe.mjs';
import { Store } from './support/store.mjs';

const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) ' +
  'Version/18.5 Mobile/15E148 Safari/604.1';
let store;

before(async () => {
  store = await Store.open();
});

after(async () => {
  // The browser's own line for each worker that it refused, which is what these tests are about.
  for (const profile of store?.profiles ?? []) {
    profile.faults = profile.faults.filter((one) => !/SSL certificate error/.test(one));
  }
  await store?.end();
});

test('a device that trusts the box is told so, and what to do next', async () => {
  const device = await store.profile({ bypassCSP: true });
  await withAxe(device.context);
  await device.goto('/check');
  await device.sees('This device trusts the box');
  await device.sees('Next: put the app on the home screen');
  await device.kept();
  assert.deepEqual(await faultsOf(device.page), []);
  await device.page.getByRole('link', { name: 'Go on in the browser' }).click();
  await device.heading('Add this device');
});

test('past a clicked-away warning it is red, and leads to the page with the certificate', async () => {
  const device = await store.profile({ trusting: false, bypassCSP: true });
  await withAxe(device.context);
  await clicksTheWarningAway(device, '/check');
  await device.sees('This device does not trust the box yet');
  const way = device.page.getByRole('link', { name: 'How to trust the box' });
  const port = new URL(`http://${store.box.facts.http}`).port;
  assert.equal(await way.getAttribute('href'), `http://${store.box.facts.host.split(':')[0]}:${port}/`);
  assert.deepEqual(await faultsOf(device.page), []);
  await device.tap('Check again');
  await device.sees('This device does not trust the box yet');
  await way.click();
  await device.page.waitForURL(/^http:/);
  await device.sees(/trust/i);
});

test('an app that was opened past the warning says what it will not do', async () => {
  const device = await store.profile({ trusting: false });
  await clicksTheWarningAway(device, '/');
  await device.heading('Add this device');
  await device.sees('This device does not trust the box yet: the app will not open without the network.');
  await device.page.getByRole('link', { name: 'Check this device' }).click();
  await device.heading('Does this device trust the box?');
});

test('under another name it offers the box’s own', async () => {
  const device = await store.profile();
  const { port } = new URL(store.box.origin);
  await device.page.goto(`https://localhost:${port}/check`);
  await device.sees('This is not the box’s own address');
  await device.page.getByRole('link', { name: 'Go to the box’s own address' }).click();
  await device.sees('This device trusts the box');
  assert.equal(device.page.url(), `${store.box.origin}/check`);
});

test('an iPhone is told to install first, since the installed app does not share its sign-in', async () => {
  // Which never offers to install anything by itself.
  const init = () =>
    addEventListener('beforeinstallprompt', (event) => event.stopImmediatePropagation());
  const device = await store.profile({ userAgent: IPHONE, init });
  await device.goto('/');
  await device.heading('First put the app on the home screen');
  await device.sees('Choose “Add to Home Screen”, then “Add”.');
  await device.tap('Add it here in the browser anyway');
  await device.heading('Add this device');
});

/** As people do who are in a hurry; the browser then shows the page, camera and all. */
async function clicksTheWarningAway(device, path) {
  await assert.rejects(device.goto(path), /ERR_CERT_AUTHORITY_INVALID/);
  await device.page.locator('#details-button').evaluate((button) => button.click());
  await device.page.locator('#proceed-link').evaluate((link) => link.click());
  await device.page.waitForURL(store.box.origin + path);
}
