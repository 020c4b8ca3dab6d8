import { afterEach, beforeEach, expect, it } from 'vitest';
import { session } from '../session.svelte.ts';
import { FORMATS, scanner, type Scan } from './index.svelte.ts';

let heard: string[] = [];
let undo: (() => void)[] = [];

const listen = (name: string, answer?: boolean, only?: (scan: Scan) => boolean) =>
  undo.push(
    scanner.push({
      handler: async (scan) => {
        heard.push(`${name} ${scan.parsed.kind}`);
        return answer;
      },
      only,
      formats: name === 'top' ? ['QRCode'] : undefined,
    }),
  );

beforeEach(() => {
  heard = [];
  session.stage = 'signed_in';
  session.locked = null;
});
afterEach(() => {
  for (const each of undo) each();
  undo = [];
  session.stage = 'starting';
  session.locked = null;
});

it('gives a scan to the topmost that wants it', async () => {
  listen('bottom');
  listen('middle', false);
  listen('top', undefined, (scan) => scan.parsed.kind === 'code');
  await scanner.submit('036000291452', 'wedge');
  expect(heard).toEqual(['middle gtin', 'bottom gtin']);
  heard = [];
  await scanner.submit('7RK-2QY', 'typed');
  expect(heard).toEqual(['top code']);
});

it('looks for what the topmost asks, and for everything again when it is gone', () => {
  listen('bottom');
  listen('top');
  expect(scanner.formats).toEqual(['QRCode']);
  undo.pop()!();
  expect(scanner.formats).toEqual(FORMATS);
});

it('is deaf under the lock', async () => {
  listen('bottom');
  session.locked = 'idle';
  await scanner.submit('036000291452', 'wedge');
  expect(heard).toEqual([]);
});
