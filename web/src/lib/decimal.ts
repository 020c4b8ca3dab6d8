// Stock numbers are decimal strings with at most four decimals. They are compared and summed
// exactly, as whole ten-thousandths, never as floating point.

const PLACES = 4;
const SHAPE = /^(-?)(\d{1,12})(?:\.(\d{1,4}))?$/;

/** Ten-thousandths, or null when the text is not such a number. */
export function parse(text: string): bigint | null {
  const found = SHAPE.exec(text.trim().replace(/^(-?)\./, '$10.'));
  if (!found) return null;
  const [, sign, whole, part = ''] = found;
  const amount = BigInt(whole! + part.padEnd(PLACES, '0'));
  return sign ? -amount : amount;
}

/** The shortest text of so many ten-thousandths: 35000n is "3.5". */
export function format(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(PLACES + 1, '0');
  const whole = digits.slice(0, -PLACES);
  const part = digits.slice(-PLACES).replace(/0+$/, '');
  return (amount < 0n ? '-' : '') + whole + (part && `.${part}`);
}

/** Throws when either is no number: the box sends none such, and what people type is parsed. */
function exact(text: string): bigint {
  const amount = parse(text);
  if (amount === null) throw new RangeError(`not a quantity: ${text}`);
  return amount;
}

export const add = (a: string, b: string): string => format(exact(a) + exact(b));
export const subtract = (a: string, b: string): string => format(exact(a) - exact(b));
export const compare = (a: string, b: string): number => {
  const difference = exact(a) - exact(b);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
};
export const isZero = (text: string): boolean => exact(text) === 0n;
export const isPositive = (text: string): boolean => exact(text) > 0n;
