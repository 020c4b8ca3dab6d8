// Handheld scanners that type. Tells their bursts of keys from people's typing, anywhere on the
// page, without taking the focus: `WedgeBuffer` is the judgement, `listen` ties it to the page.

import { isWhole } from './parse.ts';

/** Longest pause inside one scan: shorter limits tear slow Bluetooth scanners' codes apart. */
export const GAP_MS = 250;
const SHORTEST = 4;
/** Inside a text field only what no person types: this fast on average, or faster and any text. */
const FIELD_WHOLE_MS = 100;
const FIELD_ANY_MS = 30;
const FIELD_ANY_LENGTH = 8;
const GS = '\u001d';
const MODIFIERS = new Set(['Shift', 'Alt', 'AltGraph', 'Control', 'CapsLock', 'NumLock']);

export interface Key {
  key: string;
  code?: string;
  alt?: boolean;
  ctrl?: boolean;
  /** Milliseconds, from any start. */
  at: number;
  /** Typed into a text field. */
  inField?: boolean;
}

/** `scan`: a whole scan ended with this key. `part`: it may be going on. `none`: not ours. */
export type Verdict = { kind: 'scan'; text: string } | { kind: 'part' } | { kind: 'none' };

export class WedgeBuffer {
  #text = '';
  #first = 0;
  #last = 0;
  #inField = false;
  #altDigits = '';

  get empty(): boolean {
    return this.#text === '';
  }

  /** Whether a key at this time would begin a new burst. */
  startsAt(at: number): boolean {
    return this.empty || at - this.#last > GAP_MS;
  }

  take(key: Key): Verdict {
    if (key.at - this.#last > GAP_MS) this.clear();
    if (key.alt && /^\d$/.test(key.key)) {
      this.#altDigits += key.key;
      this.#last = key.at;
      return { kind: this.empty ? 'none' : 'part' };
    }
    if (MODIFIERS.has(key.key)) return { kind: this.empty ? 'none' : 'part' };
    this.#endAlt();
    if (key.key === 'Enter' || key.key === 'Tab') return this.#end(true);
    if (key.ctrl && key.key === ']') return this.#append(GS, key);
    if (key.ctrl || key.alt) {
      this.clear();
      return { kind: 'none' };
    }
    if ([...key.key].length === 1) return this.#append(key.key, key);
    this.clear(); // an arrow, Backspace, Escape: a person
    return { kind: 'none' };
  }

  /** No key came for GAP_MS: without a terminator only a code that proves its wholeness counts. */
  timeout(): Verdict {
    this.#endAlt();
    return this.#end(false);
  }

  clear(): void {
    this.#text = '';
    this.#altDigits = '';
    this.#inField = false;
  }

  #append(char: string, key: Key): Verdict {
    if (this.empty) {
      this.#first = key.at;
      this.#inField = key.inField ?? false;
    }
    this.#text += char;
    this.#last = key.at;
    return { kind: 'part' };
  }

