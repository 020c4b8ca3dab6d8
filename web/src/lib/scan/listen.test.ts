import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listen, watchBursts } from './listen.ts';
import { characters, whole } from './recordings/datawedge.ts';
import type { Recording } from './recordings/shape.ts';
import { remembered } from './remembered.ts';
import type { Burst } from './wedge.ts';

const TAG = '1A4060300000C1F000044136';
let scans: string[] = [];
let stop: () => void;
let now = 0;

beforeEach(() => {
  vi.useFakeTimers();
  scans = [];
  now += 10_000;
  stop = listen((text) => scans.push(text));
});
afterEach(() => {
  stop();
  remembered.keep({ scanner: { prefix: '', suffix: 'enter', gs: '' } });
  vi.useRealTimers();
  document.body.replaceChildren();
});

function send<E extends Event>(target: EventTarget, event: E, at: number): E {
  Object.defineProperty(event, 'timeStamp', { value: now + at });
  target.dispatchEvent(event);
  return event;
}

type Editable = HTMLInputElement | HTMLTextAreaElement;

/** A key, and what the browser does after it when nobody prevents it. */
function press(target: HTMLElement, key: string, at: number, more: KeyboardEventInit = {}): KeyboardEvent {
  const init = { key, bubbles: true, cancelable: true, ...more };
  const event = send(target, new KeyboardEvent('keydown', init), at);
  if (!event.defaultPrevented && key.length === 1 && 'value' in target) put(target as Editable, key, at);
  return event;
}

/** Text that comes without a named key, as from Android's scanner services. */
function put(target: Editable, data: string, at: number): void {
  const init = { bubbles: true, data, inputType: 'insertText' };
  send(target, new InputEvent('beforeinput', init), at);
  const [start, end] = [target.selectionStart ?? target.value.length, target.selectionEnd ?? 0];
  target.value = target.value.slice(0, start) + data + target.value.slice(Math.max(start, end));
  target.setSelectionRange?.(start + data.length, start + data.length);
  send(target, new InputEvent('input', init), at);
}

function field(value = '', make: () => Editable = () => document.createElement('input')): Editable {
  const made = make();
  made.value = value;
  document.body.append(made);
  made.focus();
  return made;
}

function play({ events }: Recording, target: Editable): void {
  for (const event of events) {
    if ('input' in event) {
      send(target, new KeyboardEvent('keydown', { key: 'Unidentified', bubbles: true }), event.at);
      put(target, event.input, event.at);
    } else press(target, event[0], event[1]);
  }
}

describe('keys', () => {
  it('are read without focus, and their Enter presses nothing', () => {
    [...TAG].forEach((key, i) => press(document.body, key, i * 8));
    const enter = press(document.body, 'Enter', 300);
    expect(scans).toEqual([TAG]);
    expect(enter.defaultPrevented).toBe(true);
  });

  it('begin a scan of their own right after text that was put in at once', () => {
    const made = field();
    put(made, 'tel-7', 0);
    [...TAG].forEach((key, i) => press(made, key, 40 + i * 8));
    press(made, 'Enter', 300);
    expect(scans).toEqual([TAG]);
    expect(made.value).toBe('tel-7');
  });

  it('are taken out of the field they fell into, and its component is told', () => {
    for (const make of [undefined, () => document.createElement('textarea')]) {
      scans = [];
      now += 1_000;
      const into = field('gummies', make);
      into.setSelectionRange(2, 4);
      let told = '';
      into.addEventListener('input', () => (told = into.value));
      [...TAG].forEach((key, i) => press(into, key, i * 8));
      expect(into.value).toContain(TAG);
      press(into, 'Enter', 300);
      expect(scans).toEqual([TAG]);
      expect([into.value, into.selectionStart, into.selectionEnd]).toEqual(['gummies', 2, 4]);
      expect(told).toBe('gummies');
    }
  });

  it('leave a field of numbers and a date as they were', () => {
    for (const [type, value] of [['number', '12'], ['date', '2027-02-28']] as const) {
      scans = [];
      now += 1_000;
      const into = field(value, () => Object.assign(document.createElement('input'), { type }));
      [...TAG].forEach((key, i) => send(into, new KeyboardEvent('keydown', { key, bubbles: true }), i * 8));
      press(into, 'Enter', 300);
      expect([into.value, scans]).toEqual([value, [TAG]]);
    }
  });

  it('leave an editable element as it was', () => {
    const into = document.createElement('div');
    into.contentEditable = 'true';
    into.textContent = 'note';
    document.body.append(into);
    into.focus();
    document.getSelection()?.collapse(into.firstChild, 4);
    [...TAG].forEach((key, i) => {
      press(into, key, i * 8);
      (into.firstChild as Text).data += key;
    });
    press(into, 'Enter', 300);
    expect([into.textContent, scans]).toEqual(['note', [TAG]]);
  });

  it('of a person in a field stay there, Enter too', () => {
    const into = field();
    [...'kush'].forEach((key, i) => press(into, key, i * 150));
    const enter = press(into, 'Enter', 700);
    expect([scans, into.value, enter.defaultPrevented]).toEqual([[], 'kush', false]);
  });

  it('end by time when no Enter comes', () => {
    [...TAG].forEach((key, i) => press(document.body, key, i * 8));
    expect(scans).toEqual([]);
    vi.advanceTimersByTime(300);
    expect(scans).toEqual([TAG]);
  });

  it('with a prefix never reach the field; a person’s own comes out of it again', () => {
    remembered.keep({ scanner: { prefix: '~', suffix: 'enter', gs: '' } });
    // The test's document has no editing commands of its own.
    const typed: string[] = [];
    document.execCommand = (_, __, text) => typed.push(text ?? '') > 0;
    const into = field('gummies');
    [...`~${TAG}`].forEach((key, i) => press(into, key, i * 8));
    expect(into.value).toBe('gummies');
    press(into, 'Enter', 300);
    expect([into.value, scans, typed]).toEqual(['gummies', [TAG], []]);
    press(into, '~', 2_000);
    vi.advanceTimersByTime(300);
    expect(typed).toEqual(['~']);
  });
});

