// The parts of a GS1 element string, for showing them. The box reads them for good.

import { GS } from './mend.ts';

export interface Element {
  /** The application identifier. */
  ai: string;
  value: string;
}

/** Identifiers whose values have one length (GS1 General Specifications 7.8.5). */
const LENGTHS: Record<string, number> = {
  '00': 18, '01': 14, '02': 14, '11': 6, '12': 6, '13': 6, '15': 6, '16': 6, '17': 6, '20': 2,
};
const VARIABLE = ['10', '21', '22', '30', '37', '91', '92', '93', '94', '95', '96', '97', '98', '99'];

/** Null where an element cannot be told from the next. */
export function elementsOf(text: string): Element[] | null {
  const found: Element[] = [];
  let rest = text.replace(/^\][A-Za-z]\d/, '').replaceAll(/^\u001d+/g, '');
  while (rest) {
    const ai = rest.slice(0, 2);
    const fixed = LENGTHS[ai];
    const end = rest.indexOf(GS);
    if (fixed === undefined && !VARIABLE.includes(ai)) return null;
    const stop = fixed !== undefined ? 2 + fixed : end < 0 ? rest.length : end;
    const value = rest.slice(2, stop);
    if (value === '' || (fixed !== undefined && value.length < fixed)) return null;
    found.push({ ai, value });
    rest = rest.slice(stop).replace(/^\u001d/, '');
  }
  return found.length > 0 ? found : null;
}
