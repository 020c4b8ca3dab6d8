// How long a phone takes to open the app while the box is dead: a new browser process, its processor
// slowed down six times, from the address being opened until the first screen stands and answers a tap.
// Prints one line and never fails for a figure.

import { existsSync } from 'node:fs';

const LIMIT_MS = 1500;
const SLOWER = 6;
const RUNS = 7;
const NAME = `cold offline open to usable, at ${SLOWER}x CPU throttle`;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** What a person taps first. */
const USABLE = '#app main :is(a, button):not([disabled])';

if (!existsSync(CHROMIUM)) {
  console.log(`${NAME}: not measured: there is no ${CHROMIUM}; install it, or set CHROMIUM`);
  process.exit(0);
}
const { Store } = await import('../tests/e2e/support/store.mjs');

const store = await Store.open();
const took = [];
let killed = false;
try {
  const device = await store.device('Olga Reyes');
  await device.kept();
  await store.box.kill();
  killed = true;
  for (let run = 0; run < RUNS; run += 1) {
    await device.restart();
    took.push(await open(device));
  }
} finally {
  if (killed) await store.box.up();
  await store.end();
}
const sorted = took.toSorted((a, b) => a - b);
const median = sorted[(RUNS - 1) / 2];
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;
console.log(
  `${NAME} (<= ${seconds(LIMIT_MS)}): ${seconds(median)} ` +
    `(median of ${RUNS}; ${seconds(sorted[0])} to ${seconds(sorted.at(-1))})  ` +
    `${median <= LIMIT_MS ? 'ok' : 'MISSED'}`,
);

/** Milliseconds by the page's own clock, which starts when the address is opened. */
async function open({ context, page, box }) {
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.addInitScript((usable) => {
    // Drawn, not covered, and in reach: what a tap in its middle would hit. Looked at in every frame.
    const look = () => {
      const target = document.querySelector(usable);
      const { x, y, width, height } = target?.getBoundingClientRect() ?? {};
      const hit = width > 0 && document.elementFromPoint(x + width / 2, y + height / 2);
      if (hit && target.contains(hit)) globalThis.usableAt = performance.now();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, USABLE);
  await page.goto(box.origin, { waitUntil: 'commit', timeout: 60_000 });
  await page.waitForFunction(() => globalThis.usableAt > 0, null, { timeout: 60_000 });
  return page.evaluate(() => globalThis.usableAt);
}
