// Handheld scanners that type: the judgement alone. Tells their bursts of characters from people's
// typing, by prefix, by speed and by what a burst turns out to be. Knows no page; `listen` does.

import { GS, mend, swapCase } from './mend.ts';
import { parse } from './parse.ts';
import type { ScannerSetup } from './remembered.ts';

/** Longest pause inside one scan: shorter limits tear slow Bluetooth scanners' codes apart. */
export const GAP_MS = 250;
export const SHORTEST = 4;
/** In a text field only what no person types: a sure code this fast on average, or anything when
 *  far faster still. */
const FIELD_SURE_MS = 100;
const FIELD_ANY_MS = 30;
const FIELD_ANY_LENGTH = 8;
/** The second half of CR LF comes at once. */
const TWICE_MS = 100;
const MODIFIERS = new Set(['Shift', 'Alt', 'AltGraph', 'Control', 'CapsLock', 'NumLock']);
/** Control characters that scanners type as Ctrl and a letter. */
const CONTROLS: Record<string, string> = { ']': GS, m: '\r', j: '\n', i: '\t' };

export interface Key {
  key: string;
  code?: string;
  alt?: boolean;
  ctrl?: boolean;
  /** Milliseconds, from any start. */
  at: number;
  /** Typed into a text field. */
  inField?: boolean;
}

/** One arrival: a key's character, or a piece of text that a scanner service put in. */
export interface Stroke {
  text: string;
  at: number;
  by: 'key' | 'input';
}

export interface Burst {
  strokes: readonly Stroke[];
  /** All its characters, the terminator left out. */
  raw: string;
  terminator: '\r' | '\t' | '\n' | '';
  /** Average milliseconds from one character to the next. */
  pace: number;
}

/** `scan`: a whole scan ended with this. `part`: it may be going on; `held`: it is a scanner's for
 *  certain, and must not reach anything else. `none`: not ours; `released` is what was held back
 *  and turned out to be a person's. */
export type Verdict =
  | { kind: 'scan'; text: string; burst: Burst }
  | { kind: 'part'; held: boolean; released: string }
  | { kind: 'none'; released: string; burst: Burst | null };

export class WedgeBuffer {
  #setup: () => ScannerSetup;
  #strokes: Stroke[] = [];
  #text = '';
  #inField = false;
  #held = false;
  #altDigits = '';
  #last = -Infinity;
  #ended = -Infinity;

  /** `setup` is asked at every burst, so that a change of it holds at once. */
  constructor(setup: () => ScannerSetup = () => ({ prefix: '', suffix: 'enter', gs: '' })) {
    this.#setup = setup;
  }

  get empty(): boolean {
    return this.#strokes.length === 0;
  }

  /** Whether text put in at this time would begin a new burst. */
  startsAt(at: number): boolean {
    return this.empty || at - this.#last > GAP_MS;
  }

  /** Whether this key would. */
  startsWith(key: Key): boolean {
    return this.startsAt(key.at) || this.#followsPiece(key);
  }

