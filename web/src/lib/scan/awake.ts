// Keeps the screen from going dark while the camera is open: a phone held over a shelf is not touched.

/** Returns how to let it sleep again. */
export function keepAwake(): () => void {
  let lock: WakeLockSentinel | null = null;
  let wanted = true;
  const ask = async () => {
    if (!wanted || lock || document.visibilityState !== 'visible') return;
    // Refused on a low battery, and absent in older browsers: the screen then sleeps as it likes.
    lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
    lock?.addEventListener('release', () => (lock = null));
    if (!wanted) void lock?.release();
  };
  const again = () => void ask();
  document.addEventListener('visibilitychange', again);
  void ask();
  return () => {
    wanted = false;
    document.removeEventListener('visibilitychange', again);
    void lock?.release();
  };
}
