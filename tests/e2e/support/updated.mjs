// A box that was updated, as a device sees it: everything comes from the real box, under its own
// certificate, but the script of the service worker is another one from the moment that it is told; and one
// path can be left without an answer.

import { readFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import { join } from 'node:path';

export class Updated {
  static async open(box) {
    const updated = new Updated();
    // Key and certificates, in one file.
    const leaf = readFileSync(join(box.data, 'tls/leaf.pem'));
    updated.box = box;
    updated.newer = '';
    updated.refused = null;
    updated.server = createServer({ cert: leaf, key: leaf }, (asked, answer) =>
      updated.#pass(asked, answer));
    await new Promise((done) => updated.server.listen(0, '127.0.0.1', done));
    updated.port = updated.server.address().port;
    return updated;
  }

  /** From now on what is asked of this path gets no answer; null: everything is answered again. */
  refuse(path) {
    this.refused = path;
  }

  /** From now on the box carries a newer app. */
  update() {
    this.newer = `\n// a newer app: ${Date.now()}`;
  }

  #pass(asked, answer) {
    if (asked.url === this.refused) return void answer.destroy();
    const { host, hostname, port } = new URL(this.box.origin);
    const script = this.newer && asked.url === '/sw.js';
    const headers = { ...asked.headers, host };
    if (script) for (const name of ['accept-encoding', 'if-none-match']) delete headers[name];
    const onward = request(
      {
        host: '127.0.0.1', port, servername: hostname, ca: this.box.rootPem,
        method: asked.method, path: asked.url, headers,
      },
      (real) => {
        const { etag: _, 'content-length': __, ...rest } = real.headers;
        answer.writeHead(real.statusCode, script ? rest : real.headers);
        real.on('error', () => answer.destroy());
        real.pipe(answer, { end: !script });
        if (script) real.on('end', () => answer.end(this.newer));
      },
    );
    // A box that is down takes no connection: neither does this.
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    asked.pipe(onward);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
