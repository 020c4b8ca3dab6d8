import { describe, expect, it } from 'vitest';
import { diagnose } from './diagnose.ts';
import { elementsOf } from './elements.ts';
import { swapCase } from './mend.ts';
import { parse } from './parse.ts';
import { SHEET, type SheetCode } from './sheet.ts';
import type { Burst } from './wedge.ts';

const SETUP = { prefix: '', suffix: 'enter', gs: '' } as const;

function burst(raw: string, terminator: Burst['terminator'] = '\r', gap = 5): Burst {
  const strokes = [...raw, terminator].filter(Boolean)
    .map((text, n) => ({ text, at: n * gap, by: 'key' as const }));
  return { strokes, raw, terminator, pace: gap };
}

const codes = Object.keys(SHEET) as SheetCode[];

describe('the test sheet', () => {
  it('reads as what it shows', () => {
    expect(codes.map((code) => parse(SHEET[code]).kind)).toEqual([
      'text', 'tag', 'element_string', 'gtin', 'ours',
    ]);
    expect(elementsOf(SHEET.elements)).toEqual([
      { ai: '01', value: '09521234543213' }, { ai: '17', value: '281231' },
      { ai: '10', value: 'TEST-1' }, { ai: '21', value: 'aB7' },
    ]);
    for (const text of ['', '0109521234', 'AB12', '10']) expect(elementsOf(text), text).toBeNull();
  });

  it('has nothing to say of a scanner that is set right', () => {
    for (const code of codes) {
      expect(diagnose(burst(SHEET[code]), SETUP)).toEqual({ code, findings: [], learned: SETUP });
    }
  });

  it('learns prefix, suffix and the stand-in for GS', () => {
    const raw = `~]d2${SHEET.elements.replace('\u001d', '|')}`;
    expect(diagnose(burst(raw, '\t'), SETUP)).toEqual({
      code: 'elements', findings: [{ kind: 'gs_as', text: '|' }],
      learned: { prefix: '~', suffix: 'tab', gs: '|' },
    });
    const bare = diagnose(burst(SHEET.tag, ''), SETUP);
    expect(bare.learned).toEqual({ ...SETUP, suffix: 'none' });
    expect(bare.findings).toEqual([{ kind: 'no_terminator' }]);
    expect(diagnose(burst(SHEET.tag, ''), { ...SETUP, suffix: 'none' }).findings).toEqual([]);
    const unfit = diagnose(burst(`A${SHEET.tag}`), SETUP);
    expect(unfit.findings).toEqual([{ kind: 'prefix_unfit', text: 'A' }]);
    expect(unfit.learned).toEqual(SETUP);
  });

  it('says that GS was lost', () => {
    const found = diagnose(burst(SHEET.elements.replace('\u001d', '')), SETUP);
    expect(found).toMatchObject({ code: 'elements', findings: [{ kind: 'gs_lost' }] });
  });

  it('tells swapped from lost letter case', () => {
    const found = (raw: string) => diagnose(burst(raw), SETUP).findings;
    expect(found(swapCase(SHEET.characters))).toEqual([{ kind: 'case_swapped' }]);
    expect(found(SHEET.characters.toUpperCase())).toEqual([{ kind: 'upper_only' }]);
    expect(found(SHEET.characters.toLowerCase())).toEqual([{ kind: 'lower_only' }]);
    expect(found(swapCase(SHEET.elements))).toEqual([{ kind: 'case_swapped' }]);
  });

  it('names what another keyboard language makes of characters', () => {
    const german: Record<string, string> = {
      y: 'z', z: 'y', Y: 'Z', Z: 'Y', '-': 'ß', '/': '-', '+': '`', '|': "'", ':': 'Ö',
    };
    const raw = [...SHEET.characters].map((char) => german[char] ?? char).join('');
    const [finding] = diagnose(burst(raw), SETUP).findings;
    expect(finding).toEqual({
      kind: 'replaced', yz: true,
      pairs: ['Y→Z', 'Z→Y', 'y→z', 'z→y', '-→ß', '/→-', '+→`', '|→\'', ':→Ö'],
    });
  });

  it('names what is missing', () => {
    const raw = SHEET.characters.replaceAll(/[k|5]/g, '');
    expect(diagnose(burst(raw), SETUP).findings).toEqual([{ kind: 'lost', characters: 'k5|' }]);
    expect(diagnose(burst(SHEET.upc.slice(1)), SETUP).findings).toEqual([
      { kind: 'digit_lost', which: 'first' },
    ]);
    expect(diagnose(burst(SHEET.upc.slice(0, -1)), SETUP).findings).toEqual([
      { kind: 'digit_lost', which: 'last' },
    ]);
    expect(diagnose(burst(`0${SHEET.upc}`), SETUP)).toMatchObject({ code: 'upc', findings: [] });
  });

  it('warns of pauses, and knows no code of others', () => {
    expect(diagnose(burst(SHEET.tag, '\r', 180), SETUP).findings).toEqual([{ kind: 'pauses', ms: 180 }]);
    const other = diagnose(burst('1A4060300000C1F000044136'), SETUP);
    expect(other).toEqual({ code: null, findings: [], learned: null });
  });
});
