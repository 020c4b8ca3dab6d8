// What people do on the screens, as verbs: each ends when the screen shows that it is done.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

/** Answers that cover the screen's head: what became of the last scan. */
export const answer = (profile) => profile.page.locator('main').getByRole('alert');

/** Enters a number on the keypad in sight. */
export async function keys(profile, number) {
  const pad = profile.page.getByRole('group').filter({ has: profile.button('Erase the last digit') });
  for (const digit of number) await pad.getByRole('button', { name: digit, exact: true }).click();
}

/** The step of the pick that is asked for now. */
export async function expects(profile, text) {
  await profile.page.getByRole('region', { name: 'Next' }).getByRole('status').getByText(text).waitFor();
}

/** Asks the box as this page, with its cookies: what a person would read off a printed label. */
export function look(profile, path) {
  return profile.page.evaluate((at) => fetch(`/api/v1${at}`).then((one) => one.json()), path);
}

/** Everything that this device has stored under a name. */
function stored(profile, name) {
  return profile.page.evaluate(
    (store) =>
      new Promise((done, failed) => {
        const opening = indexedDB.open('backstock');
        opening.onerror = () => failed(opening.error);
        opening.onsuccess = () => {
          const all = opening.result.transaction(store).objectStore(store).getAll();
          all.onsuccess = () => {
            opening.result.close();
            done(all.result);
          };
        };
      }),
    name,
  );
}

/** The writes that this device still holds, as they are stored. */
export async function queueOf(profile) {
  const all = await stored(profile, 'outbox');
  return all.map(({ state, problem, label }) => ({ state, problem, label }));
}

/** Waits until this device has heard that a place holds so much of a package: its own copy is what it
 *  goes by without the box, and the box's word takes a moment. */
export async function copied(profile, id, place, quantity) {
  for (const end = Date.now() + 20_000; ; await profile.page.waitForTimeout(50)) {
    const one = (await stored(profile, 'packages')).find((each) => each.id === id);
    if (one?.held.some((held) => held.place === place && held.quantity === quantity)) return;
    if (Date.now() > end) assert.fail(`never heard of it: ${JSON.stringify(one)}`);
  }
}

/** Waits until the box has taken everything that was made on this device. */
export async function saved(profile) {
  for (const end = Date.now() + 30_000; (await queueOf(profile)).length > 0; ) {
    if (Date.now() > end) assert.fail(`never saved: ${JSON.stringify(await queueOf(profile))}`);
    await profile.page.waitForTimeout(100);
  }
}

/** A short code as the screens write it: R7K-2QF. */
export const shown = (code) => code.replace('-', '').replace(/^(...)/, '$1-');

/** From the queue, taps "Start picking" of a request. */
export async function claims(profile, code) {
  await profile.tap(`Start picking request ${shown(code)}`);
  await profile.heading(/^Pick /);
  return Number(new URL(profile.page.url()).pathname.split('/').at(-1));
}

/** Scans bin and package of a line, enters how many, puts them into the tote. `show` holds the tag. */
export async function takes(profile, { bin, label, tag, count, show }) {
  const next = profile.page.getByRole('region', { name: 'Next' });
  const text = next.getByRole('status');
  // The line before stays in sight until its take is stored.
  await next.getByText(`…${tag.slice(-7)}`).first().waitFor();
  await text.getByText(/^Scan (bin|the package)/).waitFor();
  if (await text.getByText(`Scan bin ${bin}`).isVisible()) await profile.scans(label);
  await expects(profile, `Scan the package ending`);
  if (show) await show(tag);
  else await profile.scans(tag);
  await expects(profile, 'How many? Or scan');
  await keys(profile, count);
  await profile.tap('Put in the tote');
}

/** A mark on the page that a reload would wipe. */
export async function mark(profile) {
  await profile.page.evaluate(() => (globalThis.untouched = true));
}

export async function wasNotReloaded(profile) {
  assert.equal(await profile.page.evaluate(() => globalThis.untouched), true, 'the page was reloaded');
}

/** Longer than any step takes, and shorter than its file may: what hangs is named. */
const STEP_MS = 180_000;

/** Tests of which each builds on the one before (`chained`): after the first that fails the others are
 *  skipped. What the screens showed is kept in test-output. */
export function steps(profiles, { chained = true } = {}) {
  let broken = false;
  return (name, act) =>
    test(name, async (context) => {
      if (broken && chained) return context.skip('a step before it failed');
      try {
        await inTime(act);
      } catch (error) {
        broken = true;
        await pictures(profiles());
        throw error;
      }
    });
}

async function inTime(act) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`it did not end within ${STEP_MS / 1000} s`)), STEP_MS);
  });
  await Promise.race([act(), late]).finally(() => clearTimeout(timer));
}

async function pictures(profiles) {
  const folder = fileURLToPath(new URL('../../../test-output/', import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const [n, profile] of profiles.filter(Boolean).entries()) {
    const path = `${folder}screen-${n + 1}.png`;
    await profile.page.screenshot({ path }).then(
      () => console.error(`${profile.page.url()} is in ${path}; its faults: ${profile.faults}`),
      () => {},
    );
  }
}
