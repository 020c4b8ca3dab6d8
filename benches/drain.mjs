// How long a phone takes to send what it wrote while the Wi-Fi was away: 500 moves, each of which needs
// the one before, by the real outbox in a real browser over the box's own TLS. Timed from the network's
// return to an empty outbox; the box's journal says whether they were done once each and in order. Prints
// one line and never fails for a figure.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const LIMIT_MS = 5000;
const MOVES = 500;
const NAME = `drain of ${MOVES} queued moves, in order`;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

if (!existsSync(CHROMIUM)) {
  console.log(`${NAME}: not measured: there is no ${CHROMIUM}; install it, or set CHROMIUM`);
  process.exit(0);
}
const { Store } = await import('../tests/e2e/support/store.mjs');
const { TAGS } = await import('../tests/e2e/support/files.mjs');
const { bundleApp } = await import('../tests/queue/bundle.mjs');

const folder = mkdtempSync(join(fileURLToPath(new URL('../web/node_modules/', import.meta.url)), '.drain-'));
const store = await Store.open();
try {
  const script = readFileSync(await bundleApp(folder, 'iife'), 'utf8');
  const device = await store.device('Olga Reyes');
  await device.kept();
  await device.context.setOffline(true);
  await device.page.evaluate(`${script}; globalThis.App = App`);
  await write(device.page);
  const took = await drain(device);
  const { entries } = await inOrder();
  const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
  console.log(
    `${NAME} (<= ${seconds(LIMIT_MS)}): ${seconds(took)} (${(MOVES / took * 1000).toFixed(0)}/s), ` +
      `${entries} done once each and in order  ${took <= LIMIT_MS ? 'ok' : 'MISSED'}`,
  );
} finally {
  await store.end();
  rmSync(folder, { recursive: true, force: true });
}

/** A person moves one piece to and fro: every other move puts it back. */
async function write(page) {
  const { id } = store.packages[TAGS.newGummies];
  const bins = [store.places['B-02'].id, store.places['A-01'].id];
  await page.evaluate(
    async ({ id, bins, moves }) => {
      const outbox = new globalThis.App.Outbox();
      await outbox.open();
      const all = Array.from({ length: moves }, (_, n) =>
        outbox.post({
          method: 'POST', path: '/moves', label: `drain ${n}`,
          body: {
            package: id, from: bins[n % 2], to: bins[(n + 1) % 2],
            quantity: { value: '1', unit: 'ea' }, scanned: `drain ${n}`,
          },
        }),
      );
      await Promise.all(all);
      outbox.close();
    },
    { id, bins, moves: MOVES },
  );
}

/** Milliseconds from the network's return until the app's own outbox has sent everything. */
async function drain({ context, page }) {
  await page.evaluate(() => {
    addEventListener('online', () => (globalThis.onlineAt = performance.now()));
  });
  await context.setOffline(false);
  return page.evaluate(async () => {
    const db = globalThis.App.database('backstock');
    while ((await db((one) => one.count('outbox'))) > 0) await new Promise((done) => setTimeout(done, 20));
    return performance.now() - globalThis.onlineAt;
  });
}

async function inOrder() {
  const seen = [];
  for (let page = '/journal?limit=200'; page; ) {
    const { entries, next } = await store.owner.get(page);
    for (const { body } of entries) if (body.data?.scanned?.startsWith('drain ')) seen.unshift(body.data.scanned);
    page = next === null ? null : `/journal?limit=200&before=${next}`;
  }
  const wanted = Array.from({ length: MOVES }, (_, n) => `drain ${n}`);
  if (seen.join() !== wanted.join()) throw new Error(`not once each and in order: ${seen.length} entries`);
  return { entries: seen.length };
}
