// The browser's driver and the code reader are the web app's own development dependencies.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';

const require = createRequire(new URL('../../../web/package.json', import.meta.url));

export const { chromium } = require('playwright-core');
export const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const reader = require('zxing-wasm/reader');
const writer = require('zxing-wasm/writer');
for (const [part, name] of [[reader, 'reader'], [writer, 'writer']]) {
  const wasmBinary = readFileSync(require.resolve(`zxing-wasm/${name}/zxing_${name}.wasm`));
  part.prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasmBinary).buffer } });
}
export const { readBarcodes } = reader;
export const { writeBarcode } = writer;
