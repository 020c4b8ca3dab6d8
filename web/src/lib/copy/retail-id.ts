// The QR on a single unit (Retail ID), as far as it can be read without asking anybody: the tag of the
// package at issue and the unit's number in it. The same forms as the box reads.

export interface Unit {
  tag: string;
  unit: number;
}

/** null when the text is no Retail ID, or one that only the state's service can resolve. */
export function readRetailId(text: string): Unit | null {
  const found = /^https?:\/\/(?:[^/\s]+\.)?(?:1a4|14a)\.com(?::\d+)?\/([^?#]*)/i.exec(text);
  if (!found) return null;
  const path = found[1]!.replace(/^\/+|\/+$/g, '');
  const landing = /^landingpage\/([0-9A-F]{24})\/(\d{1,15})$/i.exec(path);
  if (landing) return live({ tag: landing[1]!.toUpperCase(), unit: Number(landing[2]) });
  const oneCase = path === path.toUpperCase() || path === path.toLowerCase();
  return (oneCase ? unitOf(fromBase36(path)) : null) ?? unitOf(fromBase64(path));
}

/** Tags of live packages begin with 1A4; other bytes are ids of another kind. */
const live = (unit: Unit): Unit | null => (unit.tag.startsWith('1A4') ? unit : null);

function fromBase36(text: string): number[] | null {
  if (!/^[0-9A-Z]{1,26}$/i.test(text)) return null;
  let number = 0n;
  for (const c of text) number = number * 36n + BigInt(Number.parseInt(c, 36));
  if (number >= 1n << 128n) return null;
  const hex = number.toString(16);
  return bytesOf(hex.padStart(hex.length + (hex.length % 2), '0'));
}

function fromBase64(text: string): number[] | null {
  if (!/^[\w-]+=*$/.test(text)) return null;
  try {
    const plain = atob(text.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/'));
    return Array.from(plain, (c) => c.charCodeAt(0));
  } catch {
    return null;
  }
}

const bytesOf = (hex: string): number[] =>
  (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));

/** Twelve bytes of tag, then the unit's number as unsigned LEB128 that uses every byte given. */
function unitOf(bytes: number[] | null): Unit | null {
  if (!bytes || bytes.length < 13 || bytes.length > 19) return null;
  const tag = bytes.slice(0, 12).map((b) => b.toString(16).padStart(2, '0')).join('').toUpperCase();
  const number = bytes.slice(12);
  const ends = number.every((b, i) => (i === number.length - 1) === (b < 0x80));
  return ends ? live({ tag, unit: number.reduceRight((sum, b) => sum * 128 + (b & 0x7f), 0) }) : null;
}
