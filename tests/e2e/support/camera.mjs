// A fake camera: a Y4M file of a few full-HD frames that show a printed label on a table, as large as a
// phone sees it, as blurred, turned, dim and noisy as told. The browser plays the file round and round;
// its frames are overwritten in place when something else is shown.

import { closeSync, openSync, writeSync } from 'node:fs';
import { readBarcodes, writeBarcode } from './packages.mjs';

const WIDTH = 1920;
const HEIGHT = 1080;
/** Each with noise of its own, so that it moves as a sensor's does. */
const FRAMES = 4;
const HEADER = `YUV4MPEG2 W${WIDTH} H${HEIGHT} F20:1 Ip A1:1 C420jpeg\n`;
const TABLE = 96;
const PAPER = 226;
const INK = 34;

/** Pixels for a millimetre in a 1080p frame: a phone's main lens sees 69 degrees across, so 277 mm at
 *  20 cm, which is where hands hold a label; at 2x zoom, the app's own default on phones, half of it. */
const PX_PER_MM = WIDTH / 277;
export const FAR = PX_PER_MM;
export const ZOOMED = 2 * PX_PER_MM;

/** What is printed, in millimetres: a tag's bars on a label two inches wide, a UPC at its nominal size,
 *  a QR of ours as on a slip. At ZOOMED a module is 2.4, 4.6 and 9.6 pixels wide. */
const PRINTED = {
  Code128: { across: 46, bars: 9 },
  UPCA: { across: 95 * 0.33, bars: 20 },
  QRCode: { across: 20 },
};

/** How a label is held and seen. `scale`: pixels for a millimetre. `turn`: degrees. `blur`: radius of
 *  the lens in pixels (a Gaussian's sigma). `noise`: of the sensor, likewise, of 255. `light`: 1 is a
 *  lit room, 0.3 a dim vault. */
const SEEN = { scale: ZOOMED, turn: 0, blur: 0.7, noise: 4, light: 1 };
/** What the limits are measured at. */
export const NOISY = { blur: 1, noise: 10, light: 0.8 };

export class Camera {
  constructor(file) {
    this.file = file;
    this.#write([picture(null, SEEN, 1)]);
  }

  /** Holds a package tag's Code 128 in front of the camera. */
  showsTag(text, seen) {
    return this.#shows(text, 'Code128', seen);
  }

  showsUpc(text, seen) {
    return this.#shows(text, 'UPCA', seen);
  }

  showsQr(text, seen) {
    return this.#shows(text, 'QRCode', seen);
  }

  /** Takes every label away. */
  showsNothing(seen) {
    this.#write(frames(null, { ...SEEN, ...seen }));
  }

  /** The black video that iOS gives after it has put an app to sleep. */
  showsBlack() {
    this.#write([Buffer.alloc(WIDTH * HEIGHT, 0)]);
  }

  async #shows(text, format, seen) {
    this.show(await prepared(text, format, seen));
  }

  /** Shows frames that were prepared before; done when the last of them is in the file. */
  show(prepared) {
    this.#write(prepared);
  }

  #write(lumas) {
    const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
    // "r+" keeps the file and its length: the browser has it open.
    let file;
    try {
      file = openSync(this.file, 'r+');
    } catch {
      file = openSync(this.file, 'w');
    }
    let at = writeSync(file, HEADER, 0);
    for (let n = 0; n < FRAMES; n += 1) {
      const frame = Buffer.concat([Buffer.from('FRAME\n'), lumas[n % lumas.length], chroma]);
      at += writeSync(file, frame, 0, frame.length, at);
    }
    closeSync(file);
  }
}

/** The frames of a label, for `show`. */
export async function prepared(text, format, seen = {}) {
  const how = { ...SEEN, ...seen };
  return frames(await label(text, format, how.scale), how);
}

function frames(symbol, seen) {
  const clean = scene(symbol, seen);
  return Array.from({ length: FRAMES }, (_, n) => grainy(clean, seen, n + 1));
}

/** One frame's luma. */
export function picture(symbol, seen, seed) {
  return grainy(scene(symbol, seen), seen, seed);
}

