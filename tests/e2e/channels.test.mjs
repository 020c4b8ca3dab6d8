// Alerts outside the store, set up by hand: the webhook's key is shown once, a test tells whether it
// arrives, and what the other side says is said.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before } from 'node:test';
import { steps } from './support/acts.mjs';
import { DESK } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, office, server, key;
let status = 204;
const told = [];
const step = steps(() => [office]);
const sheet = () => office.page.getByRole('dialog');
const hook = () => `http://127.0.0.1:${server.address().port}/alerts`;

before(async () => {
  server = createServer(async (asked, answer) => {
    let body = '';
    for await (const bytes of asked) body += bytes;
    told.push({ headers: asked.headers, body });
    answer.writeHead(status).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  store = await Store.open();
  office = await store.device('Olga Reyes', { size: DESK });
});

after(async () => {
  server?.close();
  await store?.end();
});

step('an address that anybody could read is refused, and the sheet stays', async () => {
  await office.goto('/admin/settings');
  await office.page.getByRole('link', { name: /Alerts outside the store/ }).click();
  await office.tap('Set up a webhook');
  await sheet().getByLabel('Web address').fill('http://hooks.example.com/alerts');
  await sheet().getByRole('button', { name: 'Save' }).click();
  await sheet().getByText(/needs https:/).waitFor();
});

step('a webhook is set up, and its signing key is shown once', async () => {
  await sheet().getByLabel('Web address').fill(hook());
  await sheet().getByRole('button', { name: 'Save' }).click();
  await office.page.getByRole('heading', { name: 'The signing key' }).waitFor();
  key = await sheet().getByText(/^whsec_/).textContent();
  await office.tap('I have it');
  await office.page.getByText(key).waitFor({ state: 'detached' });
  await office.sees('Nothing was sent yet');
});

step('a test arrives there, signed', async () => {
  await office.tap('Send a test');
  await office.sees('The last message arrived');
  const [{ headers, body }] = told;
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const mac = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'));
  assert.equal(headers['webhook-signature'], `v1,${mac.update(signed).digest('base64')}`);
  assert.equal(JSON.parse(body).type, 'test');
});

step('what the other side refuses is said, and comes once it takes it', async () => {
  status = 503;
  await office.tap('Send a test');
  await office.sees('It refused the message');
  await office.sees(/503 Service Unavailable/);
  status = 204;
  await office.sees('The last message arrived');
  assert.equal(new Set(told.map((one) => one.headers['webhook-id'])).size, 2);
});

step('taken away, nothing of it is left', async () => {
  await office.tap('Remove');
  await sheet().getByRole('button', { name: 'Remove' }).click();
  await office.sees('No webhook');
});
