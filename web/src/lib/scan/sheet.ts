// What the codes of the printed test sheet say. The box prints them (print/scanner_sheet.rs): a change
// there belongs here too.

import { GS } from './mend.ts';

export type SheetCode = 'characters' | 'tag' | 'elements' | 'upc' | 'ours';

export const SHEET: Record<SheetCode, string> = {
  characters: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-/+|:.',
  tag: '1A4FF0100000022000000042',
  elements: `01095212345432131728123110TEST-1${GS}21aB7`,
  upc: '012345678905',
  ours: 'HTTPS://BACKSTOCK.TEST/L/7RK2QY',
};
