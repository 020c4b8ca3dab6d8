// The real program as a process: its own data folder, free ports kept over restarts, nothing on the
// network. Kills only what it started.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The program under test: BACKSTOCK_BIN, else the newest kind of build that is there. */
export function program() {
  const target = process.env.CARGO_TARGET_DIR ?? join(ROOT, 'target');
  const triple = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`;
  const places = ['release', 'debug'].flatMap((kind) => [
    join(target, triple, kind, 'backstock'),
    join(target, kind, 'backstock'),
  ]);
  const found = [process.env.BACKSTOCK_BIN, ...places].find((path) => path && existsSync(path));
  if (!found) throw new Error(`no program to test; build it, or set BACKSTOCK_BIN:\n${places.join('\n')}`);
  return found;
}

export class Box {
  /** Starts a box; `port`s of an earlier start come back with a restart. */
  static async start() {
    const box = new Box();
    box.folder = mkdtempSync(join(tmpdir(), 'backstock-e2e-'));
    box.data = join(box.folder, 'data');
    await box.up();
    return box;
  }

  async up() {
    const port = (address) => (address ? String(new URL(`http://${address}`).port) : '0');
    this.environment = {
      PATH: process.env.PATH,
      BACKSTOCK_BOX_DATA_DIR: this.data,
      BACKSTOCK_WEB_BIND: '127.0.0.1',
      BACKSTOCK_WEB_LOOPBACK: 'true',
      BACKSTOCK_WEB_HTTPS_PORT: port(this.facts?.https),
      BACKSTOCK_WEB_HTTP_PORT: port(this.facts?.http),
      BACKSTOCK_MDNS_ON: 'false',
      BACKSTOCK_BACKUP_AT: '',
      BACKSTOCK_STORE_MIN_FREE_PERCENT: '0',
      BACKSTOCK_LOG_LEVEL: 'warn',
    };
    this.process = spawn(program(), ['serve', '--json'], {
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.log = '';
    this.process.stderr.on('data', (bytes) => (this.log += bytes));
    this.ended = new Promise((done) => this.process.on('exit', (code, signal) => done({ code, signal })));
    const line = await Promise.race([
      new Promise((done) => createInterface({ input: this.process.stdout }).once('line', done)),
      this.ended.then(() => null),
    ]);
    if (line === null) throw new Error(`the box did not start:\n${this.log}`);
    this.facts = JSON.parse(line);
    this.origin = this.facts.origin;
    this.rootPem = readFileSync(join(this.data, 'tls/root/root.crt'), 'utf8');
  }

  /** The code that opens the setup window, as the console shows it. */
  get claimCode() {
    return this.facts.claim_code;
  }

  /** SIGKILL: as a power cut does. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.ended;
  }

  async stop() {
    this.process.kill('SIGTERM');
    return this.ended;
  }

  /** Runs another command of the program on the same data folder. */
  command(...args) {
    return spawnSync(program(), args, { env: this.environment, encoding: 'utf8' });
  }

  /** Stops it, proves its books, removes its folder. */
  async end() {
    const { code, signal } = await this.stop();
    const verified = this.command('verify', '--json');
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new Error(`the box ended with ${code ?? signal}:\n${this.log}`);
    if (verified.status !== 0) {
      throw new Error(`verify: ${verified.status}\n${verified.stdout}${verified.stderr}`);
    }
    return JSON.parse(verified.stdout);
  }
}
