// The store's Wi-Fi between one device and the box: passes bytes on, and can be told to be slow, to be
// half there (accepts and says nothing), to lose the box's answers, or to be gone.

import { connect, createServer } from 'node:net';

export class Wire {
  #sockets = new Set();
  #waiting = [];

  static async to(port) {
    const wire = new Wire();
    wire.target = port;
    wire.mode = 'open';
    wire.server = createServer((socket) => wire.#accept(socket));
    await new Promise((done) => wire.server.listen(0, '127.0.0.1', done));
    wire.port = wire.server.address().port;
    return wire;
  }

  open() {
    this.#become('open');
  }

  /** Every connection breaks and none comes about. */
  cut() {
    this.#become('cut');
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Connections stay, and come about; nothing passes in either direction. */
  stall() {
    this.#become('stalled');
  }

  /** What is sent arrives; what is answered does not. */
  loseAnswers() {
    this.#become('deaf');
  }

  /** So many milliseconds each way, and so many bytes a second. */
  slow({ ms = 400, bytesPerSecond = 20_000 } = {}) {
    this.pace = { ms, bytesPerSecond };
    this.#become('slow');
  }

  close() {
    for (const socket of this.#sockets) socket.destroy();
    this.server.close();
  }

  #become(mode) {
    const was = this.mode;
    this.mode = mode;
    // What was held back on a half-open wire is lost with its connections, as on a real one.
    if (was === 'stalled' || was === 'deaf') for (const socket of this.#sockets) socket.destroy();
    for (const go of this.#waiting.splice(0)) go();
  }

  #accept(socket) {
    if (this.mode === 'cut') return socket.destroy();
    const far = connect(this.target, '127.0.0.1');
    for (const one of [socket, far]) {
      this.#sockets.add(one);
      one.on('close', () => {
        this.#sockets.delete(one);
        (one === socket ? far : socket).destroy();
      });
      one.on('error', () => {});
    }
    this.#pump(socket, far, 'out');
    this.#pump(far, socket, 'back');
  }

  async #pump(from, to, way) {
    let free = Date.now();
    try {
      for await (const bytes of from) {
        while (this.mode === 'stalled' || (this.mode === 'deaf' && way === 'back')) {
          await new Promise((go) => this.#waiting.push(go));
        }
        if (this.mode === 'slow') {
          const { ms, bytesPerSecond } = this.pace;
          free = Math.max(free, Date.now()) + (bytes.length / bytesPerSecond) * 1000;
          await new Promise((done) => setTimeout(done, free - Date.now() + ms));
        }
        if (to.destroyed) return;
        to.write(bytes);
      }
    } catch {
      // Broken off: the other side is closed with it.
    }
  }
}
