// What a scan says by itself, before the box is asked: enough for an instant answer on the screen
// and to tell a whole scan from a torn one. The box's /resolve has the last word.

const SYMBOLS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';
const SECRET_26 = /^[0-9A-Z]{26}$/i; // base32 in whichever alphabet the box uses
const GS = '\u001d';
/** "(510) 555-4821": put into a field at once, it is no element string with the identifier 510. */
const PHONE = /^\(\d{3}\) ?\d{3}-?\d{4}$/;

export type Letter = 'P' | 'L' | 'T' | 'C' | 'O';
export type Parsed =
  | { kind: 'ours'; letter: Letter; code: string }
  | { kind: 'badge' | 'pairing'; secret: string }
  | { kind: 'code'; code: string }
  | { kind: 'tag'; tag: string }
  | { kind: 'gtin'; gtin: string }
  | { kind: 'url'; url: string }
  | { kind: 'element_string'; text: string; gtin: string | null }
  | { kind: 'text'; text: string };

/** Reads the text of a code. A symbology identifier in front ("]C1") is understood. */
export function parse(scanned: string): Parsed {
  const text = scanned.trim();
  const { prefix, rest } = split(text);
  return (
    ofUrl(rest) ?? ofElements(prefix, rest) ?? ofTag(rest) ?? ofGtin(rest) ?? ofCode(rest) ?? {
      kind: 'text',
      text: rest,
    }
  );
}

/** Whether the text is one whole code of a kind that shows its own wholeness: a tag, a GTIN or
 *  short code with its check digit, an address, an element string. A torn scan is none. */
export function isWhole(text: string): boolean {
  return parse(text).kind !== 'text';
}

function split(text: string): { prefix: string; rest: string } {
  const prefix = /^\][A-Za-z][0-9A-Za-z]/.exec(text)?.[0] ?? '';
  const rest = text.slice(prefix.length);
  return { prefix, rest: rest.startsWith(GS) ? rest.slice(1) : rest };
}

function ofUrl(text: string): Parsed | null {
  if (!/^https?:\/\/[^\s/]+/i.test(text)) return null;
  const ours = /^https?:\/\/[^\s/]+\/([PLTCOBE])\/([A-Z0-9-]+)\/?$/i.exec(text);
  const letter = ours?.[1]?.toUpperCase();
  const tail = ours?.[2] ?? '';
  if (letter === 'B' || letter === 'E') {
    if (!SECRET_26.test(tail)) return null;
    return { kind: letter === 'B' ? 'badge' : 'pairing', secret: tail.toUpperCase() };
  }
  if (letter) {
    const code = readCode(tail);
    // An address of ours whose check symbol does not fit is torn or misread, not another address.
    return code ? { kind: 'ours', letter: letter as Letter, code } : null;
  }
  return { kind: 'url', url: text };
}

/** GS1 element strings: marked by the symbology, or the printed form with brackets. */
function ofElements(prefix: string, text: string): Parsed | null {
  const marked = /^\](C1|d2|Q3|e0)$/.test(prefix) && /^\d{2}/.test(text);
  const bracketed = /^\(\d{2,4}\)/.test(text) && !PHONE.test(text);
  const separated = text.includes(GS) && /^\d{2}/.test(text);
  if (!marked && !bracketed && !separated) return null;
  const found = /^\(?01\)?(\d{14})/.exec(text)?.[1];
  return { kind: 'element_string', text, gtin: found && checkDigit(found) ? found : null };
}

/** A METRC tag: 24 hexadecimal digits. */
function ofTag(text: string): Parsed | null {
  const tag = text.toUpperCase();
  return /^[0-9A-F]{24}$/.test(tag) ? { kind: 'tag', tag } : null;
}

function ofGtin(text: string): Parsed | null {
  const gtin = toGtin14(text);
  return gtin ? { kind: 'gtin', gtin } : null;
}

function ofCode(text: string): Parsed | null {
  const code = readCode(text);
  return code ? { kind: 'code', code } : null;
}

/** UPC-A, UPC-E, EAN-8, EAN-13 and ITF-14 as 14 digits; null when the check digit is wrong. */
export function toGtin14(text: string): string | null {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return null;
  if (checkDigit(text)) return text.padStart(14, '0');
  const expanded = text.length === 8 ? expandUpcE(text) : null;
  return expanded && checkDigit(expanded) ? expanded.padStart(14, '0') : null;
}

function checkDigit(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const weight = (digits.length - i) % 2 === 0 ? 3 : 1;
    sum += Number(digits[i]) * weight;
  }
  return sum % 10 === 0;
}

/** UPC-E's eight digits as the twelve of UPC-A (GS1 General Specifications 5.2.2.4.2). */
function expandUpcE(text: string): string | null {
  if (text[0] !== '0' && text[0] !== '1') return null;
  const [system, a, b, c, d, e, rule, check] = text as unknown as string[];
  if (rule! <= '2') return `${system}${a}${b}${rule}0000${c}${d}${e}${check}`;
  if (rule === '3') return `${system}${a}${b}${c}00000${d}${e}${check}`;
  if (rule === '4') return `${system}${a}${b}${c}${d}00000${e}${check}`;
  return `${system}${a}${b}${c}${d}${e}0000${rule}${check}`;
}

/** A short code as people type it ("r7k-2qf") in its plain form, when its check symbol fits. */
export function readCode(text: string): string | null {
  const plain = text.replace(/[- ]/g, '').toUpperCase();
  if (plain.length !== 6) return null;
  let sum = 0;
  for (const [i, symbol] of [...plain].entries()) {
    const value = SYMBOLS.indexOf(symbol);
    if (value < 0) return null;
    sum += (plain.length - i) * value;
  }
  return sum % 31 === 0 ? plain : null;
}

/** "R7K2QF" as it is printed: "R7K-2QF". */
export function showCode(code: string): string {
  return /^[0-9A-Z]{6}$/.test(code) ? `${code.slice(0, 3)}-${code.slice(3)}` : code;
}
