// Lighthouse's scores of the screens that people meet first and use most, on a phone as Lighthouse
// simulates one (slow 4G, a quarter of the processor), over the box's own TLS with its root trusted.
// Prints a line per screen and never fails for a score.

import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const LIMIT = 95;
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** Lighthouse now and then cannot score a run on a busy machine. */
const TRIES = 3;

const skip = (why) => {
  console.log(`Lighthouse: not measured: ${why}`);
  process.exit(0);
};
if (!existsSync(CHROMIUM)) skip(`there is no ${CHROMIUM}; install it, or set CHROMIUM`);
let lighthouse;
try {
  // The web app's development dependencies hold it.
  const require = createRequire(new URL('../web/package.json', import.meta.url));
  ({ default: lighthouse } = await import(pathToFileURL(require.resolve('lighthouse'))));
} catch {
  skip('it is not installed; run: cd web && npm ci');
}
const { Store } = await import('../tests/e2e/support/store.mjs');
const { GUMMIES } = await import('../tests/e2e/support/files.mjs');

const store = await Store.open();
try {
  const waiting = await store.owner.post('/pairings', { kind: 'own' });
  const stranger = await store.profile();
  await stranger.pair(waiting.code, 'Phone');
  await stranger.heading(/.+/);
  await screen('sign-in', stranger, '/');

  const owner = await store.device('Olga Reyes');
  await screen('request', owner, '/request');
  const request = await store.request(store.owner, [[GUMMIES, '3']]);
  const pick = await store.owner.post(`/requests/${request.id}/claim`);
  await screen('pick', owner, `/picks/${pick.id}`);
} finally {
  for (const profile of store.profiles) rmSync(profile.home, { recursive: true, force: true, maxRetries: 5 });
  store.profiles = [];
  await store.end();
}

/** Runs Lighthouse in the profile, with what it is signed in as. */
async function screen(name, profile, path) {
  await profile.context.close();
  const data = join(profile.home, 'profile');
  rmSync(join(data, 'DevToolsActivePort'), { force: true });
  const browser = spawn(
    CHROMIUM,
    [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
      `--host-resolver-rules=MAP ${store.box.facts.host} 127.0.0.1`,
      `--user-data-dir=${data}`, '--remote-debugging-port=0', 'about:blank',
    ],
    { env: { ...process.env, HOME: profile.home }, stdio: 'ignore' },
  );
  const ended = new Promise((done) => browser.on('exit', done));
  try {
    tell(name, await scored(store.box.origin + path, await port(data)));
  } finally {
    browser.kill('SIGTERM');
    await ended;
  }
}

async function scored(url, port) {
  let result;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const ran = await lighthouse(url, {
      port, output: 'json', logLevel: 'error', onlyCategories: CATEGORIES, disableStorageReset: true,
    });
    result = ran.lhr;
    if (CATEGORIES.every((category) => result.categories[category].score !== null)) break;
  }
  return result;
}

function tell(name, result) {
  const scores = CATEGORIES.map((category) => [category, Math.round((result.categories[category].score ?? NaN) * 100)]);
  const met = scores.every(([, score]) => score >= LIMIT);
  const shown = scores.map(([category, score]) => `${category} ${score}`).join(', ');
  console.log(`Lighthouse, ${name} (each >= ${LIMIT}): ${shown}  ${met ? 'ok' : 'MISSED'}`);
  if (met) return;
  if (result.runtimeError) console.log(`  ${result.runtimeError.message}`);
  for (const [category, score] of scores) {
    if (score >= LIMIT) continue;
    for (const { id, weight } of result.categories[category].auditRefs) {
      const audit = result.audits[id];
      if (weight > 0 && audit.score !== null && audit.score < 0.9) {
        console.log(`  ${category}: ${audit.title} ${audit.displayValue ?? ''}`);
      }
    }
  }
}

async function port(data) {
  const file = join(data, 'DevToolsActivePort');
  for (let tried = 0; tried < 200; tried += 1) {
    const told = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    if (told.length > 1) return Number(told[0]);
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('Chromium did not start');
}
