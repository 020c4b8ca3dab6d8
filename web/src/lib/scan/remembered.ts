// What this device remembers about scanning: lens, zoom, and how its handheld scanner is set up.
// Kept in localStorage, since it is wanted at the first key; never holds what was scanned.

export type Suffix = 'enter' | 'tab' | 'none';

/** How this device's handheld scanner types. */
export interface ScannerSetup {
  /** Stands before every scan; empty when the scanner sends none. */
  prefix: string;
  suffix: Suffix;
  /** What the scanner types for a group separator; empty when it types the character itself. */
  gs: string;
}

export interface Remembered {
  scanner: ScannerSetup;
  /** The camera chosen here, by the browser's own id for it. */
  lens: string | null;
  zoom: number | null;
}

export const LONGEST_AFFIX = 4;
const KEY = 'backstock.scanning';
const DEFAULTS: Remembered = {
  scanner: { prefix: '', suffix: 'enter', gs: '' }, lens: null, zoom: null,
};

/** A prefix or stand-in for GS that can be told from a code: printable, short, no letter or digit
 *  alone, which codes are full of. */
export function affixFits(text: string): boolean {
  if (text === '') return true;
  return text.length <= LONGEST_AFFIX && /^[\x21-\x7e\u241d]+$/.test(text) && !/^[0-9A-Z]$/i.test(text);
}

function read(): Remembered {
  let kept: unknown = null;
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    // Storage blocked, or written by something else: the defaults serve.
  }
  if (!kept || typeof kept !== 'object') return DEFAULTS;
  const { scanner, lens, zoom } = kept as Partial<Record<keyof Remembered, unknown>>;
  return {
    scanner: setup(scanner),
    lens: typeof lens === 'string' ? lens : null,
    zoom: typeof zoom === 'number' && zoom > 0 ? zoom : null,
  };
}

function setup(kept: unknown): ScannerSetup {
  const { prefix, suffix, gs } = (kept ?? {}) as Partial<Record<keyof ScannerSetup, unknown>>;
  const affix = (text: unknown) => (typeof text === 'string' && affixFits(text) ? text : '');
  return {
    prefix: affix(prefix),
    suffix: suffix === 'tab' || suffix === 'none' ? suffix : 'enter',
    gs: affix(gs),
  };
}

let now = read();

export const remembered = {
  get scanner(): ScannerSetup {
    return now.scanner;
  },
  get lens(): string | null {
    return now.lens;
  },
  get zoom(): number | null {
    return now.zoom;
  },
  /** Changes some of it, for good where storage allows. */
  keep(changed: Partial<Remembered>): void {
    now = { ...now, ...changed };
    try {
      localStorage.setItem(KEY, JSON.stringify(now));
    } catch {
      // Storage blocked or full: it lasts until the page is closed.
    }
  },
  /** Reads it anew: another tab may have changed it. */
  reread(): void {
    now = read();
  },
};
