// What a receiver has counted so far, line by line, kept on this device through a reload
// or a crash of the page. Knows nothing
// of what was expected: the count is the person's own.

import { add } from '../../lib/decimal.ts';

export class Counts {
  counted = $state<Record<number, string>>({});
  scannedTote = $state<string | null>(null);
  #key: string;

  constructor(pick: string, scanned: string | null) {
    this.#key = `backstock.receive.${pick}`;
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? '{}') as {
        counted?: Record<number, string>;
        tote?: string | null;
      };
      this.counted = kept.counted ?? {};
      this.scannedTote = scanned ?? kept.tote ?? null;
    } catch {
      this.scannedTote = scanned;
    }
  }

  tote(text: string): void {
    this.scannedTote = text;
    this.#keep();
  }

  set(line: number, value: string): void {
    this.counted = { ...this.counted, [line]: value };
    this.#keep();
  }

  more(line: number): string {
    const next = add(this.counted[line] ?? '0', '1');
    this.set(line, next);
    return next;
  }

  forget(): void {
    localStorage.removeItem(this.#key);
  }

  #keep(): void {
    try {
      const kept = { counted: this.counted, tote: this.scannedTote };
      localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Storage blocked: the counts last until the page is left.
    }
  }
}
