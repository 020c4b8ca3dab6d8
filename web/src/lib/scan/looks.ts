// How each frame of the camera is looked at: which part of it, turned how far, for which codes. The
// plan only; the worker carries it out.

import type { CodeFormat } from './index.svelte.ts';

/** `bars`: a strip through the middle, turned, for codes of one dimension. `squares`: the middle, for
 *  those of two. `whole`: everything, every way, slowly. */
export type Look =
  | { kind: 'bars'; turn: number }
  | { kind: 'squares' }
  | { kind: 'whole' };

/** The strip and the middle. A 24-character tag as Code 128 is 264 modules wide at most: this many
 *  pixels leave 3.6 for each. */
export const BAND = { width: 960, height: 432 };
/** What is cut out of a frame: a strip upright, and all that `whole` looks at. */
export const CUT = { width: 1280, height: 1080 };
/** Rows of a strip that become one. Bars are alike from top to bottom, a sensor's noise is not, and
 *  what is left is read six times faster. */
export const ROWS = 6;

/** A tag's bars are five times as long as high, so a strip crosses them all only within 8 degrees:
 *  these and the level one leave no gap. Upright first, then as hands tilt. */
const TURNS = [90, 15, -15, 30, -30, 45, -45, 60, -60, 75, -75];
const WHOLE_EVERY = 5;

const BARS: readonly CodeFormat[] = ['Code128', 'EANUPC', 'ITF'];

export const barsOf = (formats: readonly CodeFormat[]) => formats.filter((one) => BARS.includes(one));
export const squaresOf = (formats: readonly CodeFormat[]) =>
  formats.filter((one) => !BARS.includes(one));

/** What to do with the frame of this number, the likeliest first. */
export function looksAt(frame: number, formats: readonly CodeFormat[]): Look[] {
  const looks: Look[] = [];
  if (barsOf(formats).length > 0) looks.push({ kind: 'bars', turn: 0 });
  if (squaresOf(formats).length > 0) looks.push({ kind: 'squares' });
  if (frame % WHOLE_EVERY === WHOLE_EVERY - 1) looks.push({ kind: 'whole' });
  else if (barsOf(formats).length > 0) {
    looks.push({ kind: 'bars', turn: TURNS[frame % TURNS.length]! });
  }
  return looks;
}

/** The middle of a frame, at most as large as wanted, in whole pixels. */
export function middle(
  frame: { width: number; height: number },
  want: { width: number; height: number },
): { x: number; y: number; width: number; height: number } {
  const width = Math.min(want.width, frame.width);
  const height = Math.min(want.height, frame.height);
  return { x: (frame.width - width) >> 1, y: (frame.height - height) >> 1, width, height };
}
