// The worker that decodes: one frame at a time, photographs beside them. Knows no camera.

import type { CodeFormat } from './index.svelte.ts';
import { CUT, looksAt, middle } from './looks.ts';
import type { Job, Reading, Reply } from './worker.ts';

export interface Heard {
  reading: Reading | null;
  /** The frame was quite black. */
  dark: boolean;
}

export class Decoder {
  #onFrame: (heard: Heard) => void;
  #onBroken: () => void;
  #worker: Worker | null = null;
  #busy = false;
  #frame = 0;
  #stills = new Map<number, (reading: Reading | null) => void>();

  constructor(onFrame: (heard: Heard) => void, onBroken: () => void) {
    this.#onFrame = onFrame;
    this.#onBroken = onBroken;
  }

  /** Loads the decoder, so that it is there when the picture is. */
  prepare(): void {
    this.#start();
  }

  /** Looks at what the video shows now, unless it is still busy with an earlier frame. */
  async look(video: HTMLVideoElement, formats: readonly CodeFormat[]): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    const id = this.#frame++;
    const cut = middle({ width: video.videoWidth, height: video.videoHeight }, CUT);
    try {
      const picture = await createImageBitmap(video, cut.x, cut.y, cut.width, cut.height);
      this.#send({ id, picture, formats, looks: looksAt(id, formats) });
    } catch {
      this.#busy = false; // no picture just now
    }
  }

  /** Reads a photograph. Resolves with the text or null; a file that is no picture holds no code. */
  async readStill(file: Blob, formats: readonly CodeFormat[]): Promise<string | null> {
    const picture = await createImageBitmap(file).catch(() => null);
    if (!picture) return null;
    const id = -1 - this.#stills.size;
    const looks = [{ kind: 'whole' }, ...Array.from({ length: 12 }, (_, n) => ({
      kind: 'bars' as const, turn: n * 15,
    }))] as const;
    const reading = await new Promise<Reading | null>((done) => {
      this.#stills.set(id, done);
      this.#send({ id, picture, formats, looks });
    });
    return reading?.text ?? null;
  }

  #send(job: Job): void {
    this.#start().postMessage(job, [job.picture]);
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = (event: MessageEvent<Reply>) => this.#heard(event.data);
    worker.onerror = () => this.#broke();
    this.#worker = worker;
    return worker;
  }

  #heard(reply: Reply): void {
    if (reply.kind === 'failed') this.#broke();
    if (reply.kind !== 'done') return;
    const still = this.#stills.get(reply.id);
    if (still) {
      this.#stills.delete(reply.id);
      still(reply.reading);
      return;
    }
    this.#busy = false;
    this.#onFrame(reply);
  }

  /** Loaded anew at the next start. */
  #broke(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#busy = false;
    for (const done of this.#stills.values()) done(null);
    this.#stills.clear();
    this.#onBroken();
  }
}
