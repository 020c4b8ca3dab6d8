// Runs sequences on its share of the devices, each device one after the other, all devices at once. Stops
// at the first that fails, and says its seed.

import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Api } from '../e2e/support/api.mjs';
import { Device } from './device.mjs';
import { Ledger } from './ledger.mjs';
import { Sequence } from './sequence.mjs';

const require = createRequire(new URL('../../web/package.json', import.meta.url));
await import(pathToFileURL(require.resolve('fake-indexeddb/auto')));

export const COUNTS = [
  'sequences', 'writes', 'refusals', 'duplicates', 'cut', 'crashes', 'switches', 'withdrawn', 'discarded',
  'retried', 'storage', 'unproven', 'after',
];

process.on('message', async ({ box, manager, devices, seeds, bundle }) => {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, 0]));
  const app = await import(pathToFileURL(bundle));
  const reader = new Api(box, { cookie: manager });
  const ledger = new Ledger(reader);
  const failures = [];
  let next = 0;
  const work = async (given) => {
    const api = new Api(box, { cookie: given.cookie });
    const device = new Device(given, { app, api, ledger, counts });
    while (next < seeds.length && failures.length === 0) {
      const seed = seeds[next++];
      try {
        await new Sequence(seed, device).run();
      } catch (error) {
        failures.push({ seed, text: error.stack ?? String(error) });
      }
      if (counts.sequences % 50 === 0) process.send({ kind: 'at', sequences: counts.sequences });
    }
    api.close();
  };
  await Promise.all(devices.map(work));
  await ledger.read();
  for (const token of ledger.doubled) failures.push({ seed: token.split(':')[0], text: `DOUBLED: ${token}` });
  reader.close();
  if (process.env.QUEUE_CPU) console.log('cpu', process.cpuUsage());
  process.send({ kind: 'done', counts, failures }, () => process.exit(0));
});
