// Keeps the screen of the wall tablet on. Browsers take the lock away whenever the page is hidden, and
// may refuse it (a low battery, an old iPad): it is asked for again, and whoever looks can be told.

const AGAIN_MS = 60_000;

export class Awake {
  /** null: not asked yet. */
  held = $state<boolean | null>(null);
  #lock: WakeLockSentinel | null = null;

  /** Until the function that it returns is called. */
  start(): () => void {
    let over = false;
    const hold = async () => {
      if (over || document.visibilityState !== 'visible' || this.#lock) return;
      try {
        const lock = await navigator.wakeLock.request('screen');
        if (over) return void lock.release();
        this.#lock = lock;
        this.held = true;
        lock.addEventListener('release', () => {
          this.#lock = null;
          this.held = false;
        });
      } catch {
        this.held = false; // refused, or a browser that knows no such lock
      }
    };
    void hold();
    const timer = setInterval(hold, AGAIN_MS);
    document.addEventListener('visibilitychange', hold);
    return () => {
      over = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', hold);
      void this.#lock?.release();
    };
  }
}
