// The scanner that is always armed. Whatever reads a code (camera, handheld, keyboard) submits it
// here, and the topmost part of the app that wants it gets it; the frame, at the bottom, opens it.

import { onDestroy } from 'svelte';
import type { Resolved } from '../api/types.ts';
import { session } from '../session.svelte.ts';
import { parse, type Parsed } from './parse.ts';
import { listen } from './listen.ts';

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
    for (const entry of [...this.#stack].reverse()) {
      if (entry.only && !entry.only(scan)) continue;
      if ((await entry.handler(scan)) !== false) return;
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

/** What a scan is; with a place, whether it is here. By the box, else by this device's copy. */
export async function resolve(text: string, place?: number): Promise<Resolved> {
  const copy = await import('../copy/index.svelte.ts');
  return copy.resolve(text, place);
}

/** Once, from main: arms handheld scanners and keyboards. */
export function startScanning(): void {
  listen((text) => void scanner.submit(text, 'wedge'));
}
