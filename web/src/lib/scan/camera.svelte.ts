// The camera as a scanner: shows it, reads codes from it, survives what phones do to it. Loaded only
// when a camera is opened. Draws nothing.

import { Agreement } from './agreement.ts';
import { keepAwake } from './awake.ts';
import { Decoder, type Heard } from './decoder.ts';
import { scanner } from './index.svelte.ts';
import { combinedOf, firstZoom, lensesOf, zoomsOf, type Lens, type ZoomRange } from './lenses.ts';
import { BAND } from './looks.ts';
import { remembered } from './remembered.ts';
import { Retries } from './retries.ts';
import { CameraStream } from './stream.ts';

export type CameraState =
  | 'off' | 'starting' | 'on' | 'denied' | 'missing' | 'busy' | 'dark' | 'failed';

const FIRST_PICTURE_MS = 6_000;
const DARK_FRAMES = 25;
/** WebKit says for a moment at the start that the camera is muted. */
const MUTED_MS = 2_000;
const FOCUS_MS = 4_000;

/** What browsers tell of a camera beyond what TypeScript knows. */
interface Abilities {
  torch?: boolean;
  zoom?: ZoomRange;
  focusMode?: string[];
  pointsOfInterest?: unknown;
}

class Camera {
  state = $state<CameraState>('off');
  torchable = $state(false);
  torch = $state(false);
  lenses = $state.raw<Lens[]>([]);
  /** The id of the one in use. */
  lens = $state<string | null>(null);
  zooms = $state.raw<number[]>([]);
  zoom = $state(1);
  focusable = $state(false);
  /** The part of the picture that is read, as fractions of its width and height. */
  band = $state.raw({ width: 0.5, height: 0.4 });
  #video: HTMLVideoElement | null = null;
  #stream = new CameraStream();
  #decoder = new Decoder((heard) => this.#heard(heard), () => this.#broke());
  #agreement = new Agreement();
  #retries = new Retries();
  #darkFrames = 0;
  /** What was begun for an earlier opening is no more looked at. */
  #run = 0;
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #sleep: (() => void) | null = null;

  constructor() {
    const look = () => this.#revive();
    document.addEventListener('visibilitychange', look);
    addEventListener('focus', look);
    addEventListener('pageshow', look);
  }

  /** Shows the camera in `video` and reads codes from it until `stop`. Faults end in `state`. */
  async start(video: HTMLVideoElement): Promise<void> {
    this.#retries.clear();
    this.#agreement = new Agreement();
    this.#sleep ??= keepAwake();
    await this.#begin(video);
  }

