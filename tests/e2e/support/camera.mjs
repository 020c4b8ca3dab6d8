// A fake camera: a Y4M file of a few full-HD frames that show a printed label on a table. The browser
// plays the file round and round; the frames are overwritten in place when another label is shown.

import { closeSync, openSync, writeSync } from 'node:fs';
import { readBarcodes, writeBarcode } from './packages.mjs';

const WIDTH = 1920;
const HEIGHT = 1080;
const FRAMES = 3;
const HEADER = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`;
const TABLE = 96;
const PAPER = 226;
const INK = 34;

export class Camera {
  constructor(file) {
    this.file = file;
    this.#write(picture(null));
  }

  /** Holds a package tag's Code 128 in front of the camera, as a label printer prints it. */
  async showsTag(text) {
    await this.#shows(text, 'Code128', 3, 150);
  }

  async showsQr(text) {
    await this.#shows(text, 'QRCode', 9);
  }

  /** Takes every label away. */
  showsNothing() {
    this.#write(picture(null));
  }

  async #shows(text, format, module, height) {
    const luma = picture(await label(text, format, module, height));
    this.#write(luma);
  }

  #write(luma) {
    const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
    const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, chroma]);
    // "r+" keeps the file and its length: the browser has it open.
    let file;
    try {
      file = openSync(this.file, 'r+');
    } catch {
      file = openSync(this.file, 'w');
    }
    let at = writeSync(file, HEADER, 0);
    for (let n = 0; n < FRAMES; n += 1) at += writeSync(file, frame, 0, frame.length, at);
    closeSync(file);
  }
}

/** The symbol's modules enlarged to dots: rows of 0 (ink) and 255 (paper). */
async function label(text, format, module, bar) {
  const made = await writeBarcode(text, { format, scale: 1, withQuietZones: false });
  if (made.error) throw new Error(`${format} of ${text}: ${made.error}`);
  const { data, width, height } = made.symbol;
  const rows = bar ? bar : height * module;
  const dots = { width: width * module, height: rows, at: (x, y) => 0 };
  dots.at = (x, y) => data[(bar ? 0 : Math.floor(y / module)) * width + Math.floor(x / module)];
  return dots;
}

/** The luma of one frame: a table, a sheet of paper with a quiet zone, the symbol a little soft. */
function picture(symbol) {
  const luma = Buffer.alloc(WIDTH * HEIGHT, TABLE);
  if (!symbol) return luma;
  const left = Math.floor((WIDTH - symbol.width) / 2);
  const top = Math.floor((HEIGHT - symbol.height) / 2);
  const quiet = 45;
  for (let y = top - quiet; y < top + symbol.height + quiet; y += 1) {
    luma.fill(PAPER, y * WIDTH + left - quiet, y * WIDTH + left + symbol.width + quiet);
  }
  for (let y = 0; y < symbol.height; y += 1) {
    for (let x = 0; x < symbol.width; x += 1) {
      if (symbol.at(x, y) === 0) luma[(top + y) * WIDTH + left + x] = INK;
    }
  }
  return soft(luma);
}

/** A lens is never quite sharp, a sensor never quite still. */
function soft(luma) {
  const out = Buffer.from(luma);
  let noise = 12345;
  for (let at = 1; at < luma.length - 1; at += 1) {
    noise = (noise * 1103515245 + 12345) & 0x7fffffff;
    const value = (luma[at - 1] + 4 * luma[at] + luma[at + 1]) / 6 + ((noise >> 16) % 9) - 4;
    out[at] = Math.max(0, Math.min(255, value));
  }
  return out;
}

/** Every code in a picture of one byte per pixel, as a phone would read it. */
export async function codesIn({ data, width, height }) {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let n = 0; n < width * height; n += 1) rgba.fill(data[n], n * 4, n * 4 + 3);
  const found = await readBarcodes({ data: rgba, width, height }, { tryHarder: true, textMode: 'Plain' });
  return found.filter((one) => one.isValid).map(({ text, format }) => ({ text, format }));
}

export { WIDTH, HEIGHT, picture, label };
