// The plain page on which a device comes to trust the box: for each kind of device, in both languages,
// in light and dark, as a real browser shows it and saves its files.

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { faultsOf, withAxe } from './support/axe.mjs';
import { Box } from './support/box.mjs';
import { chromium } from './support/packages.mjs';
import { DESK, FLAGS, PHONE } from './support/profile.mjs';

const IOS = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const AGENTS = {
  'iPhone Safari': { agent: `${IOS} Version/18.5 Mobile/15E148 Safari/604.1`, file: 'mobileconfig' },
  'iPhone Chrome': { agent: `${IOS} CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1`, file: 'mobileconfig', hint: true },
  'Samsung Internet': {
    agent: 'Mozilla/5.0 (Linux; Android 15; SM-S921U) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36',
    file: 'crt',
  },
  'Pixel Chrome': {
    agent: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
    file: 'crt',
  },
  'Android Firefox': { agent: 'Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0', file: 'crt', hint: true },
  'Windows Edge': {
    agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
    file: 'cer',
  },
  'Mac Safari': {
    agent: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15',
    file: 'cer', hint: true,
  },
  Linux: { agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36', file: 'crt' },
};
const TYPES = {
  '/ca.mobileconfig': ['application/x-apple-aspen-config', 'inline', 'mobileconfig'],
  '/ca-app.mobileconfig': ['application/x-apple-aspen-config', 'inline', 'mobileconfig'],
  '/ca.crt': ['application/x-x509-ca-cert', 'attachment', 'crt'],
  '/ca.cer': ['application/pkix-cert', 'attachment', 'cer'],
  '/ca.pem': ['application/x-pem-file', 'attachment', 'pem'],
};
let box, browser, address, name;

before(async () => {
  box = await Box.start();
  address = `http://${box.facts.http}`;
  name = box.facts.host.replace('.local', '');
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: FLAGS,
  });
});

after(async () => {
  await browser?.close();
  await box?.end();
});

/** The page as one device sees it; `axe` needs the policy out of its way. */
async function opened({ agent, locale = 'en-US', size = PHONE, axe = false, ...more }) {
  const context = await browser.newContext({ userAgent: agent, locale, viewport: size, bypassCSP: axe, ...more });
  if (axe) await withAxe(context);
  const page = await context.newPage();
  const asked = [];
  const faults = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => faults.push(message.text()));
  page.on('pageerror', (error) => faults.push(error.message));
  await page.goto(`${address}/`);
  return { context, page, asked, faults };
}

for (const [device, { agent, file, hint = false }] of Object.entries(AGENTS)) {
  test(`${device}: its own steps and its own file, and nothing from elsewhere`, async () => {
    const { context, page, asked, faults } = await opened({ agent });
    assert.equal(await page.locator('h2 .step').count(), 4);
    assert.equal(await page.getByRole('note').count(), hint ? 1 : 0);
    const download = page.waitForEvent('download');
    await page.locator('.button').first().click();
    const saved = await download;
    assert.equal(saved.suggestedFilename(), `${name}.${file}`);
    const bytes = readFileSync(await saved.path());
    const root = new X509Certificate(box.rootPem);
    if (file === 'mobileconfig') {
      const data = /security\.root[^]*?<data>([^<]*)<\/data>/.exec(bytes.toString())[1];
      assert.ok(Buffer.from(data, 'base64').equals(root.raw), 'the profile holds the root');
    } else {
      assert.ok(bytes.equals(root.raw), 'it is the root');
    }
    assert.deepEqual(asked.filter((url) => !url.startsWith(address) && !url.startsWith('data:')), []);
    assert.deepEqual(faults, [], 'the policy refuses nothing of the page itself');
    await context.close();
  });
}

for (const device of ['iPhone Chrome', 'Samsung Internet', 'Windows Edge', 'Mac Safari', 'Linux']) {
  for (const locale of ['en-US', 'es-US']) {
    test(`${device}: axe finds nothing in ${locale}, and no picture's words leave it`, async () => {
      const { context, page } = await opened({ agent: AGENTS[device].agent, locale, axe: true });
      assert.equal(await page.locator('html').getAttribute('lang'), locale.slice(0, 2));
      for (const folded of await page.locator('summary').all()) await folded.click();
      for (const [colorScheme, size] of [['light', { width: 320, height: 640 }], ['dark', DESK]]) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize(size);
        assert.deepEqual(await faultsOf(page), [], `${colorScheme} at ${size.width}`);
      }
      const outside = await page.locator('.picture text').evaluateAll((texts) =>
        texts
          .filter((text) => {
            const { x, width } = text.getBBox();
            return x < 12 || x + width > 308;
          })
          .map((text) => text.textContent),
      );
      assert.deepEqual(outside, []);
      await context.close();
    });
  }
}

test('the fingerprint on the page is the certificate’s, and the check is on the app’s own origin', async () => {
  const { context, page } = await opened({ agent: AGENTS['iPhone Safari'].agent });
  const digest = createHash('sha256').update(new X509Certificate(box.rootPem).raw).digest('hex');
  const shown = await page.getByRole('group', { name: 'SHA-256 fingerprint' }).innerText();
  assert.equal(shown.replaceAll(/\s/g, '').toLowerCase(), digest);
  const check = page.getByRole('link', { name: 'Check this device' });
  assert.equal(await check.getAttribute('href'), `${box.origin}/check`);
  await context.close();
});

test('device and language are changed by links, and each keeps the other', async () => {
  const { context, page } = await opened({ agent: AGENTS['iPhone Safari'].agent });
  await page.getByRole('link', { name: 'Windows' }).click();
  await page.getByRole('link', { name: 'Download the certificate' }).waitFor();
  await page.getByRole('link', { name: 'Español' }).click();
  await page.getByRole('link', { name: 'Descargar el certificado' }).waitFor();
  const current = page.getByRole('navigation', { name: 'Tu dispositivo' }).locator('[aria-current]');
  assert.equal(await current.innerText(), 'Windows');
  await context.close();
});

test('every file has its type, its disposition and its name', async () => {
  for (const [path, [type, how, ending]] of Object.entries(TYPES)) {
    const answer = await fetch(address + path);
    assert.equal(answer.status, 200, path);
    assert.equal(answer.headers.get('content-type'), type, path);
    assert.equal(answer.headers.get('content-disposition'), `${how}; filename="${name}.${ending}"`);
    await answer.arrayBuffer();
  }
});
