// The store's own certificate, by its screen: installed from files, refused in words, used by a phone
// that trusts no root of the box, told of on the home before it ends, and removed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Issued } from './support/authority.mjs';
import { faultsOf, withAxe } from './support/axe.mjs';
import { DESK, PHONE } from './support/profile.mjs';
import { Store } from './support/store.mjs';

const NAME = 'store5.example.com';
let store, office, page, long, short;

before(async () => {
  [long, short] = [new Issued(NAME, 60), new Issued(NAME, 10)];
  store = await Store.open();
  office = await store.device('Olga Reyes', { bypassCSP: true });
  ({ page } = office);
  await withAxe(office.context);
});

after(async () => {
  long?.clear();
  short?.clear();
  await store?.end();
});

const choose = (label, file) => page.getByLabel(label).and(page.locator('input')).setInputFiles(file);

async function clean(what) {
  for (const [size, colorScheme] of [[DESK, 'dark'], [PHONE, 'light']]) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // What turns for ever (a busy button) never finishes, and need not.
    await page.evaluate(() => {
      const all = document.getAnimations();
      const ending = all.filter((one) => Number.isFinite(one.effect.getTiming().iterations));
      return Promise.allSettled(ending.map((one) => one.finished));
    });
    assert.deepEqual(await faultsOf(page), [], `${what} ${size.width} ${colorScheme}`);
  }
  await page.setViewportSize(PHONE);
}

test('what is missing is said in words, and what is whole is taken', async () => {
  await office.goto('/admin/settings');
  await page.getByRole('link', { name: /Certificates/ }).click();
  await office.sees('None is installed');
  await clean('none installed');
  await office.tap('Install a certificate');
  await choose('Choose a file: certificate and chain', long.files.leaf);
  await choose('Choose a file: private key', long.files.key);
  await office.tap('Install');
  await office.sees('An intermediate certificate is missing: add the one of “Test Root”.');
  await clean('refused');
  await choose('Choose a file: certificate and chain', long.files.chain);
  await office.tap('Install');
  await office.sees('In use');
  await office.sees('Test Root');
  await clean('installed');
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.doesNotMatch(kept, /PRIVATE KEY/);
});

test('a phone without the box’s root opens the app by that name', async () => {
  const { port } = new URL(store.box.origin);
  const named = { origin: `https://${NAME}:${port}`, facts: { host: NAME }, rootPem: long.rootPem };
  const phone = await store.profile({ box: named });
  const { code } = await store.owner.post('/pairings', { kind: 'own' });
  await phone.pair(code, 'Phone of the domain');
  await phone.signIn('Olga Reyes', store.people['Olga Reyes'].pin);
  assert.equal(new URL(phone.page.url()).hostname, NAME);
});

test('its end is told on the home, in both languages', async () => {
  await page.reload();
  await office.tap('Install another one');
  await page.getByLabel('Certificate and chain', { exact: true }).fill('nothing');
  await office.tap('Install');
  await office.sees('There is no certificate in it.');
  await choose('Choose a file: certificate and chain', short.files.chain);
  await choose('Choose a file: private key', short.files.key);
  await office.tap('Install');
  await office.sees('Ends soon');
  await office.goto('/');
  await office.sees('The store’s own certificate ends in 9 days');
  await clean('the home');
  await store.owner.put('/me', { language: 'es' });
  await office.goto('/');
  await office.sees('El certificado de la tienda vence en 9 días');
  await page.getByRole('link', { name: 'Verlo' }).click();
  await office.sees('Vence pronto');
  await clean('in Spanish');
  await office.tap('Instalar otro');
  await clean('installing in Spanish');
  await office.tap('Cerrar');
});

test('removed, its name is answered no more', async () => {
  await store.owner.put('/me', { language: 'en' });
  await office.goto('/admin/certificate');
  await office.tap('Remove it');
  await office.sees(`The box no longer answers to ${NAME}.`);
  await clean('removing');
  await page.getByRole('dialog').getByRole('button', { name: 'Remove it' }).click();
  await office.sees('None is installed');
  assert.equal((await store.owner.get('/certificate')).brought, null);
});
