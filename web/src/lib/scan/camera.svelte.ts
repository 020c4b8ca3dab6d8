// The camera as a scanner: one stream, a band of each frame to the worker, readings out. Loaded
// only when a camera is opened. Knows the faults of phones' cameras; draws nothing.

import { scanner } from './index.svelte.ts';
import { Agreement } from './agreement.ts';
import type { Job, Reply } from './worker.ts';

export type CameraState =
  | 'off' | 'starting' | 'on' | 'denied' | 'missing' | 'busy' | 'dark' | 'failed';

/** A 24-character tag as Code 128 is 264 modules wide: this many pixels leave 3.6 for each. */
const BAND = { width: 960, height: 432 };
const WHOLE = { width: 1280, height: 720 };
const THOROUGH_EVERY = 3;
const KEEP_MS = 75_000;
const FIRST_PICTURE_MS = 6_000;
const DARK_FRAMES = 25;
const LENS_KEY = 'backstock.lens';

class Camera {
  state = $state<CameraState>('off');
  torchable = $state(false);
  torch = $state(false);
  lenses = $state.raw<MediaDeviceInfo[]>([]);
  /** The part of the picture that is read, as fractions of its width and height. */
  band = $state.raw({ width: 0.5, height: 0.4 });
  #video: HTMLVideoElement | null = null;
  #stream: MediaStream | null = null;
  #worker: Worker | null = null;
  #agreement = new Agreement();
  #busy = false;
  #frame = 0;
  #darkFrames = 0;
  #run = 0;
  #release: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const look = () => this.#revive();
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    addEventListener('pageshow', look);
  }

  /** Shows the camera in `video` and reads codes from it until `stop`. Faults end in `state`. */
  async start(video: HTMLVideoElement): Promise<void> {
    clearTimeout(this.#release);
    const run = ++this.#run;
    this.#video = video;
    this.state = 'starting';
    this.#agreement = new Agreement();
    this.#startWorker();
    try {
      const stream = await this.#open();
      if (run !== this.#run) return;
      await this.#show(video, stream, run);
    } catch (error) {
      if (run === this.#run) this.state = faultOf(error);
    }
  }

  /** Stops reading. The stream is kept a while: iOS asks for permission each time it is opened. */
  stop(): void {
    this.#run += 1;
    clearTimeout(this.#watchdog);
    if (this.torch) void this.setTorch(false);
    if (this.#video) this.#video.srcObject = null;
    this.#video = null;
    this.state = 'off';
    clearTimeout(this.#release);
    this.#release = setTimeout(() => this.#end(), KEEP_MS);
  }

  async setTorch(on: boolean): Promise<void> {
    const track = this.#stream?.getVideoTracks()[0];
    try {
      await track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
      this.torch = on;
    } catch {
      this.torchable = false;
    }
  }

  /** The next of the phone's back cameras, remembered: on some the first cannot focus so near. */
  async nextLens(): Promise<void> {
    const video = this.#video;
    if (!video || this.lenses.length < 2) return;
    const now = this.#stream?.getVideoTracks()[0]?.getSettings().deviceId;
    const at = this.lenses.findIndex((lens) => lens.deviceId === now);
    remember(this.lenses[(at + 1) % this.lenses.length]!.deviceId);
    this.#end();
    await this.start(video);
  }

  /** Reads a photograph, where there is no live camera. Resolves with the text or null. */
  async readStill(file: Blob): Promise<string | null> {
    const worker = this.#startWorker();
    const picture = await createImageBitmap(file);
    const id = -1 - Math.floor(Math.random() * 1e9);
    return new Promise((done) => {
      const hear = (event: MessageEvent<Reply>) => {
        if (event.data.kind === 'failed') done(null);
        if (event.data.kind !== 'done' || event.data.id !== id) return;
        worker.removeEventListener('message', hear);
        done(event.data.reading?.text ?? null);
      };
      worker.addEventListener('message', hear);
      const job: Job = { id, picture, formats: scanner.formats, thorough: true };
      worker.postMessage(job, [picture]);
    });
  }

  async #open(): Promise<MediaStream> {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('', 'NotFoundError');
    const track = this.#stream?.getVideoTracks()[0];
    if (this.#stream && track?.readyState === 'live' && !track.muted) return this.#stream;
    this.#end();
    const size = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } };
    const kept = localStorage.getItem(LENS_KEY);
    const lens = kept ? { deviceId: { ideal: kept } } : { facingMode: { ideal: 'environment' } };
    const stream = await navigator.mediaDevices.getUserMedia({ video: { ...size, ...lens } });
    this.#stream = stream;
    const better = kept ? null : await this.#findLenses(stream);
    if (!better) return stream;
    remember(better);
    this.#end();
    this.#stream = await navigator.mediaDevices.getUserMedia({
      video: { ...size, deviceId: { ideal: better } },
    });
    return this.#stream;
  }

  /** Labels are known only once the camera is allowed. iPhones' plain back camera cannot focus
   *  below 15 cm; the combined ones change to the wide lens by themselves. */
  async #findLenses(stream: MediaStream): Promise<string | null> {
    const all = await navigator.mediaDevices.enumerateDevices();
    const back = all.filter((d) => d.kind === 'videoinput' && !/front|frontal/i.test(d.label));
    this.lenses = back;
    const now = stream.getVideoTracks()[0]?.getSettings().deviceId;
    const combined = back.find((d) => /back (triple|dual wide) camera/i.test(d.label));
    return combined && combined.deviceId !== now ? combined.deviceId : null;
  }

  async #show(video: HTMLVideoElement, stream: MediaStream, run: number): Promise<void> {
    if (this.lenses.length === 0) await this.#findLenses(stream);
    const track = stream.getVideoTracks()[0]!;
    const abilities = track.getCapabilities?.() as { torch?: boolean } | undefined;
    this.torchable = abilities?.torch === true;
    this.torch = false;
    track.onended = () => run === this.#run && void this.#restart();
    video.srcObject = stream;
    this.#darkFrames = 0;
    this.#watchdog = setTimeout(() => {
      if (run === this.#run && this.state === 'starting') void this.#restart();
    }, FIRST_PICTURE_MS);
    await video.play();
    this.#loop(video, run);
  }

  #loop(video: HTMLVideoElement, run: number): void {
    const next = () => {
      if (run !== this.#run) return;
      if (video.videoWidth > 0) {
        if (this.state === 'starting') this.state = 'on';
        void this.#look(video);
      }
      schedule();
    };
    const schedule = () => {
      if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(next);
      else setTimeout(next, 66);
    };
    schedule();
  }

  async #look(video: HTMLVideoElement): Promise<void> {
    if (this.#busy || !this.#worker) return;
    this.#busy = true;
    const thorough = ++this.#frame % THOROUGH_EVERY === 0;
    const want = thorough ? WHOLE : BAND;
    const width = Math.min(want.width, video.videoWidth);
    const height = Math.min(want.height, video.videoHeight);
    const left = (video.videoWidth - width) >> 1;
    const top = (video.videoHeight - height) >> 1;
    this.#measure(video);
    try {
      const picture = await createImageBitmap(video, left, top, width, height);
      const job: Job = { id: this.#frame, picture, formats: scanner.formats, thorough };
      this.#worker.postMessage(job, [picture]);
    } catch {
      this.#busy = false; // no picture just now
    }
  }

  #measure({ videoWidth, videoHeight }: HTMLVideoElement): void {
    const width = Math.min(1, BAND.width / videoWidth);
    const height = Math.min(1, BAND.height / videoHeight);
    if (width !== this.band.width || height !== this.band.height) this.band = { width, height };
  }

  #startWorker(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = (event: MessageEvent<Reply>) => this.#heard(event.data);
    worker.onerror = () => this.#broke();
    this.#worker = worker;
    return worker;
  }

  #heard(reply: Reply): void {
    if (reply.kind === 'failed') this.#broke();
    if (reply.kind !== 'done' || reply.id < 0) return;
    this.#busy = false;
    if (this.state === 'off') return;
    this.#darkFrames = reply.dark ? this.#darkFrames + 1 : 0;
    if (!reply.dark && this.state === 'dark') this.state = 'on';
    if (this.#darkFrames === DARK_FRAMES) {
      this.state = 'dark';
      void this.#restart(true);
    }
    const text = this.#agreement.take(reply.reading, performance.now());
    if (text !== null) void scanner.submit(text, 'camera');
  }

  #broke(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#busy = false;
    if (this.state !== 'off') this.state = 'failed';
  }

  async #restart(dark = false): Promise<void> {
    const video = this.#video;
    if (!video) return;
    this.#end();
    await this.start(video);
    if (dark && this.state === 'starting') this.state = 'dark';
  }

  /** After the page was away: iOS may have ended or muted the track without a word. */
  #revive(): void {
    if (document.visibilityState !== 'visible' || !this.#video || this.state === 'starting') return;
    const track = this.#stream?.getVideoTracks()[0];
    if (!track || track.readyState === 'ended' || track.muted) void this.#restart();
    else if (this.#video.paused) void this.#video.play().catch(() => {});
  }

  #end(): void {
    for (const track of this.#stream?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    this.#stream = null;
    this.torch = false;
  }
}

function faultOf(error: unknown): CameraState {
  switch ((error as DOMException)?.name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'failed';
  }
}

function remember(deviceId: string): void {
  try {
    localStorage.setItem(LENS_KEY, deviceId);
  } catch {
    // Storage blocked: asked again next time.
  }
}

export const camera = new Camera();
