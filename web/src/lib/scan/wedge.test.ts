import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WedgeBuffer, listen, type Verdict } from './wedge.ts';

const TAG = '1A4060300000C1F000044136';

/** Types `text` with the given gaps (repeated), and says what each key was. */
function type(
  buffer: WedgeBuffer,
  keys: readonly string[],
  gaps: readonly number[],
  inField = false,
): Verdict[] {
  let at = 1_000;
  return keys.map((key, i) => {
    if (i > 0) at += gaps[(i - 1) % gaps.length]!;
    return buffer.take({ key, at, inField });
  });
}

describe('WedgeBuffer', () => {
  it('takes a USB scanner: 5 ms a key, Shift for capitals, Enter', () => {
    const keys = [...TAG].flatMap((c) => (/[A-Z]/.test(c) ? ['Shift', c] : [c]));
    const verdicts = type(new WedgeBuffer(), [...keys, 'Enter'], [5, 6, 4]);
    expect(verdicts.at(-1)).toEqual({ kind: 'scan', text: TAG });
  });

  it('keeps a slow Bluetooth scanner whole, pauses of 180 ms included', () => {
    const gaps = [22, 40, 180, 31, 60, 120];
    const verdicts = type(new WedgeBuffer(), [...TAG, 'Tab'], gaps);
    expect(verdicts.filter((v) => v.kind === 'scan')).toEqual([{ kind: 'scan', text: TAG }]);
  });

  it('does not take the tail of a scan torn by a long pause for a scan', () => {
    const gaps = [...Array(9).fill(8), 400, ...Array(20).fill(8)] as number[];
    const buffer = new WedgeBuffer();
    const verdicts = type(buffer, [...TAG], gaps);
    expect(verdicts.every((v) => v.kind === 'part')).toBe(true);
    expect(buffer.timeout()).toEqual({ kind: 'none' });
  });

  it('ends a whole code by time alone when the scanner sends no Enter', () => {
    const buffer = new WedgeBuffer();
    type(buffer, [...TAG], [7]);
    expect(buffer.timeout()).toEqual({ kind: 'scan', text: TAG });
  });

  it('never takes a PIN, nor anything shorter than four', () => {
    for (const text of ['123456', '1234567', 'abc']) {
      expect(type(new WedgeBuffer(), [...text, 'Enter'], [20]).at(-1)).toEqual({ kind: 'none' });
    }
  });

  it('leaves a person typing in a field alone, however fast', () => {
    const fast = [95, 70, 130, 60, 110];
    expect(type(new WedgeBuffer(), [...'Blue Dream', 'Enter'], fast, true).at(-1)).toEqual({
      kind: 'none',
    });
    const digits = type(new WedgeBuffer(), [...'036000291452', 'Enter'], [140, 210], true);
    expect(digits.at(-1)).toEqual({ kind: 'none' });
  });

  it('takes a scanner inside a field: a whole code, or any long text far too fast', () => {
    const code = type(new WedgeBuffer(), [...'036000291452', 'Enter'], [12], true);
    expect(code.at(-1)).toEqual({ kind: 'scan', text: '036000291452' });
    const text = type(new WedgeBuffer(), [...'LOT-2291-B', 'Enter'], [9], true);
    expect(text.at(-1)).toEqual({ kind: 'scan', text: 'LOT-2291-B' });
  });

  it('keeps group separators: Alt+0029, Ctrl+] and the character itself', () => {
    const end = { key: 'Enter', at: 200 };
    const start = (buffer: WedgeBuffer) =>
      [...'0100614141000012'].forEach((key, i) => buffer.take({ key, at: 100 + i }));

    const windows = new WedgeBuffer();
    start(windows);
    windows.take({ key: 'Alt', alt: true, at: 120 });
    [...'0029'].forEach((key, i) => windows.take({ key, alt: true, at: 121 + i }));
    [...'10A'].forEach((key, i) => windows.take({ key, at: 130 + i }));
    expect(windows.take(end)).toEqual({ kind: 'scan', text: '0100614141000012\u001d10A' });

    const control = new WedgeBuffer();
    start(control);
    control.take({ key: ']', ctrl: true, at: 120 });
    [...'10A'].forEach((key, i) => control.take({ key, at: 130 + i }));
    expect(control.take(end)).toEqual({ kind: 'scan', text: '0100614141000012\u001d10A' });
  });

  it('keeps the symbology identifier for the box', () => {
    const verdicts = type(new WedgeBuffer(), [...`]C1${TAG}`, 'Enter'], [5]);
    expect(verdicts.at(-1)).toEqual({ kind: 'scan', text: `]C1${TAG}` });
  });

  it('is ended by a key that only people press', () => {
    const verdicts = type(new WedgeBuffer(), [...'ABCD', 'Backspace', 'Enter'], [10]);
    expect(verdicts.some((v) => v.kind === 'scan')).toBe(false);
  });
});

describe('listen', () => {
  let scans: string[] = [];
  let stop: () => void;

  beforeEach(() => {
    vi.useFakeTimers();
    scans = [];
    stop = listen((text) => scans.push(text));
  });
  afterEach(() => {
    stop();
    vi.useRealTimers();
    document.body.replaceChildren();
  });

  function press(target: EventTarget, key: string, at: number): KeyboardEvent {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
    Object.defineProperty(event, 'timeStamp', { value: at });
    target.dispatchEvent(event);
    return event;
  }

  it('reads without focus and keeps the Enter from pressing anything', () => {
    [...TAG].forEach((key, i) => press(document.body, key, 1_000 + i * 8));
    const enter = press(document.body, 'Enter', 1_300);
    expect(scans).toEqual([TAG]);
    expect(enter.defaultPrevented).toBe(true);
  });

  it('takes a scan out of the field it fell into, and tells the field', () => {
    const field = document.createElement('input');
    field.value = 'gummies';
    let told = '';
    field.addEventListener('input', () => (told = field.value));
    document.body.append(field);
    [...TAG].forEach((key, i) => {
      press(field, key, 2_000 + i * 8);
      field.value += key; // what the browser does after the keydown
    });
    press(field, 'Enter', 2_300);
    expect(scans).toEqual([TAG]);
    expect(field.value).toBe('gummies');
    expect(told).toBe('gummies');
  });

  it('leaves Enter in a field to the person who typed', () => {
    const field = document.createElement('input');
    document.body.append(field);
    [...'kush'].forEach((key, i) => press(field, key, 3_000 + i * 150));
    const enter = press(field, 'Enter', 3_700);
    expect(scans).toEqual([]);
    expect(enter.defaultPrevented).toBe(false);
  });

  it('ends by time when no Enter comes', () => {
    [...TAG].forEach((key, i) => press(document.body, key, 4_000 + i * 8));
    expect(scans).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(scans).toEqual([TAG]);
  });

  it('takes a code that a scanner service puts into a field at once', () => {
    const field = document.createElement('input');
    field.value = `blue${TAG}`;
    document.body.append(field);
    const event = new InputEvent('input', { bubbles: true, data: TAG, inputType: 'insertText' });
    field.dispatchEvent(event);
    expect(scans).toEqual([TAG]);
    expect(field.value).toBe('blue');
  });
});
