// A printed page as a scanner sees it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The first page of a PDF as grey dots, by poppler; `folder` is for its files. */
export function rasterised(pdf, folder, dpi = 150) {
  const file = join(folder, 'page.pdf');
  const out = join(folder, 'page');
  writeFileSync(file, pdf);
  const ran = spawnSync('pdftoppm', ['-r', String(dpi), '-gray', '-f', '1', '-l', '1', '-singlefile', file, out]);
  if (ran.error) throw new Error('pdftoppm is missing: apt-get install poppler-utils');
  assert.equal(ran.status, 0, String(ran.stderr));
  const pgm = readFileSync(`${out}.pgm`);
  const [head, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.subarray(0, 40).toString('latin1'));
  return { data: pgm.subarray(head.length), width: Number(width), height: Number(height) };
}
