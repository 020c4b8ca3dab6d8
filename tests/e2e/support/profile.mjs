// One person's device: a Chromium of its own with its own storage and camera, which trusts the box's
// root as a phone does after the trust page. Certificate faults are never waved through.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Camera } from './camera.mjs';
import { chromium } from './packages.mjs';
import { Wire } from './wire.mjs';

export const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
export const PHONE = { width: 360, height: 740 };
export const TABLET = { width: 820, height: 1180 };
export const DESK = { width: 1280, height: 800 };

export class Profile {
  /** `camera`: with a fake camera that shows what `profile.camera.shows(...)` was told; "two": with two
   *  that show the browser's own pattern; "denied": with one that the person does not allow. `wired`: through a
   *  wire of its own (`profile.wire`) that can be cut, stalled and slowed. `trusting`: false is a device
   *  that nobody has told to trust the box. `init`: a script for every page, before its own. `via`: what
   *  stands between the device and the box (updated.mjs). */
  static async open(
    box,
    {
      size = PHONE, camera = false, wired = false, bypassCSP = false, trusting = true, init, via,
      ...context
    } = {},
  ) {
    const profile = new Profile();
    profile.box = box;
    profile.home = mkdtempSync(join(tmpdir(), 'backstock-profile-'));
    if (trusting) trust(profile.home, box.rootPem);
    if (wired) profile.wire = await Wire.to(Number(new URL(box.origin).port));
    const between = profile.wire ?? via;
    const to = between ? `127.0.0.1:${between.port}` : '127.0.0.1';
    const args = [...FLAGS, `--host-resolver-rules=MAP ${box.facts.host} ${to}`];
    if (camera === 'two') {
      args.push('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=device-count=2');
    } else if (camera === 'denied') {
      args.push('--use-fake-ui-for-media-stream=deny', '--use-fake-device-for-media-stream');
    } else if (camera) {
      profile.camera = new Camera(join(profile.home, 'camera.y4m'));
      args.push(
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${profile.camera.file}`,
      );
    }
    profile.faults = [];
    profile.launch = async () => {
      profile.context = await chromium.launchPersistentContext(join(profile.home, 'profile'), {
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args,
        env: { ...process.env, HOME: profile.home },
        viewport: size,
        reducedMotion: 'reduce',
        locale: 'en-US',
        bypassCSP,
        ...context,
      });
      profile.context.setDefaultTimeout(20_000);
      if (init) await profile.context.addInitScript(init);
      profile.page = profile.context.pages()[0] ?? (await profile.context.newPage());
      profile.#listen();
    };
    await profile.launch();
    return profile;
  }

  /** Ends the browser and starts it again on what it had stored. */
  async restart() {
    await this.context.close();
    await this.launch();
  }

  #listen() {
    this.page.on('pageerror', (error) => this.faults.push(`page: ${error.message}`));
    this.page.on('console', (message) => {
      // The browser's own line for an answer like 409 is no fault of the page.
      const answered = /Failed to load resource|net::ERR_/.test(message.text());
      if (message.type() === 'error' && !answered) this.faults.push(`console: ${message.text()}`);
    });
  }

  async goto(path) {
    await this.page.goto(this.box.origin + path);
  }

  button(name) {
    return this.page.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name });
  }

  /** Taps the button with this name. */
  async tap(name) {
    await this.button(name).click();
  }

  async fill(label, text) {
    await this.page.getByLabel(label).fill(text);
  }

  async sees(text) {
    await this.page.getByText(text).first().waitFor();
  }

  async heading(name) {
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  /** Adds this device with the typed code of a pairing. */
  async pair(code, name) {
    await this.goto('/');
    await this.fill('Pairing code', code);
    if (name) await this.fill('Name of this device', name);
    await this.tap('Add this device');
  }

  /** Chooses a tile and enters the PIN. */
  async signIn(name, pin) {
    await this.button(new RegExp(`^${name}|${name}`)).first().click();
    await this.page.getByRole('group', { name: new RegExp(name) }).waitFor();
    await this.page.keyboard.type(pin, { delay: 15 });
    await this.page.getByRole('heading', { level: 1, name: new RegExp(`Hello|Hola`) }).waitFor();
  }

  /** A handheld scanner's burst of keys with its Enter, as fast as they type: the keys do not wait for
   *  each other, so that a busy machine tears none apart. */
  async scans(text, { enter = true } = {}) {
    this.keyboard ??= await this.context.newCDPSession(this.page);
    const keys = [...text].map((key) => ({ key, text: key }));
    if (enter) keys.push({ key: 'Enter', code: 'Enter', text: '\r', windowsVirtualKeyCode: 13 });
    const send = (type, key) => this.keyboard.send('Input.dispatchKeyEvent', { type, ...key });
    await Promise.all(keys.flatMap(({ text, ...key }) => [send('keyDown', { ...key, text }), send('keyUp', key)]));
  }

  /** Until the app is kept on this device, every file of it. */
  async kept() {
    await this.page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      // The page that registered the worker is taken over by it a moment later.
      while (!navigator.serviceWorker.controller) await new Promise((done) => setTimeout(done, 50));
    });
  }

  /** Reads what the scan bar says of the last scan. */
  get said() {
    return this.page.locator('.scan-bar [role=status]');
  }

  async close() {
    await this.context.close();
    this.wire?.close();
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Puts the box's root among the authorities of the profile's own user. */
function trust(home, pem) {
  const file = join(home, 'root.pem');
  writeFileSync(file, pem);
  const folder = join(home, '.pki/nssdb');
  mkdirSync(folder, { recursive: true });
  const certutil = (...args) => {
    const ran = spawnSync('certutil', ['-d', `sql:${folder}`, ...args], { encoding: 'utf8' });
    if (ran.error) throw new Error('certutil is missing: apt-get install libnss3-tools');
    if (ran.status !== 0) throw new Error(`certutil ${args.join(' ')}: ${ran.stderr}`);
  };
  certutil('-N', '--empty-password');
  certutil('-A', '-n', 'box', '-t', 'C,,', '-i', file);
}
