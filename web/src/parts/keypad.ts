// Owns what a key press does to a decimal string. Exact text work: a quantity is never a float here.

export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '.' | 'erase';

const LONGEST = 9;

/** The value after one key; keys that would make it invalid change nothing. */
export function press(value: string, key: Key, decimals: number): string {
  if (key === 'erase') return value.slice(0, -1);
  if (key === '.') return decimals === 0 || value.includes('.') ? value : (value || '0') + '.';
  const [, fraction] = value.split('.');
  if (fraction !== undefined && fraction.length >= decimals) return value;
  if (value.length >= LONGEST) return value;
  return value === '0' ? key : value + key;
}

/** One more or one less, never below zero; the part behind the point stays as it is. */
export function step(value: string, by: 1 | -1, decimals: number): string {
  const [whole = '0', fraction] = clean(value || '0').split('.');
  const next = Number(whole) + by;
  if (next < 0) return '0';
  if (String(next).length > LONGEST) return value;
  return fraction && decimals > 0 ? `${next}.${fraction}` : String(next);
}

/** Without a trailing point, trailing zeros behind the point, or leading zeros. */
export function clean(value: string): string {
  if (value === '') return '';
  const [whole = '0', fraction = ''] = value.split('.');
  const head = whole.replace(/^0+(?=\d)/, '') || '0';
  const tail = fraction.replace(/0+$/, '');
  return tail ? `${head}.${tail}` : head;
}
