// The one stream of the camera. Opened once and kept a while after use, because iOS asks for permission
// each time; never opened twice at once, because phones then give a black one.

/** Long enough for the next package, short enough that the camera's light does not stay on. */
export const KEEP_MS = 75_000;
const SIZE = { width: { ideal: 1920 }, height: { ideal: 1080 }, frameRate: { ideal: 30 } };

export class CameraStream {
  #stream: MediaStream | null = null;
  #lens: string | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #release: ReturnType<typeof setTimeout> | undefined;

  get track(): MediaStreamTrack | null {
    return this.#stream?.getVideoTracks()[0] ?? null;
  }

  /** Whether its picture can be expected to move. */
  get alive(): boolean {
    return this.track?.readyState === 'live' && !this.track.muted;
  }

  /** The stream of this lens (by id; null: the back camera), opened where it is not yet. A lens that is
   *  gone gives another. Throws the browser's DOMException. */
  open(lens: string | null): Promise<MediaStream> {
    clearTimeout(this.#release);
    const opened = this.#turn.then(() => this.#open(lens));
    this.#turn = opened.catch(() => {});
    return opened;
  }

  /** Not looked at now: ends by itself when nobody comes back. */
  park(): void {
    clearTimeout(this.#release);
    this.#release = setTimeout(() => this.end(), KEEP_MS);
  }

  end(): void {
    clearTimeout(this.#release);
    for (const track of this.#stream?.getTracks() ?? []) {
      track.onended = null;
      track.onmute = null;
      track.stop();
    }
    this.#stream = null;
  }

  async #open(lens: string | null): Promise<MediaStream> {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException('', 'NotFoundError');
    if (this.#stream && this.alive && lens === this.#lens) return this.#stream;
    this.end();
    this.#stream = await (lens ? chosen(lens) : ask({ facingMode: { ideal: 'environment' } }));
    this.#lens = lens;
    return this.#stream;
  }
}

function ask(which: MediaTrackConstraints): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ video: { ...SIZE, ...which } });
}

/** Exactly this one: wishes for a lens and for the back weigh alike, and the wrong lens may win. */
async function chosen(lens: string): Promise<MediaStream> {
  try {
    return await ask({ deviceId: { exact: lens } });
  } catch (error) {
    const gone = ['OverconstrainedError', 'NotFoundError'].includes((error as DOMException)?.name);
    if (!gone) throw error;
    return ask({ facingMode: { ideal: 'environment' } });
  }
}
