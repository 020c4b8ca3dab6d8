// An enrolled device without a screen: sets a store up quickly, and looks from outside at what the
// screens did. Trusts only the box's own root.

import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:https';

export class Api {
  #cookies = new Map();

  /** `cookie`: of a device that is there already; `from`: the loopback address it seems to come from. */
  constructor(box, { cookie = '', from } = {}) {
    this.box = box;
    for (const one of cookie.split('; ').filter(Boolean)) this.#keep(one);
    this.agent = new Agent({ ca: box.rootPem, keepAlive: true, localAddress: from });
  }

  /** What makes it the device it is, signed in as it is. */
  get cookie() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(path) {
    return this.send('GET', path);
  }

  post(path, body = {}) {
    return this.send('POST', path, body);
  }

  put(path, body) {
    return this.send('PUT', path, body);
  }

  /** Sends one request; resolves with the answer's JSON, or throws the problem with its `code`. */
  async send(method, path, body, { key = randomUUID(), type = 'application/json' } = {}) {
    const { status, bytes } = await this.raw(method, path, body, { key, type });
    const text = bytes.toString();
    if (status !== 200) {
      const error = new Error(`${method} ${path}: ${status} ${text}`);
      error.status = status;
      throw error;
    }
    return JSON.parse(text);
  }

  /** The answer as it came. `headers` are sent as they are given, instead of a request id of its own. */
  async raw(method, path, body, { key = randomUUID(), type = 'application/json', headers: own } = {}) {
    const url = new URL(path.startsWith('/') && path.startsWith('/api') ? path : `/api/v1${path}`, this.box.origin);
    const bytes = body === undefined ? null : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const headers = {
      host: url.host,
      cookie: this.cookie,
      origin: this.box.origin,
      'sec-fetch-site': 'same-origin',
      ...(bytes && { 'content-type': type, 'content-length': bytes.length }),
      ...(own ?? (bytes && { 'idempotency-key': key })),
    };
    return new Promise((done, failed) => {
      const asked = request(
        url,
        { method, headers, agent: this.agent, hostname: '127.0.0.1', servername: url.hostname },
        (answer) => {
          for (const cookie of answer.headers['set-cookie'] ?? []) this.#keep(cookie);
          const parts = [];
          answer.on('data', (part) => parts.push(part));
          answer.on('error', failed);
          answer.on('end', () =>
            done({ status: answer.statusCode, headers: answer.headers, bytes: Buffer.concat(parts) }),
          );
        },
      );
      asked.on('error', failed);
      asked.end(bytes ?? undefined);
    });
  }

  #keep(cookie) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
    this.#cookies.set(name, value);
  }

  /** Waits until `look` gives something true. */
  async until(path, look, what = path) {
    for (const end = Date.now() + 20_000; ; await new Promise((done) => setTimeout(done, 100))) {
      const answer = await this.get(path);
      if (look(answer)) return answer;
      if (Date.now() > end) throw new Error(`${what}: ${JSON.stringify(answer).slice(0, 500)}`);
    }
  }

  close() {
    this.agent.destroy();
  }
}
