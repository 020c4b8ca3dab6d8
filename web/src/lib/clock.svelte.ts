// The box's time as this device knows it. Devices' clocks are often wrong and ages and deadlines
// are the box's, so every answer's Date header corrects an offset; `now` ticks for the screens.

const TICK_MS = 5_000;

class Clock {
  /** Milliseconds since 1970 by the box's clock; reactive, moves every five seconds. */
  now = $state(Date.now());
  #offset = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** The same, exact to this moment; not reactive. */
  exact(): number {
    return Date.now() + this.#offset;
  }

  /** Learns from an answer's Date header (whole seconds: small differences are left alone). */
  learn(date: string | null): void {
    const at = date ? Date.parse(date) : Number.NaN;
    if (!Number.isFinite(at)) return;
    const offset = at + 500 - Date.now();
    if (Math.abs(offset - this.#offset) > 2_000) {
      this.#offset = Math.abs(offset) < 1_000 ? 0 : offset;
      this.now = this.exact();
    }
  }

  start(): void {
    clearInterval(this.#timer);
    this.#timer = setInterval(() => (this.now = this.exact()), TICK_MS);
  }
}

export const clock = new Clock();
