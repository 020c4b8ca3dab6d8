// Decodes one picture at a time, off the page's thread. The wasm is the box's own file: nothing is
// ever fetched from elsewhere.

import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import type { CodeFormat } from './index.svelte.ts';

export interface Job {
  id: number;
  picture: ImageBitmap;
  formats: readonly CodeFormat[];
  /** Rotated, inverted and scaled too: slow, for every third frame and for stills. */
  thorough: boolean;
}
export interface Reading {
  text: string;
  /** EAN and UPC misread with a right check digit: they want a second agreeing reading. */
  doubtful: boolean;
}
export type Reply =
  | { kind: 'ready' }
  | { kind: 'failed'; why: string }
  | { kind: 'done'; id: number; reading: Reading | null; dark: boolean };

const canvas = new OffscreenCanvas(1, 1);
const pen = canvas.getContext('2d', { willReadFrequently: true })!;

const loaded = prepareZXingModule({
  overrides: { locateFile: (path: string) => (path.endsWith('.wasm') ? wasmUrl : path) },
  fireImmediately: true,
});
loaded.then(
  () => reply({ kind: 'ready' }),
  (error: unknown) => reply({ kind: 'failed', why: String(error) }),
);

function reply(message: Reply): void {
  (self as unknown as Worker).postMessage(message);
}

self.onmessage = async (event: MessageEvent<Job>) => {
  const { id, picture, formats, thorough } = event.data;
  let reading: Reading | null = null;
  let dark = false;
  try {
    await loaded;
    const image = pixels(picture);
    dark = isDark(image);
    if (!dark) reading = await read(image, formats, thorough);
  } catch (error) {
    reply({ kind: 'failed', why: String(error) });
  }
  reply({ kind: 'done', id, reading, dark });
};

function pixels(picture: ImageBitmap): ImageData {
  const { width, height } = picture;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  pen.drawImage(picture, 0, 0);
  picture.close();
  return pen.getImageData(0, 0, width, height);
}

/** Quite black, as iOS shows after a resume; a dim room is never quite. */
function isDark({ data }: ImageData): boolean {
  for (let i = 0; i < data.length; i += 4 * 997) if (data[i + 1]! > 4) return false;
  return true;
}

async function read(
  image: ImageData,
  formats: readonly CodeFormat[],
  thorough: boolean,
): Promise<Reading | null> {
  const options: ReaderOptions = {
    formats: [...formats],
    tryHarder: true,
    tryRotate: thorough,
    tryInvert: thorough,
    tryDownscale: thorough,
    maxNumberOfSymbols: 1,
    textMode: 'Plain',
  };
  const [found] = await readBarcodes(image, options);
  if (!found?.isValid || !found.text) return null;
  // Element strings look like plain digits: the identifier in front tells them apart.
  const marked = found.contentType === 'GS1' ? found.symbologyIdentifier : '';
  return { text: marked + found.text, doubtful: /EAN|UPC/.test(found.format) };
}
