// Proves that the outbox loses nothing and doubles nothing: random sequences of writes, cuts, copies,
// crashes, tabs and people, by the real outbox on a real device database against a real box, with the
// box's journal as the judge. Needs web/node_modules and the built program (BACKSTOCK_BIN or target/).
//
//   node tests/queue/run.mjs [--count 10000] [--seed 1] [--workers 2] [--devices 32]
//
// A sequence that fails names its seed; `--seed N --count 1` runs it alone.

import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { program } from '../e2e/support/box.mjs';
import { bundleApp } from './bundle.mjs';
import { openStore } from './store.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const web = fileURLToPath(new URL('../../web/', import.meta.url));
const { values } = parseArgs({
  options: {
    count: { type: 'string', default: process.env.QUEUE_COUNT ?? '10000' },
    seed: { type: 'string', default: process.env.QUEUE_SEED ?? '1' },
    workers: { type: 'string', default: '2' },
    devices: { type: 'string', default: '32' },
  },
});
const [count, seed, workers, devices] = ['count', 'seed', 'workers', 'devices'].map((name) => {
  const number = Number(values[name]);
  if (Number.isSafeInteger(number) && number > 0) return number;
  console.error(`--${name} needs a whole number above zero, not ${values[name]}`);
  process.exit(2);
});

console.log(`testing ${program()}`);
const started = Date.now();
const folder = mkdtempSync(join(web, 'node_modules/.queue-'));
let store = null;
try {
  const bundle = await bundleApp(folder);
  const many = Math.min(devices, count);
  store = await openStore(many);
  const shares = await Promise.all(share(Math.min(workers, many)).map((given) => work({ ...given, bundle })));
  const failures = shares.flatMap((one) => one.failures);
  store.owner.close();
  const verified = await store.box.end();
  store = null;
  report(shares.map((one) => one.counts), failures, verified);
} catch (error) {
  console.error(error);
  await store?.box.kill();
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Seeds and devices in equal shares, one after the other. */
function share(into) {
  const shares = Array.from({ length: into }, () => ({ devices: [], seeds: [] }));
  store.devices.forEach((device, n) => shares[n % into].devices.push(device));
  for (let n = 0; n < count; n += 1) shares[n % into].seeds.push(seed + n);
  return shares;
}

function work(given) {
  const { origin, rootPem } = store.box;
  const child = fork(join(here, 'worker.mjs'), { stdio: 'inherit' });
  child.send({ ...given, box: { origin, rootPem }, manager: store.owner.cookie });
  return new Promise((done, failed) => {
    child.on('message', (said) => {
      if (said.kind === 'done') done(said);
    });
    child.on('exit', (code) => failed(new Error(`a worker ended with ${code}`)));
  });
}

function report(all, failures, verified) {
  const sum = (name) => all.reduce((total, counts) => total + counts[name], 0);
  const lost = failures.filter(({ text }) => text.includes('LOST')).length;
  const doubled = failures.filter(({ text }) => text.includes('DOUBLED')).length;
  const seconds = Math.round((Date.now() - started) / 1000);
  console.log(
    `queue: ${sum('sequences')} sequences from seed ${seed}, ${sum('writes')} writes, ` +
      `${sum('refusals')} refused and told, ${sum('retried')} tried again, ${sum('withdrawn')} withdrawn, ` +
      `${sum('discarded')} discarded; ${sum('cut')} requests cut, ${sum('duplicates')} duplicates delivered ` +
      `(${sum('after')} of them taken after a refusal), ${sum('crashes')} tabs crashed, ` +
      `${sum('switches')} people switched, ${sum('storage')} storage failures, ` +
      `${sum('unproven')} signatures without a registered key; ` +
      `lost ${lost}, doubled ${doubled}; ${seconds} s`,
  );
  console.log(`the box's books: ${JSON.stringify(verified)}`);
  for (const { seed: failed, text } of failures.slice(0, 3)) {
    console.error(`\nseed ${failed} failed (node tests/queue/run.mjs --seed ${failed} --count 1):\n${text}`);
  }
  if (failures.length > 0 || sum('sequences') !== count) process.exitCode = 1;
}
