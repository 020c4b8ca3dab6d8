// For tests whose time stands still: waits until nothing is under way but what waits for time or for an
// answer. The database of the tests works in turns of the event loop; cryptography in threads of its own.

import { vi } from 'vitest';

type Io = (...given: unknown[]) => Promise<never>;
const CRYPTO = (['sign', 'digest', 'generateKey', 'exportKey'] as const).map(
  (name) => [name, crypto.subtle[name].bind(crypto.subtle) as Io] as const,
);
let busy = 0;
/** What an earlier test left under way is not this one's, whenever it ends. */
let test = 0;

/** Before each test: `quiet` sees what cryptography is at. */
export function watchCrypto(): void {
  busy = 0;
  test += 1;
  for (const [name, real] of CRYPTO) {
    vi.spyOn(crypto.subtle, name).mockImplementation((...given: unknown[]) => underway(real(...given)));
  }
}

/** `quiet` waits for this too. */
export function underway<T>(work: Promise<T>): Promise<T> {
  const of = test;
  busy += 1;
  return work.finally(() => {
    if (of === test) busy -= 1;
  });
}

export async function quiet(turns = 8): Promise<void> {
  for (let still = 0; still < turns; still += 1) {
    await new Promise((done) => setImmediate(done));
    if (busy > 0) still = 0;
  }
}
