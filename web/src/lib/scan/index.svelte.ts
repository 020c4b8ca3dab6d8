// The scanner that is always armed. Whatever reads a code (camera, handheld, keyboard) submits it
// here; the topmost screen that wants it gets it, else what was scanned is opened.

import { onDestroy } from 'svelte';
import { Problem, get } from '../api/client.ts';
import type { Resolved } from '../api/types.ts';
import { feedback } from '../feedback.ts';
import { go } from '../router.svelte.ts';
import { session } from '../session.svelte.ts';
import { parse, type Parsed } from './parse.ts';
import { listen } from './wedge.ts';

export type Source = 'camera' | 'wedge' | 'typed';
export type CodeFormat = 'QRCode' | 'Code128' | 'DataMatrix' | 'EANUPC' | 'ITF';

export interface Scan {
  /** As read, symbology identifier included: what the box is given as `scanned`. */
  text: string;
  source: Source;
  parsed: Parsed;
  at: number;
}

/** Returns false (or a promise of it) for "not mine": the one below is asked. */
export type ScanHandler = (scan: Scan) => boolean | void | Promise<boolean | void>;

export interface ScanOptions {
  /** What the camera should look for; fewer is faster. */
  formats?: readonly CodeFormat[];
  /** Only such scans come to this handler. */
  only?: (scan: Scan) => boolean;
}

interface Entry extends ScanOptions {
  handler: ScanHandler;
}

export const FORMATS: readonly CodeFormat[] = ['QRCode', 'Code128', 'DataMatrix', 'EANUPC', 'ITF'];

class Scanner {
  #stack = $state.raw<readonly Entry[]>([]);
  /** The last scan, for a screen that shows what was read. */
  last = $state.raw<Scan | null>(null);
  /** What the box said of a scan nobody on screen wanted, when there is nothing to open. */
  answer = $state.raw<Resolved | Problem | null>(null);
  /** The default is asking the box. */
  looking = $state(false);

  /** What the camera should look for now. */
  get formats(): readonly CodeFormat[] {
    return this.#stack.at(-1)?.formats ?? FORMATS;
  }

  push(entry: Entry): () => void {
    this.#stack = [...this.#stack, entry];
    return () => {
      this.#stack = this.#stack.filter((other) => other !== entry);
    };
  }

  /** A code was read. Resolves when it has been handled. */
  async submit(text: string, source: Source): Promise<void> {
    if (session.stage === 'starting' || session.locked) return;
    session.touched();
    const scan: Scan = { text, source, parsed: parse(text), at: Date.now() };
    this.last = scan;
    this.answer = null;
    for (const entry of [...this.#stack].reverse()) {
      if (entry.only && !entry.only(scan)) continue;
      if ((await entry.handler(scan)) !== false) return;
    }
    if (session.stage === 'signed_in') await this.#open(scan);
  }

  dismiss(): void {
    this.answer = null;
  }

  async #open(scan: Scan): Promise<void> {
    this.looking = true;
    try {
      const found = await resolve(scan.text);
      const path = pathOf(found);
      if (path) {
        feedback.right();
        go(path);
      } else {
        feedback.wrong();
        this.answer = found;
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      feedback.wrong();
      this.answer = error;
    } finally {
      this.looking = false;
    }
  }
}

export const scanner = new Scanner();

/** Gives this component the scans while it is on screen; the last one made is asked first. Returns
 *  how to stop earlier. Call it while the component is being made. */
export function useScan(handler: ScanHandler, options: ScanOptions = {}): () => void {
  const stop = scanner.push({ handler, ...options });
  onDestroy(stop);
  return stop;
}

/** Asks the box what a scan is; with a place, whether it is here. */
export function resolve(text: string, place?: number): Promise<Resolved> {
  return get<Resolved>('/resolve', { text, place });
}

/** The screen that shows what was scanned; null when there is none, and words are needed. */
export function pathOf(found: Resolved): string | null {
  switch (found.kind) {
    case 'package':
      return `/packages/${found.package.id}`;
    case 'product':
      return `/products/${found.product.id}`;
    case 'place':
      return `/places/${found.place.id}`;
    case 'tote':
      return found.pick === null ? `/places/${found.place.id}` : `/picks/${found.pick}`;
    case 'pick':
      return `/picks/${found.pick}`;
    case 'case':
      return `/cases/${found.case}`;
    default:
      return null;
  }
}

/** Once, from main: arms handheld scanners and keyboards. */
export function startScanning(): void {
  listen((text) => void scanner.submit(text, 'wedge'));
}
