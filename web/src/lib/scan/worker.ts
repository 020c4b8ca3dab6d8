// Decodes one picture at a time, off the page's thread. The wasm is the box's own file: nothing is
// ever fetched from elsewhere.

import { prepareZXingModule, readBarcodes, type ReaderOptions } from 'zxing-wasm/reader';
import wasmUrl from 'zxing-wasm/reader/zxing_reader.wasm?url';
import type { CodeFormat } from './index.svelte.ts';
import { BAND, ROWS, barsOf, squaresOf, type Look } from './looks.ts';

export interface Job {
  id: number;
  picture: ImageBitmap;
  formats: readonly CodeFormat[];
  looks: readonly Look[];
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

/** Photographs have more than can be decoded in a moment. */
const LONGEST_SIDE = 2560;

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
  const { id, picture, formats, looks } = event.data;
  let reading: Reading | null = null;
  let dark = looks.length > 0;
  try {
    await loaded;
    for (const look of looks) {
      const image = pixels(picture, look);
      dark &&= isDark(image);
      if (dark) break;
      reading = await read(image, formats, look);
      if (reading) break;
    }
  } catch (error) {
    reply({ kind: 'failed', why: String(error) });
  }
  picture.close();
  reply({ kind: 'done', id, reading, dark });
};

function pixels(picture: ImageBitmap, look: Look): ImageData {
  const { width, height } = picture;
  if (look.kind === 'whole') {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
    size(Math.round(width * scale), Math.round(height * scale));
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return pen.getImageData(0, 0, canvas.width, canvas.height);
  }
  const turn = look.kind === 'bars' ? look.turn : 0;
  const long = turn === 0 ? width : Math.max(width, height);
  size(Math.min(BAND.width, long), BAND.height);
  pen.save();
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate((turn * Math.PI) / 180);
  pen.drawImage(picture, -width / 2, -height / 2);
  pen.restore();
  const band = pen.getImageData(0, 0, canvas.width, canvas.height);
  return look.kind === 'bars' ? squeezed(band) : band;
}

/** Sets the canvas's size, or wipes what a turned picture would not cover. */
function size(width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  pen.clearRect(0, 0, width, height);
}

/** Every `ROWS` rows as one, their average. */
function squeezed({ data, width, height }: ImageData): ImageData {
  const rows = Math.floor(height / ROWS);
  const out = new ImageData(width, rows);
  const step = width * 4;
  for (let row = 0; row < rows; row++) {
    for (let x = 0; x < step; x += 4) {
      let sum = 0;
      // Green alone: the eye's brightness is mostly green, and so are a sensor's dots.
      for (let n = 0; n < ROWS; n++) sum += data[(row * ROWS + n) * step + x + 1]!;
      const at = row * step + x;
      out.data[at] = out.data[at + 1] = out.data[at + 2] = sum / ROWS;
      out.data[at + 3] = 255;
    }
  }
  return out;
}

/** Quite black, as iOS shows after a resume; a dim room is never quite. */
function isDark({ data }: ImageData): boolean {
  for (let i = 0; i < data.length; i += 4 * 997) if (data[i + 1]! > 4) return false;
  return true;
}

async function read(
  image: ImageData,
  formats: readonly CodeFormat[],
  { kind }: Look,
): Promise<Reading | null> {
  const whole = kind === 'whole';
  const wanted = { whole: formats, bars: barsOf(formats), squares: squaresOf(formats) }[kind];
  const options: ReaderOptions = {
    formats: [...wanted],
    tryHarder: true,
    tryRotate: whole,
    tryInvert: whole,
    tryDownscale: whole,
    maxNumberOfSymbols: 1,
    textMode: 'Plain',
  };
  const [found] = await readBarcodes(image, options);
  if (!found?.isValid || !found.text) return null;
  // Element strings look like plain digits: the identifier in front tells them apart.
  const marked = found.contentType === 'GS1' ? found.symbologyIdentifier : '';
  return { text: marked + found.text, doubtful: /EAN|UPC/.test(found.format) };
}
