// What arrives at the page when something is scanned or typed, with its times: written down by hand
// from what the kinds of scanners are known to do. Times are milliseconds from the first.

import type { ScannerSetup } from '../remembered.ts';
import type { Key } from '../wedge.ts';

export type Event =
  | readonly [key: string, at: number, more?: Pick<Key, 'alt' | 'ctrl' | 'code'>]
  | { input: string; at: number };

export interface Recording {
  setup?: ScannerSetup;
  inField?: boolean;
  events: readonly Event[];
  /** What must be taken for scans, in order. */
  scans: readonly string[];
  /** What was held back and must come out again. */
  released?: string;
}
