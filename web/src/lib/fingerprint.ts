// The root's fingerprint as people compare it: the rows and groups of the trust page and the set-up card.

/** Four rows of four groups of four digits: ["ABCD 1234 …", …]. */
export function rows(fingerprint: string): string[] {
  const groups = fingerprint.toUpperCase().match(/.{1,4}/g) ?? [];
  return Array.from({ length: Math.ceil(groups.length / 4) }, (_, n) =>
    groups.slice(n * 4, n * 4 + 4).join(' '),
  );
}
