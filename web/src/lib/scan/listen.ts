// Ties the judgement of bursts to the page: keys anywhere, and the `input` events by which Android's
// scanner services type. Keeps a scan out of whatever had the focus. Never takes the focus itself.

import { fieldOf, giveBack, insertedBetween, snapshot, type Restore } from './field.ts';
import { remembered } from './remembered.ts';
import { isSink, openSink } from './sink.ts';
import { GAP_MS, SHORTEST, WedgeBuffer, type Burst, type Key, type Verdict } from './wedge.ts';

const TYPED = new Set(['insertText', 'insertCompositionText', 'insertFromComposition']);

/** Told of every burst that came from a scanner, a scan or not. */
export type BurstWatcher = (burst: Burst, isScan: boolean) => void;
const watchers = new Set<BurstWatcher>();

/** For the screen that shows what a scanner types. Returns how to stop. */
export function watchBursts(watcher: BurstWatcher): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Watches the page and hands over whole scans. Returns how to stop. */
export function listen(onScan: (text: string) => void): () => void {
  const page = new Page(onScan);
  const closeSink = openSink();
  const keydown = (event: KeyboardEvent) => page.keydown(event);
  const keyup = () => page.keyup();
  const beforeinput = (event: Event) => page.beforeInput(event as InputEvent);
  const input = (event: Event) => page.input(event as InputEvent);
  addEventListener('keydown', keydown, { capture: true });
  addEventListener('keyup', keyup, { capture: true });
  document.addEventListener('beforeinput', beforeinput, { capture: true });
  document.addEventListener('input', input, { capture: true });
  return () => {
    page.stop();
    closeSink();
    removeEventListener('keydown', keydown, { capture: true });
    removeEventListener('keyup', keyup, { capture: true });
    document.removeEventListener('beforeinput', beforeinput, { capture: true });
    document.removeEventListener('input', input, { capture: true });
  };
}

class Page {
  #onScan: (text: string) => void;
  #buffer = new WedgeBuffer(() => remembered.scanner);
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Puts the field back that this burst fell into. */
  #restore: Restore | null = null;
  #restoring = false;
  /** A key with a character is down: the next `input` event says it once more. */
  #typing = false;
  /** What the field held before the edit that is under way. */
  #before: string | null = null;

  constructor(onScan: (text: string) => void) {
    this.#onScan = onScan;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  keydown(event: KeyboardEvent): void {
    // Text being composed, or a soft keyboard's key: what it means comes as an `input` event.
    const unnamed = event.key === 'Unidentified' || event.key === 'Process';
    this.#typing = false;
    if (event.isComposing || event.metaKey || unnamed) return;
    const key: Key = {
      key: event.key, code: event.code, alt: event.altKey, ctrl: event.ctrlKey, at: event.timeStamp,
    };
    const inField = this.#begin(event.target, this.#buffer.startsWith(key));
    const single = [...event.key].length === 1;
    this.#typing = single;
    const verdict = this.#buffer.take({ ...key, inField });
    const held = verdict.kind === 'scan' || (verdict.kind === 'part' && verdict.held);
    if (held) {
      // A scanner's Enter must not submit a form or press a button, nor its prefix reach a field.
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (single && isSink(event.target)) event.preventDefault();
    this.#judge(verdict);
  }

  keyup(): void {
    this.#typing = false;
  }

  beforeInput({ target, timeStamp }: InputEvent): void {
    const field = fieldOf(target);
    if (!field || this.#restoring) return;
    this.#before = textOf(field);
    // The last moment at which the field is as it was, when no key has come before.
    this.#begin(target, this.#buffer.startsAt(timeStamp));
  }

  input({ target, inputType, timeStamp: at }: InputEvent): void {
    const field = fieldOf(target);
    const before = this.#before;
    this.#before = null;
    if (!field || before === null || this.#restoring || !TYPED.has(inputType)) return;
    const text = insertedBetween(before, textOf(field));
    const ofKey = this.#typing && text.length === 1;
    this.#typing = false;
    if (text === '' || ofKey) return;
    this.#judge(this.#buffer.feed(text, at, !isSink(target)));
  }

  /** Something is about to arrive there: a new burst remembers the field. Returns whether there is one. */
  #begin(target: EventTarget | null, isNew: boolean): boolean {
    const field = isSink(target) ? null : fieldOf(target);
    if (!isNew) return field !== null;
    if (!this.#buffer.empty) this.#judge(this.#buffer.timeout());
    this.#restore = field && snapshot(field);
    return field !== null;
  }

  #judge(verdict: Verdict): void {
    clearTimeout(this.#timer);
    if (verdict.kind !== 'scan' && verdict.released) this.#release(verdict.released);
    if (verdict.kind === 'part') {
      this.#timer = setTimeout(() => this.#judge(this.#buffer.timeout()), GAP_MS);
      return;
    }
    emptySink();
    if (verdict.kind === 'none') {
      const { burst } = verdict;
      if (burst && watchers.size > 0 && isFast(burst)) this.#tell(burst, false);
      return;
    }
    this.#putBack();
    if (watchers.size > 0) this.#tell(verdict.burst, true);
    this.#onScan(verdict.text);
  }

  #tell(burst: Burst, isScan: boolean): void {
    if (!isScan) this.#putBack();
    for (const watcher of watchers) watcher(burst, isScan);
  }

  #putBack(): void {
    this.#restoring = true;
    this.#restore?.();
    this.#restoring = false;
    this.#restore = null;
  }

  #release(text: string): void {
    this.#restoring = true;
    giveBack(text);
    this.#restoring = false;
  }
}

/** As fast as scanners type: for showing a scan that came torn or damaged. */
function isFast({ raw, pace, strokes }: Burst): boolean {
  const piece = strokes.some((stroke) => stroke.text.length >= SHORTEST);
  return raw.length >= SHORTEST && (piece || pace <= 100);
}

function textOf(field: HTMLElement): string {
  return 'value' in field ? String(field.value) : (field.textContent ?? '');
}

function emptySink(): void {
  const sink = document.activeElement;
  if (sink instanceof HTMLInputElement && isSink(sink)) sink.value = '';
}
