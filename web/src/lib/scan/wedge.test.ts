import { describe, expect, it } from 'vitest';
import * as bluetooth from './recordings/bluetooth.ts';
import * as datawedge from './recordings/datawedge.ts';
import * as keyboards from './recordings/keyboards.ts';
import * as people from './recordings/people.ts';
import type { Recording } from './recordings/shape.ts';
import * as usb from './recordings/usb.ts';
import { GAP_MS, WedgeBuffer, type Verdict } from './wedge.ts';

const TAG = '1A4060300000C1F000044136';
const TILDE = { prefix: '~', suffix: 'enter', gs: '' } as const;

/** Plays a recording as the page would hand it over, the clock included. */
function play({ setup, inField, events }: Recording): Verdict[] {
  const buffer = setup ? new WedgeBuffer(() => setup) : new WedgeBuffer();
  const verdicts: Verdict[] = [];
  let last = 0;
  const wait = (at: number) => {
    if (at - last > GAP_MS && !buffer.empty) verdicts.push(buffer.timeout());
    last = at;
  };
  for (const event of events) {
    const at = 'input' in event ? event.at : event[1];
    wait(at);
    if ('input' in event) verdicts.push(buffer.feed(event.input, at, inField));
    else verdicts.push(buffer.take({ key: event[0], at, inField, ...event[2] }));
  }
  wait(Infinity);
  return verdicts;
}

const scansOf = (verdicts: Verdict[]) =>
  verdicts.flatMap((verdict) => (verdict.kind === 'scan' ? [verdict.text] : []));

describe('recordings', () => {
  for (const [file, recordings] of Object.entries({ usb, bluetooth, keyboards, datawedge, people })) {
    for (const [name, recording] of Object.entries(recordings)) {
      it(`${file}: ${name}`, () => {
        const verdicts = play(recording);
        expect(scansOf(verdicts)).toEqual(recording.scans);
        const released = verdicts.map((one) => (one.kind === 'scan' ? '' : one.released)).join('');
        expect(released).toBe(recording.released ?? '');
      });
    }
  }

  it('takes every scanner in a text field as well', () => {
    const { tornTag, ...whole } = bluetooth;
    for (const recording of [...Object.values(usb), ...Object.values(whole), keyboards.capsLock]) {
      expect(scansOf(play({ ...recording, inField: true }))).toEqual(recording.scans);
    }
    expect(scansOf(play({ ...tornTag, inField: true }))).toEqual([]);
  });
});

/** Types `text` with one gap between keys, Enter where it is written. */
function type(buffer: WedgeBuffer, keys: readonly string[], gap: number, inField = false): Verdict[] {
  return keys.map((key, i) => buffer.take({ key, at: 1_000 + i * gap, inField }));
}

describe('WedgeBuffer', () => {
  it('never takes a PIN, nor anything shorter than four', () => {
    for (const text of ['123456', '1234567', 'abc']) {
      for (const gap of [2, 120]) {
        const last = type(new WedgeBuffer(), [...text, 'Enter'], gap).at(-1);
        expect(last).toMatchObject({ kind: 'none' });
      }
    }
  });

  it('takes any long text that comes far too fast for fingers', () => {
    const code = type(new WedgeBuffer(), [...'LOT-2291-B', 'Enter'], 9, true).at(-1);
    expect(code).toMatchObject({ kind: 'scan', text: 'LOT-2291-B' });
  });

  it('keeps the symbology identifier for the box, and puts a swapped one right', () => {
    for (const text of [`]C1${TAG}`, `]c1${TAG.toLowerCase()}`]) {
      const verdict = type(new WedgeBuffer(), [...text, 'Enter'], 5).at(-1);
      expect(verdict).toMatchObject({ kind: 'scan', text: `]C1${TAG}` });
    }
  });

  it('is ended by a key that only people press', () => {
    const verdicts = type(new WedgeBuffer(), [...'ABCD', 'Backspace', 'Enter'], 10);
    expect(scansOf(verdicts)).toEqual([]);
  });

  it('swallows a second terminator but not the Enter of a person', () => {
    const buffer = new WedgeBuffer();
    type(buffer, [...TAG, 'Enter'], 4);
    expect(buffer.take({ key: 'Enter', at: 1_110 })).toMatchObject({ kind: 'part', held: true });
    expect(buffer.take({ key: 'Enter', at: 1_600 })).toMatchObject({ kind: 'none' });
  });

  it('with a prefix holds a scan back from its first character on', () => {
    const verdicts = type(new WedgeBuffer(() => TILDE), [...'~ABC', 'Enter'], 5, true);
    expect(verdicts.slice(0, 4)).toEqual(
      Array<Verdict>(4).fill({ kind: 'part', held: true, released: '' }),
    );
    expect(verdicts.at(-1)).toMatchObject({ kind: 'scan', text: 'ABC' });
    const others = type(new WedgeBuffer(() => TILDE), [...'036000291452', 'Enter'], 5);
    expect(others[0]).toMatchObject({ kind: 'part', held: false });
    expect(others.at(-1)).toMatchObject({ kind: 'scan', text: '036000291452' });
  });

  it('lets go of what began like a longer prefix and is none', () => {
    const buffer = new WedgeBuffer(() => ({ prefix: '~>', suffix: 'enter', gs: '' }));
    const verdicts = type(buffer, [...'~hi'], 40, true);
    expect(verdicts.map((one) => one.kind === 'part' && [one.held, one.released])).toEqual([
      [true, ''], [false, '~'], [false, ''],
    ]);
  });

  it('puts a swapped prefix of letters right, and all that follows it', () => {
    const buffer = new WedgeBuffer(() => ({ prefix: 'Zq', suffix: 'enter', gs: '' }));
    const verdict = type(buffer, [...'zQ1a4-Lot', 'Enter'], 5).at(-1);
    expect(verdict).toMatchObject({ kind: 'scan', text: '1A4-lOT' });
  });

  it('ends by time alone where the scanner is known to send nothing after a scan', () => {
    const bare = new WedgeBuffer(() => ({ prefix: '', suffix: 'none', gs: '' }));
    type(bare, [...'LOT-2291-B'], 9);
    expect(bare.timeout()).toMatchObject({ kind: 'scan', text: 'LOT-2291-B' });
    const usual = new WedgeBuffer();
    type(usual, [...'LOT-2291-B'], 9);
    expect(usual.timeout()).toMatchObject({ kind: 'none' });
  });

  it('tells what came, and how fast', () => {
    const verdict = type(new WedgeBuffer(), [...TAG, 'Tab'], 7).at(-1);
    expect(verdict).toMatchObject({ burst: { raw: TAG, terminator: '\t', pace: 7 } });
    expect(verdict?.kind === 'scan' && verdict.burst.strokes.length).toBe(TAG.length + 1);
  });
});
