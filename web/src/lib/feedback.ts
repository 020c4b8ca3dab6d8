// Right and wrong, heard and felt: each outcome has its own tones and its own vibration, so that
// nobody has to look. Silent until the first tap, as browsers demand, and when muted.

import { prefs } from './prefs.svelte.ts';

/** Hz, start and length in seconds. */
type Tone = readonly [hz: number, at: number, long: number];
interface Signal {
  wave: OscillatorType;
  loud: number;
  tones: readonly Tone[];
  buzz: readonly number[];
}

const SIGNALS = {
  /** The scan was the expected one. */
  right: { wave: 'sine', loud: 0.5, tones: [[1568, 0, 0.09]], buzz: [40] },
  /** Refused: low, rough and long, not to be taken for anything else. */
  wrong: {
    wave: 'square', loud: 0.35, tones: [[196, 0, 0.16], [147, 0.2, 0.3]], buzz: [160, 80, 240],
  },
  /** A whole job is finished. */
  done: {
    wave: 'sine', loud: 0.5, tones: [[1047, 0, 0.1], [1319, 0.11, 0.1], [1568, 0.22, 0.2]],
    buzz: [40, 60, 40, 60, 90],
  },
  /** Something new wants a look. */
  attention: { wave: 'triangle', loud: 0.5, tones: [[880, 0, 0.14], [880, 0.24, 0.14]],
    buzz: [90, 90, 90] },
} as const satisfies Record<string, Signal>;

let context: AudioContext | null = null;

function unlock(): void {
  context ??= 'AudioContext' in globalThis ? new AudioContext() : null;
  // iOS leaves the context interrupted after a call or the lock screen.
  if (context && context.state !== 'running') void context.resume().catch(() => {});
}

for (const type of ['pointerdown', 'keydown'] as const) {
  globalThis.addEventListener?.(type, unlock, { passive: true, capture: true });
}

function play(signal: Signal): void {
  if (prefs.muted) return;
  navigator.vibrate?.([...signal.buzz]);
  if (!context) return;
  if (context.state !== 'running') void context.resume().catch(() => {});
  const start = context.currentTime + 0.01;
  for (const [hz, at, long] of signal.tones) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.type = signal.wave;
    tone.frequency.value = hz;
    // Short ramps: a square edge clicks.
    gain.gain.setValueAtTime(0, start + at);
    gain.gain.linearRampToValueAtTime(signal.loud, start + at + 0.008);
    gain.gain.setValueAtTime(signal.loud, start + at + long - 0.02);
    gain.gain.linearRampToValueAtTime(0, start + at + long);
    tone.connect(gain).connect(context.destination);
    tone.start(start + at);
    tone.stop(start + at + long + 0.02);
  }
}

export const feedback = {
  right: () => play(SIGNALS.right),
  wrong: () => play(SIGNALS.wrong),
  done: () => play(SIGNALS.done),
  attention: () => play(SIGNALS.attention),
};
