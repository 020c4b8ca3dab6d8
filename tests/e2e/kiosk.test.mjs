// The wall tablet: awake, spared, right again by itself after whatever befalls the box, newer by itself,
// and a way in by badge and PIN that tells nobody who works here.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { mark, shown, steps, wasNotReloaded } from './support/acts.mjs';
import { faultsOf, withAxe } from './support/axe.mjs';
import { FLOWER, GUMMIES } from './support/files.mjs';
import { Updated } from './support/updated.mjs';
import { DESK, TABLET } from './support/profile.mjs';
import { Store } from './support/store.mjs';

let store, box, ben, board;
const step = steps(() => [board]);
const column = (name) => board.page.getByRole('region', { name: new RegExp(`^${name}`) });
const badgeOf = async (name) => {
  const { users } = await store.owner.get('/users');
  const { badge_code } = users.find((one) => one.name === name);
  return `HTTPS://${new URL(store.box.origin).host.toUpperCase()}/B/${badge_code}`;
};

/** Keeps the screen's locks where the test can reach them. */
function keepLocks() {
  globalThis.locks = [];
  const request = navigator.wakeLock.request.bind(navigator.wakeLock);
  navigator.wakeLock.request = async (kind) => {
    const lock = await request(kind);
    globalThis.locks.push(lock);
    return lock;
  };
}

before(async () => {
  store = await Store.open();
  await store.hire('Ben Ito', 'budtender');
  await store.hire('Tia Moreno', 'technician');
  ben = await store.api('Ben Ito');
  box = await Updated.open(store.box);
  board = await store.device('the wall', {
    kind: 'kiosk', size: DESK, bypassCSP: true, init: keepLocks, via: box,
  });
  await withAxe(board.context);
  await board.goto('/');
});

after(async () => {
  ben?.close();
  try {
    await store?.end();
  } finally {
    box?.close();
  }
});

step('it keeps the screen on, says when it cannot, and asks again on coming back', async () => {
  await board.heading('Restock board');
  await board.page.waitForFunction(() => globalThis.locks.length === 1);
  // As the system does to a page that is hidden, or on a low battery.
  await board.page.evaluate(() => globalThis.locks[0].release());
  await board.sees(/^This screen may go to sleep/);
  await board.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await board.page.getByText(/^This screen may go to sleep/).waitFor({ state: 'hidden' });
  assert.equal(await board.page.evaluate(() => globalThis.locks.at(-1).released), false);
});

step('in both sizes, themes and languages it is readable, and nothing scrolls', async () => {
  for (const product of [GUMMIES, FLOWER]) {
    for (let n = 0; n < 5; n += 1) await store.request(ben, [[product, '1']]);
  }
  await column('Waiting').getByText(/^\+ \d+ more$/).waitFor();
  const faults = [];
  for (const language of ['English', 'Español']) {
    const toggle = board.page.getByRole('button', { name: language, exact: true });
    if (await toggle.isVisible()) await toggle.click();
    for (const size of [DESK, TABLET]) {
      await board.page.setViewportSize(size);
      for (const colorScheme of ['light', 'dark']) {
        await board.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const over = await board.page.evaluate(() =>
          document.documentElement.scrollHeight - innerHeight);
        if (over > 0) faults.push(`${language} ${size.width}: ${over} px below the screen`);
        for (const fault of await faultsOf(board.page)) {
          faults.push(`${language} ${size.width} ${colorScheme}: ${fault}`);
        }
      }
    }
  }
  assert.deepEqual(faults, []);
  await board.tap('English');
});

step('cut off, it says since when and keeps what it knew; the box back, it is right again', async () => {
  await mark(board);
  await store.box.kill();
  await board.sees(/^No connection since \d+:\d\d [AP]M · /);
  await board.sees(/^As it stood at \d+:\d\d [AP]M/);
  await column('Waiting').getByText(GUMMIES).first().waitFor();
  await store.box.up();
  await board.page.getByText('Live', { exact: true }).waitFor({ timeout: 30_000 });
  const request = await store.request(ben, [[GUMMIES, '2']]);
  await store.owner.until('/requests?state=open', ({ requests }) =>
    requests.some((one) => one.code === request.code));
  await board.page.getByRole('heading', { name: /^Waiting\s*11$/ }).waitFor();
  await wasNotReloaded(board);
});

step('a tablet that starts while the box is down comes to its board by itself', async () => {
  await board.kept();
  await store.box.kill();
  await board.page.reload();
  await board.page.locator('#app :is(h1, [role=status])').first().waitFor();
  await store.box.up();
  await board.heading('Restock board');
  await board.page.getByText('Live', { exact: true }).waitFor({ timeout: 30_000 });
});

step('a newer app is taken without a touch once the box comes back with it', async () => {
  await mark(board);
  box.update();
  await store.box.kill();
  await board.sees(/^No connection since/);
  // A box that comes and goes is not asked each time.
  await board.page.waitForTimeout(10_000);
  await store.box.up();
  await board.page.waitForFunction(() => globalThis.untouched === undefined, null, { timeout: 40_000 });
  await board.heading('Restock board');
  await board.page.getByText('Live', { exact: true }).waitFor({ timeout: 30_000 });
});

step('what is no badge says so, and names nobody', async () => {
  await board.scans(store.label('A-01'));
  await board.sees('That is no badge of this store. Scan your own badge.');
  const asked = await board.page.evaluate(() =>
    performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/people')).length);
  assert.equal(asked, 0);
});

step('a badge leads to its bearer’s PIN, and a button back to the board', async () => {
  await board.scans(await badgeOf('Tia Moreno'));
  await board.heading('Tia Moreno, your PIN');
  assert.deepEqual(await faultsOf(board.page), []);
  await board.tap('Back to the board');
  await board.heading('Restock board');
});

step('badge and PIN sign in; the button gives the wall back', async () => {
  await board.scans(await badgeOf('Tia Moreno'));
  await board.heading('Tia Moreno, your PIN');
  await board.page.keyboard.type(store.people['Tia Moreno'].pin, { delay: 15 });
  await board.heading(/Hello/);
  await board.sees('Tia Moreno is signed in on the wall tablet.');
  await board.tap('Back to the board');
  await board.heading('Restock board');
  await board.page.getByText('Live', { exact: true }).waitFor();
});

step('a wrong PIN is refused there as anywhere', async () => {
  await board.scans(await badgeOf('Tia Moreno'));
  await board.heading('Tia Moreno, your PIN');
  await board.page.keyboard.type(store.people['Ben Ito'].pin, { delay: 15 });
  await board.sees(/That is not the PIN/);
});