  /** Windows scanners type FNC1 as Alt and 0029 on the number pad. */
  #endAlt(): void {
    if (/^0*29$/.test(this.#altDigits)) this.#text += GS;
    this.#altDigits = '';
  }

  #end(terminated: boolean): Verdict {
    const text = this.#text;
    const gaps = Math.max(1, [...text].length - 1);
    const mean = (this.#last - this.#first) / gaps;
    const inField = this.#inField;
    this.clear();
    if (text.length < SHORTEST) return { kind: 'none' };
    // Never a PIN: so few digits are no barcode.
    if (/^\d{1,7}$/.test(text)) return { kind: 'none' };
    const whole = isWhole(text);
    if (inField) {
      const scanner = whole
        ? mean <= FIELD_WHOLE_MS
        : terminated && text.length >= FIELD_ANY_LENGTH && mean <= FIELD_ANY_MS;
      return scanner ? { kind: 'scan', text } : { kind: 'none' };
    }
    return terminated || whole ? { kind: 'scan', text } : { kind: 'none' };
  }
}

type TextField = HTMLInputElement | HTMLTextAreaElement;

function textField(target: EventTarget | null): TextField | null {
  if (target instanceof HTMLTextAreaElement) return target;
  if (!(target instanceof HTMLInputElement)) return null;
  const plain = ['text', 'search', 'number', 'password', 'email', 'tel', 'url', 'date', 'time'];
  return plain.includes(target.type) ? target : null;
}

/** Puts a field back as it was before the burst, and tells its component. */
function restore(field: TextField, value: string): void {
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Watches the page's keys and hands over whole scans. Returns how to stop. */
export function listen(onScan: (text: string) => void): () => void {
  const buffer = new WedgeBuffer();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let field: TextField | null = null;
  let before = '';

  function accept(text: string): void {
    if (field && !isSink(field)) restore(field, before);
    field = null;
    onScan(text);
  }

  function keydown(event: KeyboardEvent): void {
    if (event.isComposing || event.metaKey) return;
    const at = event.timeStamp;
    const inside = textField(event.target);
    const typed = inside && !isSink(inside) ? inside : null;
    if (buffer.startsAt(at)) {
      field = typed;
      before = typed?.value ?? '';
    }
    const verdict = buffer.take({
      key: event.key, code: event.code, alt: event.altKey, ctrl: event.ctrlKey, at,
      inField: typed !== null,
    });
    clearTimeout(timer);
    if (verdict.kind === 'scan') {
      // The scanner's Enter must not submit a form or press a button.
      event.preventDefault();
      event.stopImmediatePropagation();
      accept(verdict.text);
      return;
    }
    if (inside && isSink(inside) && [...event.key].length === 1) event.preventDefault();
    if (verdict.kind === 'part') {
      timer = setTimeout(() => {
        const late = buffer.timeout();
        if (late.kind === 'scan') accept(late.text);
      }, GAP_MS);
    }
  }

  const sink = makeSink(onScan);
  addEventListener('keydown', keydown, { capture: true });
  document.addEventListener('input', paste, { capture: true });

  /** Android's scanner services put the whole code into a field at once. */
  function paste(event: Event): void {
    const target = textField(event.target);
    const { data, inputType } = event as InputEvent;
    if (!target || isSink(target) || !data || data.length < SHORTEST) return;
    if (inputType !== 'insertText' && inputType !== 'insertCompositionText') return;
    const code = data.replace(/[\r\n\t]+$/, '');
    if (!isWhole(code)) return;
    event.stopImmediatePropagation();
    restore(target, target.value.replace(data, ''));
    onScan(code);
  }

  return () => {
    clearTimeout(timer);
    sink.remove();
    removeEventListener('keydown', keydown, { capture: true });
    document.removeEventListener('input', paste, { capture: true });
  };
}

const SINK = 'scanner-sink';
const SINK_QUIET_MS = 120;

function isSink(field: Element): boolean {
  return field.id === SINK;
}

/** On touch devices scanners' text arrives only in a focused field: an unseen one that opens no
 *  keyboard has the focus whenever nothing else wants it. */
function makeSink(onScan: (text: string) => void): { remove: () => void } {
  if (!globalThis.matchMedia?.('(pointer: coarse)').matches) return { remove: () => {} };
  const sink = document.createElement('input');
  sink.id = SINK;
  sink.inputMode = 'none';
  sink.autocomplete = 'off';
  sink.tabIndex = -1;
  sink.setAttribute('aria-label', 'Scanner');
  for (const [name, value] of Object.entries({
    position: 'fixed', top: '0', left: '0', width: '1px', height: '1px', opacity: '0',
    border: '0', padding: '0', pointerEvents: 'none',
  })) {
    sink.style.setProperty(name === 'pointerEvents' ? 'pointer-events' : name, value);
  }
  document.body.append(sink);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const flush = (terminated: boolean) => {
    clearTimeout(timer);
    const text = sink.value.replace(/[\r\n\t]+$/, '');
    sink.value = '';
    const digits = /^\d{1,7}$/.test(text);
    if (text.length >= SHORTEST && !digits && (terminated || isWhole(text))) onScan(text);
  };
  sink.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(() => flush(/[\r\n\t]$/.test(sink.value)), SINK_QUIET_MS);
  });
  sink.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && sink.value) flush(true);
  });
  const focus = () => {
    const free = !document.activeElement || document.activeElement === document.body;
    if (free && document.visibilityState === 'visible') sink.focus({ preventScroll: true });
  };
  const soon = () => setTimeout(focus, 50);
  addEventListener('pointerup', soon, { passive: true });
  document.addEventListener('visibilitychange', soon);
  focus();
  return {
    remove: () => {
      clearTimeout(timer);
      sink.remove();
      removeEventListener('pointerup', soon);
      document.removeEventListener('visibilitychange', soon);
    },
  };
}
