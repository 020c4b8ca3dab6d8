// Compresses what the build made, once and as small as it goes, so that the box need not for every
// phone: beside each file that shrinks lie its Brotli and gzip forms, which the box serves in its stead.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const SHRINKS = /\.(html|js|css|svg|wasm|webmanifest)$/;

/** A form that saves less than this is not worth its place in the program. */
const WORTH = 0.95;

async function compressFile(path: string): Promise<void> {
  const content = await readFile(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  const forms: [string, Buffer][] = [
    ['.br', await promisify(brotliCompress)(content, { params })],
    ['.gz', await promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION })],
  ];
  for (const [ending, form] of forms) {
    if (form.length < content.length * WORTH) await writeFile(path + ending, form);
  }
}

let folder = '';

export const compress: Plugin = {
  name: 'compress',
  apply: 'build',
  configResolved: (config) => void (folder = join(config.root, config.build.outDir)),
  closeBundle: {
    // After the service worker is written, which must not list these forms as files of their own.
    order: 'post',
    sequential: true,
    async handler() {
      const names = await readdir(folder, { recursive: true });
      const files = names.filter((name) => SHRINKS.test(name));
      await Promise.all(files.map((name) => compressFile(join(folder, name))));
    },
  },
};