  /** No scanner puts in text at once and then types on: a keyboard's suggestion, or what the browser
   *  fills in, may come right before a scan. */
  #followsPiece(key: Key): boolean {
    return isCharacter(key) && this.#strokes.some(({ by, text }) => by === 'input' && text.length > 1);
  }

  take(key: Key): Verdict {
    if (key.at - this.#last > GAP_MS || this.#followsPiece(key)) this.clear();
    const digit = altDigit(key);
    if (digit) {
      this.#altDigits += digit;
      this.#last = key.at;
      return this.#going();
    }
    if (key.key === 'Alt' || !MODIFIERS.has(key.key)) this.#endAlt(key);
    if (MODIFIERS.has(key.key)) return this.#going();
    const control = key.ctrl && !key.alt ? CONTROLS[key.key.toLowerCase()] : undefined;
    const char = key.key === 'Enter' ? '\r' : key.key === 'Tab' ? '\t' : control;
    if (char && char !== GS) return this.#terminate(char as '\r' | '\t' | '\n', key.at);
    if (char && !this.empty) return this.#append(char, key.at, 'key', key.inField);
    // A CR LF's second half, which iOS makes an arrow.
    if (key.key === 'ArrowDown' && this.#justEnded(key.at)) return swallowed();
    if (!isCharacter(key)) return this.#person();
    return this.#append(key.key, key.at, 'key', key.inField);
  }

  /** Text that came without keys, in one piece or character by character. */
  feed(text: string, at: number, inField = false): Verdict {
    if (at - this.#last > GAP_MS) this.clear();
    const [, body = '', end] = /^([^]*?)([\r\n\t]+)?$/.exec(text)!;
    this.#altDigits = ''; // what was typed as Alt and digits has now come as itself
    const going = body ? this.#append(body, at, 'input', inField) : this.#going();
    return end ? this.#terminate(end[0] as '\r' | '\t' | '\n', at) : going;
  }

  /** Nothing came for GAP_MS: without a terminator only a code that proves its wholeness counts,
   *  unless this device's scanner is known to send none. */
  timeout(): Verdict {
    this.#endAlt({ at: this.#last });
    return this.#end('');
  }

  clear(): void {
    this.#strokes = [];
    this.#text = '';
    this.#altDigits = '';
    this.#inField = false;
    this.#held = false;
  }

  #append(text: string, at: number, by: Stroke['by'], inField = false): Verdict {
    if (this.empty) {
      this.#inField = inField;
      this.#held = by === 'key' && this.#setup().prefix !== '';
    }
    this.#strokes.push({ text, at, by });
    this.#text += text;
    this.#last = at;
    if (!this.#held || this.#mayBePrefixed()) return this.#going();
    this.#held = false;
    // The character just come reaches the page by itself.
    return { kind: 'part', held: false, released: this.#text.slice(0, -text.length) };
  }

  #going(): Verdict {
    if (this.empty) return { kind: 'none', released: '', burst: null };
    return { kind: 'part', held: this.#held, released: '' };
  }

  #mayBePrefixed(): boolean {
    const { prefix } = this.#setup();
    const text = this.#text;
    return [prefix, swapCase(prefix)].some((one) => one.startsWith(text) || text.startsWith(one));
  }

  #prefixed(): boolean {
    const { prefix } = this.#setup();
    return prefix !== '' && [prefix, swapCase(prefix)].some((one) => this.#text.startsWith(one));
  }

  /** Scanners on Windows type a control character (some, every character) as Alt and its number. */
  #endAlt({ at, inField }: { at: number; inField?: boolean }): void {
    const code = Number(this.#altDigits || 'NaN');
    this.#altDigits = '';
    if (code >= 1 && code <= 126) this.#append(String.fromCharCode(code), at, 'key', inField);
  }

  #justEnded(at: number): boolean {
    return this.empty && at - this.#ended <= TWICE_MS;
  }

  #terminate(char: '\r' | '\t' | '\n', at: number): Verdict {
    if (this.#justEnded(at)) return swallowed();
    if (this.empty) return this.#person();
    this.#last = at;
    const verdict = this.#end(char);
    if (verdict.kind === 'scan') this.#ended = at;
    return verdict;
  }

  #person(): Verdict {
    const released = this.#held ? this.#text : '';
    this.clear();
    return { kind: 'none', released, burst: null };
  }

  #end(terminator: Burst['terminator']): Verdict {
    const raw = this.#text;
    const pace = paceOf(this.#strokes);
    const strokes = terminator
      ? [...this.#strokes, { text: terminator, at: this.#last, by: this.#strokes[0]?.by ?? 'key' }]
      : this.#strokes;
    const burst: Burst = { strokes, raw, terminator, pace };
    const isScan = this.#isScan(burst);
    const released = this.#held && !isScan ? raw : '';
    this.clear();
    if (isScan) return { kind: 'scan', text: mend(raw, this.#setup()), burst };
    return { kind: 'none', released, burst: strokes.length > 0 ? burst : null };
  }

  #isScan({ raw, terminator, pace, strokes }: Burst): boolean {
    const setup = this.#setup();
    const text = mend(raw, setup);
    const ended = terminator !== '' || setup.suffix === 'none';
    if (this.#prefixed()) return text !== '' && pace <= FIELD_SURE_MS && (ended || surely(text));
    if (text.length < SHORTEST) return false;
    // Never a PIN: so few digits are no barcode.
    if (/^\d{1,7}$/.test(text)) return false;
    const fast = pace <= FIELD_SURE_MS && text.length >= FIELD_ANY_LENGTH;
    if (!this.#inField) return terminator !== '' || parse(text).kind !== 'text' || (ended && fast);
    if (surely(text)) return pace <= FIELD_SURE_MS;
    // On phones, keyboards put in whole words at once: there speed proves nothing.
    const pieces = strokes.some((stroke) => stroke.by === 'input' && stroke.text.length > 1);
    if (pieces || pace > FIELD_ANY_MS) return false;
    return parse(text).kind !== 'text' || (ended && text.length >= FIELD_ANY_LENGTH);
  }
}

/** A code of a form that words do not take by chance. Six letters that fit a short code's check
 *  symbol do come up in writing, and addresses are typed. */
function surely(text: string): boolean {
  const { kind } = parse(text);
  if (kind === 'gtin') return text.length >= 12;
  return kind !== 'text' && kind !== 'code' && kind !== 'url';
}

function swallowed(): Verdict {
  return { kind: 'part', held: true, released: '' };
}

function isCharacter({ key, ctrl, alt }: Key): boolean {
  return !ctrl && !alt && [...key].length === 1;
}

/** The digit of a key pressed with Alt; without NumLock the number pad's keys have other names. */
function altDigit({ key, code, alt, ctrl }: Key): string | undefined {
  if (!alt || ctrl) return undefined;
  return /^Numpad(\d)$/.exec(code ?? '')?.[1] ?? /^\d$/.exec(key)?.[0];
}

function paceOf(strokes: readonly Stroke[]): number {
  const length = strokes.reduce((sum, { text }) => sum + text.length, 0);
  if (strokes.length < 2) return 0;
  return (strokes.at(-1)!.at - strokes[0]!.at) / Math.max(1, length - 1);
}
