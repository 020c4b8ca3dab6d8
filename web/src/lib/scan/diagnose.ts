// What a scan of the test sheet shows of the scanner that made it: which code it was, what is wrong
// with how it came, and how this device should be set for it. Compares; changes nothing.

import { swapCase } from './mend.ts';
import { affixFits, type ScannerSetup } from './remembered.ts';
import { SHEET, type SheetCode } from './sheet.ts';
import type { Burst } from './wedge.ts';

export type Finding =
  | { kind: 'case_swapped' | 'upper_only' | 'lower_only' | 'gs_lost' | 'no_terminator' }
  | { kind: 'gs_as'; text: string }
  | { kind: 'replaced'; pairs: string[]; yz: boolean }
  | { kind: 'lost'; characters: string }
  | { kind: 'digit_lost'; which: 'first' | 'last' }
  | { kind: 'prefix_unfit'; text: string }
  | { kind: 'pauses'; ms: number };

export interface Diagnosis {
  /** The code of the sheet that it was; null for any other. */
  code: SheetCode | null;
  findings: Finding[];
  /** The set-up that fits what came; null where that cannot be told. */
  learned: ScannerSetup | null;
}

interface Fit {
  code: SheetCode;
  prefix: string;
  findings: Finding[];
  gs?: string;
}

/** A pause near enough to the limit at which a scan counts as torn. */
const PAUSE_MS = 150;
const HALVES = SHEET.elements.split('\u001d') as [string, string];

export function diagnose(burst: Burst, setup: ScannerSetup): Diagnosis {
  const fit = fitOf(burst.raw);
  const findings = [...(fit?.findings ?? [])];
  const prefix = withoutIdentifier(fit?.prefix ?? '');
  if (fit && !affixFits(prefix)) findings.push({ kind: 'prefix_unfit', text: prefix });
  if (burst.terminator === '' && setup.suffix !== 'none') findings.push({ kind: 'no_terminator' });
  const longest = Math.max(0, ...gapsOf(burst));
  if (longest >= PAUSE_MS) findings.push({ kind: 'pauses', ms: Math.round(longest) });
  const learned: ScannerSetup | null = fit && {
    prefix: affixFits(prefix) ? prefix : setup.prefix,
    suffix: burst.terminator === '\t' ? 'tab' : burst.terminator === '' ? 'none' : 'enter',
    gs: fit.gs !== undefined && affixFits(fit.gs) ? fit.gs : setup.gs,
  };
  return { code: fit?.code ?? null, findings, learned };
}

/** Milliseconds between one arrival and the next. */
export function gapsOf({ strokes }: Burst): number[] {
  return strokes.slice(1).map((stroke, n) => stroke.at - strokes[n]!.at);
}

function fitOf(raw: string): Fit | null {
  return plain(raw) ?? elements(raw) ?? upc(raw) ?? characters(raw);
}

/** Whole, perhaps in another case, perhaps with something before it. */
function plain(raw: string): Fit | null {
  for (const code of ['characters', 'tag', 'ours', 'upc'] as const) {
    const text = SHEET[code];
    for (const [form, findings] of forms(text)) {
      if (!raw.endsWith(form)) continue;
      const before = raw.slice(0, -form.length);
      // UPC as the thirteen digits of EAN, or fourteen.
      const prefix = code === 'upc' ? before.replace(/0{1,2}$/, '') : before;
      return { code, prefix, findings };
    }
  }
  return null;
}

function forms(text: string): [string, Finding[]][] {
  return [
    [text, []],
    [swapCase(text), [{ kind: 'case_swapped' }]],
    [text.toUpperCase(), [{ kind: 'upper_only' }]],
    [text.toLowerCase(), [{ kind: 'lower_only' }]],
  ];
}

function elements(raw: string): Fit | null {
  const [head, tail] = HALVES;
  for (const [form, findings] of forms(`${head}\u0000${tail}`)) {
    const [first, last] = form.split('\u0000') as [string, string];
    const at = raw.indexOf(first);
    if (at < 0 || !raw.endsWith(last)) continue;
    const gs = raw.slice(at + first.length, -last.length);
    const fit = { code: 'elements' as const, prefix: raw.slice(0, at) };
    if (gs === '\u001d') return { ...fit, gs: '', findings };
    if (gs === '') return { ...fit, findings: [...findings, { kind: 'gs_lost' }] };
    return { ...fit, gs, findings: [...findings, { kind: 'gs_as', text: gs }] };
  }
  return null;
}

/** Scanners can be set to leave out UPC's first or last digit. */
function upc(raw: string): Fit | null {
  const whole = SHEET.upc;
  const [first, last] = [whole.slice(1), whole.slice(0, -1)];
  const without = (text: string, which: 'first' | 'last'): Fit | null =>
    raw.endsWith(text) && raw.length - text.length <= 4
      ? { code: 'upc', prefix: raw.slice(0, -text.length), findings: [{ kind: 'digit_lost', which }] }
      : null;
  return without(first, 'first') ?? without(last, 'last');
}

/** The code with every character, some of which came as others or not at all. */
function characters(raw: string): Fit | null {
  const want = SHEET.characters;
  const extra = raw.length - want.length;
  if (extra >= 0 && extra <= 4) {
    const came = raw.slice(extra);
    const pairs = [...want].flatMap((char, n) => (char === came[n] ? [] : [`${char}→${came[n]}`]));
    if (pairs.length > want.length / 2) return null;
    const yz = ['y→z', 'z→y', 'Y→Z', 'Z→Y'].some((pair) => pairs.includes(pair));
    return { code: 'characters', prefix: raw.slice(0, extra), findings: [{ kind: 'replaced', pairs, yz }] };
  }
  if (raw.length < want.length / 2 || raw.length > want.length) return null;
  let at = 0;
  let lost = '';
  for (const char of want) {
    if (raw[at] === char) at += 1;
    else lost += char;
  }
  if (at < raw.length) return null;
  return { code: 'characters', prefix: '', findings: [{ kind: 'lost', characters: lost }] };
}

/** "]Q1" in front is no prefix: the scanner tells which kind of code it read, which the box likes. */
function withoutIdentifier(prefix: string): string {
  return prefix.replace(/\][A-Za-z]\d$/, '');
}