describe('input events', () => {
  it('of a scanner service are taken out of the field, whole or by characters', () => {
    for (const recording of [whole, characters]) {
      scans = [];
      now += 5_000;
      const into = field('blue');
      play(recording, into);
      expect([into.value, scans]).toEqual(['blue', [TAG]]);
    }
  });

  it('without a terminator end by time', () => {
    const into = field('blue');
    put(into, TAG, 0);
    expect(scans).toEqual([]);
    vi.advanceTimersByTime(300);
    expect([into.value, scans]).toEqual(['blue', [TAG]]);
  });

  it('of a composition that grows are read once', () => {
    const into = field();
    for (let n = 1; n <= TAG.length; n += 1) {
      const init = { bubbles: true, data: TAG.slice(0, n), inputType: 'insertCompositionText' };
      send(into, new InputEvent('beforeinput', init), n * 12);
      into.value = TAG.slice(0, n);
      send(into, new InputEvent('input', init), n * 12);
    }
    // The end of the composition says it all once more and changes nothing.
    const init = { bubbles: true, data: TAG, inputType: 'insertCompositionText' };
    send(into, new InputEvent('beforeinput', init), 300);
    send(into, new InputEvent('input', init), 300);
    press(into, 'Enter', 310);
    expect([into.value, scans]).toEqual(['', [TAG]]);
  });

  it('of pasting and of suggestions are a person’s', () => {
    const into = field();
    const init = { bubbles: true, data: TAG, inputType: 'insertFromPaste' };
    send(into, new InputEvent('beforeinput', init), 0);
    into.value = TAG;
    send(into, new InputEvent('input', init), 0);
    put(into, ' Tidewater ', 900);
    press(into, 'Enter', 1_000);
    vi.advanceTimersByTime(300);
    expect([into.value, scans]).toEqual([`${TAG} Tidewater `, []]);
  });
});

it('shows a watcher every burst of a scanner, torn ones too, and keeps those from the field', () => {
  const seen: [Burst, boolean][] = [];
  const end = watchBursts((burst, isScan) => seen.push([burst, isScan]));
  const into = field();
  [...TAG.slice(0, 9)].forEach((key, i) => press(into, key, i * 8));
  vi.advanceTimersByTime(300);
  expect(into.value).toBe('');
  [...TAG].forEach((key, i) => press(into, key, 900 + i * 8));
  press(into, 'Enter', 1_200);
  end();
  expect(seen.map(([{ raw, terminator }, isScan]) => [raw, terminator, isScan])).toEqual([
    [TAG.slice(0, 9), '', false], [TAG, '\r', true],
  ]);
});