  /** Stops reading. The stream is kept a while. */
  stop(): void {
    this.#run += 1;
    clearTimeout(this.#watchdog);
    this.#sleep?.();
    this.#sleep = null;
    if (this.torch) void this.setTorch(false);
    if (this.#video) this.#video.srcObject = null;
    this.#video = null;
    this.state = 'off';
    this.#stream.park();
  }

  async setTorch(on: boolean): Promise<void> {
    if (await this.#apply({ torch: on })) this.torch = on;
    else this.torchable = false;
  }

  async setZoom(zoom: number): Promise<void> {
    remembered.keep({ zoom });
    if (await this.#apply({ zoom })) this.zoom = zoom;
  }

  /** Another of the phone's cameras, remembered: on some the first cannot focus so near. */
  async chooseLens(id: string): Promise<void> {
    remembered.keep({ lens: id, zoom: null });
    const video = this.#video;
    if (!video) return;
    this.#stream.end();
    await this.start(video);
  }

  /** Focuses on a point of the picture, given as fractions of it, where the camera can. */
  async focusAt(x: number, y: number): Promise<void> {
    if (!this.focusable) return;
    const run = this.#run;
    const at = { pointsOfInterest: [{ x, y }], focusMode: 'single-shot' };
    if (!(await this.#apply(at))) return;
    setTimeout(() => {
      if (run === this.#run) void this.#apply({ focusMode: 'continuous' });
    }, FOCUS_MS);
  }

  /** Reads a photograph, where there is no live camera. Resolves with the text or null. */
  readStill(file: Blob): Promise<string | null> {
    return this.#decoder.readStill(file, scanner.formats);
  }

  async #begin(video: HTMLVideoElement): Promise<void> {
    const run = ++this.#run;
    this.#video = video;
    this.state = 'starting';
    this.#decoder.prepare();
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      if (run === this.#run && this.state === 'starting' && this.#stream.track) this.#anew('dark');
    }, FIRST_PICTURE_MS);
    try {
      const stream = await this.#open();
      if (run !== this.#run) return;
      await this.#show(video, stream, run);
    } catch (error) {
      if (run === this.#run) this.state = faultOf(error);
    }
  }

  /** Labels are known only once the camera is allowed: then a better lens may be found. */
  async #open(): Promise<MediaStream> {
    const stream = await this.#stream.open(remembered.lens);
    this.lenses = lensesOf(await navigator.mediaDevices.enumerateDevices());
    const better = remembered.lens === null ? combinedOf(this.lenses) : null;
    if (!better || better.id === this.#stream.track?.getSettings().deviceId) return stream;
    remembered.keep({ lens: better.id });
    return this.#stream.open(better.id);
  }

  async #show(video: HTMLVideoElement, stream: MediaStream, run: number): Promise<void> {
    const track = this.#stream.track!;
    this.lens = track.getSettings().deviceId ?? null;
    this.#darkFrames = 0;
    track.onended = () => run === this.#run && this.#anew('dark');
    track.onmute = () =>
      setTimeout(() => run === this.#run && track.muted && this.#revive(), MUTED_MS);
    video.srcObject = stream;
    await this.#learn(track);
    // Interrupted by the next start or a closing: that one goes on.
    await video.play().catch((error: unknown) => {
      if (run === this.#run) throw error;
    });
    this.#loop(video, run);
  }

  async #learn(track: MediaStreamTrack): Promise<void> {
    const can = (track.getCapabilities?.() ?? {}) as Abilities;
    this.torchable = can.torch === true;
    this.torch = false;
    this.focusable = !!can.pointsOfInterest || !!can.focusMode?.includes('single-shot');
    this.zooms = zoomsOf(can.zoom);
    this.zoom = 1;
    const now = this.lenses.find((lens) => lens.id === this.lens);
    const phone = matchMedia('(pointer: coarse)').matches && Math.min(screen.width, screen.height) < 600;
    const combined = !!now && combinedOf([now]) !== null;
    const first = firstZoom(this.zooms, { kept: remembered.zoom, combined, phone });
    if (first !== 1 && (await this.#apply({ zoom: first }))) this.zoom = first;
  }

  /** Settings that TypeScript does not know; false where the camera refuses them. */
  async #apply(set: Record<string, unknown>): Promise<boolean> {
    const track = this.#stream.track;
    if (!track) return false;
    const advanced = [set as MediaTrackConstraintSet];
    return track.applyConstraints({ advanced }).then(() => true, () => false);
  }

  #loop(video: HTMLVideoElement, run: number): void {
    const next = () => {
      if (run !== this.#run) return;
      if (video.videoWidth > 0) {
        if (this.state === 'starting') this.state = 'on';
        this.#measure(video);
        void this.#decoder.look(video, scanner.formats);
      }
      schedule();
    };
    const schedule = () => {
      if ('requestVideoFrameCallback' in video) video.requestVideoFrameCallback(next);
      else setTimeout(next, 66);
    };
    schedule();
  }

  #measure({ videoWidth, videoHeight }: HTMLVideoElement): void {
    const width = Math.min(1, BAND.width / videoWidth);
    const height = Math.min(1, BAND.height / videoHeight);
    if (width !== this.band.width || height !== this.band.height) this.band = { width, height };
  }

  #heard({ reading, dark }: Heard): void {
    if (this.#video === null || this.state === 'failed') return;
    const now = performance.now();
    if (dark) {
      this.#darkFrames += 1;
      this.#retries.dark();
      if (this.#darkFrames >= DARK_FRAMES) this.#anew('dark');
      return;
    }
    this.#darkFrames = 0;
    this.#retries.well(now);
    if (this.state === 'dark') this.state = 'on';
    const text = this.#agreement.take(reading, now);
    if (text !== null) void scanner.submit(text, 'camera');
  }

  /** Starts again when it is time; says meanwhile what is wrong. */
  #anew(why: CameraState): void {
    this.state = why;
    const video = this.#video;
    if (!video || !this.#retries.may(performance.now())) return;
    this.#stream.end();
    void this.#begin(video).then(() => {
      // Said until there is a picture again.
      if (this.#video === video && this.state === 'starting') this.state = why;
    });
  }

  #broke(): void {
    if (this.state !== 'off') this.state = 'failed';
  }

  /** After the page was away: iOS may have ended or muted the track without a word. */
  #revive(): void {
    const video = this.#video;
    if (document.visibilityState !== 'visible' || !video || this.state === 'starting') return;
    if (this.state !== 'on' && this.state !== 'dark') return;
    if (!this.#stream.alive) this.#anew('dark');
    else if (video.paused) void video.play().catch(() => {});
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

export const camera = new Camera();
