import { beforeEach, expect, it } from 'vitest';
import { mend, swapCase } from './mend.ts';
import { affixFits, remembered } from './remembered.ts';

const PLAIN = { prefix: '', suffix: 'enter', gs: '' } as const;
const GS1 = '010952123454321310TEST-1\u001d21aB7';

beforeEach(() => localStorage.clear());

it('knows every way in which the group separator is written', () => {
  for (const stand of ['{GS}', '<GS>', '\u241d', '\u001d']) {
    expect(mend(GS1.replace('\u001d', stand), PLAIN)).toBe(GS1);
  }
  expect(mend(GS1.replace('\u001d', '|'), PLAIN)).toContain('|');
  expect(mend(GS1.replace('\u001d', '|'), { ...PLAIN, gs: '|' })).toBe(GS1);
});

it('takes a prefix off once, and only in front', () => {
  const tilde = { ...PLAIN, prefix: '~' };
  expect(mend('~~A~', tilde)).toBe('~A~');
  expect(mend('A~', tilde)).toBe('A~');
});

it('turns letters round only where the text proves that they were', () => {
  const unit = 'https://1a4.com/GkBgMAAAwfAABEE2AQ';
  expect(mend(swapCase(unit), PLAIN)).toBe(unit);
  for (const text of [unit, 'HTTPS://1A4.COM/3F5W', ']C1abc', ']d2ABC', 'Lot-7b', ']E0036']) {
    expect(mend(text, PLAIN)).toBe(text);
  }
  expect(mend(']D2010952123454321321aB', PLAIN)).toBe(']d2010952123454321321Ab');
});

it('remembers the set-up, and nothing that could eat codes', () => {
  remembered.keep({ scanner: { prefix: '~', suffix: 'tab', gs: '|' }, lens: 'back', zoom: 2 });
  remembered.reread();
  expect([remembered.scanner, remembered.lens, remembered.zoom]).toEqual([
    { prefix: '~', suffix: 'tab', gs: '|' }, 'back', 2,
  ]);
  const kept = { scanner: { prefix: '1', suffix: 'space', gs: 'toolong' }, lens: 7, zoom: -1 };
  for (const text of [JSON.stringify(kept), '{', 'null', '"x"', '{"scanner":null}']) {
    localStorage.setItem('backstock.scanning', text);
    remembered.reread();
    expect([remembered.scanner, remembered.lens, remembered.zoom]).toEqual([PLAIN, null, null]);
  }
  expect(['', '~', '|', '{GS}', '␝', 'Zq'].every(affixFits)).toBe(true);
  expect(['A', '7', ' ', 'abcde', '\t', 'é'].some(affixFits)).toBe(false);
});
