// What the set-up screen shows of the camera's scans, with the moment at which each was shown.

/** Opens the set-up screen with the camera on it, and keeps every text that is shown there. */
export async function watches(profile) {
  await profile.goto('/scanner');
  await profile.heading('Scanner set-up');
  await profile.page.evaluate(() => {
    globalThis.reads = [];
    new MutationObserver(() => {
      const text = document.querySelector('main dd.mono')?.textContent;
      const said = document.querySelector('.characters');
      if (text && said !== globalThis.lastSaid) globalThis.reads.push({ text, at: Date.now() });
      globalThis.lastSaid = said;
    }).observe(document.body, { subtree: true, childList: true });
  });
}

export async function opensCamera(profile) {
  await profile.tap('Scan with the camera');
  await profile.sees('Hold 4 to 8 inches away');
}

/** Every text shown since this was asked last; waits for one if there is none. */
export async function reads(profile, { wait = 20_000 } = {}) {
  await profile.page.waitForFunction(() => globalThis.reads.length > 0, undefined, { timeout: wait });
  return profile.page.evaluate(() => globalThis.reads.splice(0));
}

/** What was shown so far, without waiting. */
export const readsSoFar = (profile) => profile.page.evaluate(() => globalThis.reads.splice(0));
