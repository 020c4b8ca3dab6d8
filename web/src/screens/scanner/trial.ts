// One arrival at the set-up screen, made ready to be shown: characters by name, gaps, what it was.

import type { Source } from '../../lib/scan/index.svelte.ts';
import { diagnose, gapsOf, type Diagnosis } from '../../lib/scan/diagnose.ts';
import { mend } from '../../lib/scan/mend.ts';
import { parse, type Parsed } from '../../lib/scan/parse.ts';
import { remembered } from '../../lib/scan/remembered.ts';
import type { Burst } from '../../lib/scan/wedge.ts';

export interface Trial {
  at: number;
  source: 'key' | 'input' | 'camera' | 'typed';
  characters: Character[];
  /** Milliseconds: shortest, middle, longest; null when all came at once. */
  gaps: [number, number, number] | null;
  terminator: string | null;
  /** As the app takes it. */
  text: string;
  parsed: Parsed;
  isScan: boolean;
  diagnosis: Diagnosis;
}

export interface Character {
  name: string;
  control: boolean;
}

const NAMES: Record<string, string> = {
  '\u001d': 'GS', '\u001e': 'RS', '\u0004': 'EOT', '\r': 'CR', '\n': 'LF', '\t': 'TAB', ' ': 'SPACE',
};

/** Of a handheld scanner, just as it arrived. */
export function ofBurst(burst: Burst, isScan: boolean): Trial {
  const text = mend(burst.raw, remembered.scanner);
  return {
    at: Date.now(),
    source: burst.strokes[0]?.by ?? 'key',
    characters: named(burst.strokes.map((stroke) => stroke.text).join('')),
    gaps: spread(gapsOf(burst)),
    terminator: burst.terminator,
    text,
    parsed: parse(text),
    isScan,
    diagnosis: diagnose(burst, remembered.scanner),
  };
}

/** Of the camera, or typed: it has no keys and no end. */
export function ofText(text: string, source: Exclude<Source, 'wedge'>): Trial {
  const burst: Burst = { strokes: [], raw: text, terminator: '\r', pace: 0 };
  const { code, findings } = diagnose(burst, remembered.scanner);
  return {
    at: Date.now(), source, characters: named(text), gaps: null, terminator: null, text,
    parsed: parse(text), isScan: true, diagnosis: { code, findings, learned: null },
  };
}

function named(text: string): Character[] {
  return [...text].map((char) => {
    const code = char.codePointAt(0)!;
    const name = NAMES[char] ?? (code < 32 ? `0x${code.toString(16).padStart(2, '0')}` : char);
    return { name, control: name !== char };
  });
}

function spread(gaps: readonly number[]): Trial['gaps'] {
  if (gaps.length < 2) return null;
  const sorted = gaps.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)]!;
  return [sorted[0]!, middle, sorted.at(-1)!];
}