/** A symbol at its printed size: where ink is, in pixels from its middle. */
export async function label(text, format, scale) {
  const made = await writeBarcode(text, { format, scale: 1, withQuietZones: false });
  if (made.error) throw new Error(`${format} of ${text}: ${made.error}`);
  const { data, width, height } = made.symbol;
  const { across, bars } = PRINTED[format];
  const module = (across * scale) / width;
  const tall = bars ? bars * scale : height * module;
  return {
    module,
    width: width * module,
    height: tall,
    ink: (x, y) => {
      const column = Math.floor((x + (width * module) / 2) / module);
      const row = bars ? 0 : Math.floor((y + tall / 2) / module);
      return data[row * width + column] === 0;
    },
  };
}

/** A table, a sheet of paper with a quiet zone, the symbol on it; as the lens has it. */
function scene(symbol, { turn, blur }) {
  const luma = new Float32Array(WIDTH * HEIGHT).fill(TABLE);
  if (!symbol) return luma;
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const halfWidth = symbol.width / 2 + 12 * symbol.module;
  const halfHeight = symbol.height / 2 + 12 * symbol.module;
  const reach = Math.ceil(Math.hypot(halfWidth, halfHeight));
  const middle = [WIDTH / 2, HEIGHT / 2];
  const shade = (px, py) => {
    const [dx, dy] = [px - middle[0], py - middle[1]];
    const [x, y] = [dx * cos + dy * sin, dy * cos - dx * sin];
    if (Math.abs(x) > halfWidth || Math.abs(y) > halfHeight) return TABLE;
    const inside = Math.abs(x) < symbol.width / 2 && Math.abs(y) < symbol.height / 2;
    return inside && symbol.ink(x, y) ? INK : PAPER;
  };
  // A pixel is an area: nine points of it make its grey.
  const points = [1 / 6, 1 / 2, 5 / 6];
  const [top, bottom] = [Math.max(0, middle[1] - reach), Math.min(HEIGHT, middle[1] + reach)];
  const [left, right] = [Math.max(0, middle[0] - reach), Math.min(WIDTH, middle[0] + reach)];
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      let sum = 0;
      for (const py of points) for (const px of points) sum += shade(x + px, y + py);
      luma[y * WIDTH + x] = sum / 9;
    }
  }
  return blurred(luma, blur, { left, right, top, bottom });
}

/** A lens is never quite sharp: a Gaussian of `sigma`, first along rows, then along columns. */
function blurred(luma, sigma, { left, right, top, bottom }) {
  if (sigma === 0) return luma;
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, n) => Math.exp(-((n - reach) ** 2) / (2 * sigma ** 2)));
  const total = weights.reduce((sum, one) => sum + one);
  const pass = (from, step) => {
    const out = from.slice();
    for (let y = Math.max(reach, top); y < Math.min(HEIGHT - reach, bottom); y += 1) {
      for (let x = Math.max(reach, left); x < Math.min(WIDTH - reach, right); x += 1) {
        const at = y * WIDTH + x;
        let sum = 0;
        for (let n = -reach; n <= reach; n += 1) sum += weights[n + reach] * from[at + n * step];
        out[at] = sum / total;
      }
    }
    return out;
  };
  return pass(pass(luma, 1), WIDTH);
}

/** A sensor is never quite still. The same seed gives the same grain. */
function grainy(luma, { noise, light }, seed) {
  const out = new Uint8ClampedArray(luma.length);
  const from = (seed * 350_377) % GRAIN.length;
  for (let at = 0; at < luma.length; at += 1) {
    out[at] = luma[at] * light + GRAIN[(from + at) % GRAIN.length] * noise;
  }
  return Buffer.from(out.buffer);
}

/** Grain of deviation 1: the sum of twelve dice less their mean. Its length is no multiple of a row's, so
 *  that no pattern shows. */
const GRAIN = (() => {
  let state = 2_463_534_242;
  const dice = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return Float32Array.from({ length: 1_000_003 }, () => {
    let sum = -6;
    for (let n = 0; n < 12; n += 1) sum += dice();
    return sum;
  });
})();

/** Every code in a picture of one byte per pixel, as a phone would read it. */
export async function codesIn({ data, width, height }) {
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  for (let n = 0; n < width * height; n += 1) rgba.fill(data[n], n * 4, n * 4 + 3);
  const found = await readBarcodes({ data: rgba, width, height }, { tryHarder: true, textMode: 'Plain' });
  return found.filter((one) => one.isValid).map(({ text, format }) => ({ text, format }));
}

export { WIDTH, HEIGHT };
