// Puts right what keyboards do to a scan: a prefix, stand-ins for the group separator, swapped
// letter case. Changes only what it can prove; the rest stays as it came.

import type { ScannerSetup } from './remembered.ts';

export const GS = '\u001d';
/** How decoders and keyboards write the separator when nobody has told them otherwise. */
const STAND_INS = ['{GS}', '<GS>', '\u241d'];

/** The scan in a raw burst of characters, without prefix, as its symbol holds it. */
export function mend(raw: string, { prefix, gs }: ScannerSetup): string {
  let text = raw;
  if (prefix && text.startsWith(prefix)) text = text.slice(prefix.length);
  else if (prefix && text.startsWith(swapCase(prefix))) text = swapCase(text.slice(prefix.length));
  else if (caseIsSwapped(text)) text = swapCase(text);
  for (const stand of gs ? [gs, ...STAND_INS] : STAND_INS) text = text.replaceAll(stand, GS);
  return text;
}

/** CapsLock turns every letter round: proved by a symbology identifier, or by the state's own unit
 *  labels, whose host is written small wherever their code has letters of both cases. */
function caseIsSwapped(text: string): boolean {
  if (/^\](c[0-4]|q[0-3]|D[1-6])/.test(text)) return true;
  const code = /^HTTPS:\/\/(?:1A4|14A)\.COM\/([A-Za-z0-9_-]+)$/.exec(text)?.[1] ?? '';
  return /[a-z]/.test(code);
}

export function swapCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
