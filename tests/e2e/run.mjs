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

/** No file of tests takes nearly as long, on a slow machine neither. */
const LIMIT_MS = 900_000;
const NODE = ['--test', '--test-reporter=spec', '--test-force-exit', '--test-timeout=800000'];

/** The file that runs, with everything that it has started: a process group of its own. */
let running = null;

function end() {
  try {
    if (running) process.kill(-running.pid, 'SIGKILL');
  } catch {
    // All of it has ended already.
  }
  running = null;
}

/** Nothing that a file starts outlives it, and none that hangs holds up the files after it. */
function passes(file) {
  running = spawn(process.execPath, [...NODE, file], { stdio: 'inherit', detached: true });
  const late = setTimeout(() => {
    console.error(`${file} did not end within ${LIMIT_MS / 1000} s`);
    end();
  }, LIMIT_MS);
  return new Promise((done) =>
    running.on('exit', (code) => {
      clearTimeout(late);
      end();
      done(code === 0);
    }),
  );
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    end();
    process.exit(1);
  });
}
const failed = [];
for (const file of files) if (!(await passes(file))) failed.push(file);
if (failed.length > 0) {
  console.error(`failed:\n${failed.map((file) => `  ${file}`).join('\n')}`);
  process.exit(1);
}
