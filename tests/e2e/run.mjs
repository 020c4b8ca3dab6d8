// Runs the browser tests one file after the other: node tests/e2e/run.mjs [name ...]
// They need the built program with the app in it (BACKSTOCK_BIN or target/), Chromium, certutil
// (libnss3-tools), openssl, pdftoppm (poppler-utils), and web/node_modules.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { program } from './support/box.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.mjs'))
  .filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))
  .map((name) => folder + name);

const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const missing = [
  [existsSync(chromium), `${chromium} (apt-get install chromium, or set CHROMIUM)`],
  [!spawnSync('certutil', ['--help']).error, 'certutil (apt-get install libnss3-tools)'],
  [!spawnSync('openssl', ['version']).error, 'openssl (apt-get install openssl)'],
  [!spawnSync('pdftoppm', ['-v']).error, 'pdftoppm (apt-get install poppler-utils)'],
  [existsSync(`${folder}../../web/node_modules/playwright-core`), 'web/node_modules (npm ci in web)'],
].filter(([there]) => !there);
if (missing.length > 0) {
  console.error(`The browser tests cannot run here. Missing:\n${missing.map(([, what]) => `  ${what}`).join('\n')}`);
  process.exit(2);
}
if (files.length === 0) {
  console.error(`no test file is called ${wanted.join(' or ')}`);
  process.exit(2);
}
console.log(`testing ${program()}`);
const run = spawn(
  process.execPath,
  ['--test', '--test-concurrency=1', '--test-reporter=spec', '--test-timeout=600000', ...files],
  { stdio: 'inherit' },
);
run.on('exit', (code, signal) => process.exit(signal ? 1 : code));
