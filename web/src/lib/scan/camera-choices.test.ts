import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FORMATS } from './index.svelte.ts';
import { combinedOf, firstZoom, lensesOf, nameOf, zoomsOf } from './lenses.ts';
import { looksAt, middle } from './looks.ts';
import { Retries } from './retries.ts';
import { KEEP_MS, CameraStream } from './stream.ts';

const camera = (deviceId: string, label: string) =>
  ({ kind: 'videoinput', deviceId, label }) as MediaDeviceInfo;

describe('lenses', () => {
  const iphone = [
    camera('f', 'Front Camera'), camera('b', 'Back Camera'), camera('u', 'Back Ultra Wide Camera'),
    camera('t', 'Back Triple Camera'), { ...camera('m', 'iPhone Microphone'), kind: 'audioinput' as const },
  ];

  it('are those that look away, the combined one first choice', () => {
    expect(lensesOf(iphone).map((lens) => lens.id)).toEqual(['b', 'u', 't']);
    expect(combinedOf(lensesOf(iphone))?.id).toBe('t');
    expect(combinedOf(lensesOf([camera('b', 'Back Camera')]))).toBeNull();
    expect(lensesOf([camera('x', 'FaceTime HD Camera')]).map((lens) => lens.id)).toEqual(['x']);
  });

  it('have a name, or their number', () => {
    const numbered = (n: number) => `Lens ${n}`;
    expect(nameOf({ id: 'x', label: 'HD Webcam (046d:0825)' }, 0, numbered)).toBe('HD Webcam');
    expect(nameOf({ id: 'x', label: '' }, 1, numbered)).toBe('Lens 2');
  });

  it('begin at twice the size on a phone that has no combined one', () => {
    const zooms = zoomsOf({ min: 1, max: 8 });
    expect(zooms).toEqual([1, 2, 3, 5]);
    expect(zoomsOf({ min: 1, max: 1 })).toEqual([]);
    expect(zoomsOf(undefined)).toEqual([]);
    const phone = { kept: null, combined: false, phone: true };
    expect(firstZoom(zooms, phone)).toBe(2);
    expect(firstZoom(zooms, { ...phone, combined: true })).toBe(1);
    expect(firstZoom(zooms, { ...phone, phone: false })).toBe(1);
    expect(firstZoom(zooms, { ...phone, kept: 3 })).toBe(3);
    expect(firstZoom([1, 2], { ...phone, kept: 5 })).toBe(2);
    expect(firstZoom([], phone)).toBe(1);
  });
});

describe('looks', () => {
  it('turn the strip through every angle that a label may be held at', () => {
    const turns = new Set(
      Array.from({ length: 60 }, (_, frame) => looksAt(frame, FORMATS)).flat()
        .flatMap((look) => (look.kind === 'bars' ? [((look.turn % 180) + 180) % 180] : [])),
    );
    const sorted = [...turns].toSorted((a, b) => a - b);
    expect(sorted).toEqual(Array.from({ length: 12 }, (_, n) => n * 15));
  });

  it('do only what the screen asks for', () => {
    const kinds = (formats: typeof FORMATS) =>
      new Set(Array.from({ length: 20 }, (_, n) => looksAt(n, formats)).flat().map((look) => look.kind));
    expect(kinds(['QRCode'])).toEqual(new Set(['squares', 'whole']));
    expect(kinds(['Code128'])).toEqual(new Set(['bars', 'whole']));
  });

  it('stay inside the frame', () => {
    const want = { width: 1280, height: 1080 };
    expect(middle({ width: 1920, height: 1080 }, want)).toEqual({ x: 320, y: 0, width: 1280, height: 1080 });
    expect(middle({ width: 640, height: 481 }, want)).toEqual({ x: 0, y: 0, width: 640, height: 481 });
  });
});

it('starts a dark camera anew ever more seldom, then no more, until it was well for a while', () => {
  const retries = new Retries();
  const restarts = (from: number, to: number) => {
    const at: number[] = [];
    for (let now = from; now <= to; now += 1_000) if (retries.may(now)) at.push(now);
    return at;
  };
  expect(restarts(0, 600_000)).toEqual([0, 3_000, 13_000, 43_000]);
  retries.well(601_000);
  retries.dark();
  retries.well(609_000);
  retries.well(612_000);
  expect(restarts(613_000, 620_000)).toEqual([]);
  retries.well(640_000);
  retries.well(651_000);
  expect(restarts(652_000, 660_000)).toEqual([652_000, 655_000]);
  retries.clear();
  expect(retries.may(655_001)).toBe(true);
});

describe('the stream', () => {
  let opened: { track: MediaStreamTrack; wanted: MediaStreamConstraints }[] = [];
  let open = 0;
  let most = 0;

  beforeEach(() => {
    vi.useFakeTimers();
    opened = [];
    open = most = 0;
    // The browser's camera, which the test's document lacks.
    vi.stubGlobal('navigator', {
      mediaDevices: {
        async getUserMedia(wanted: MediaStreamConstraints) {
          most = Math.max(most, (open += 1));
          await Promise.resolve();
          open -= 1;
          const { deviceId } = wanted.video as { deviceId?: { exact: string } };
          if (deviceId?.exact === 'gone') throw new DOMException('', 'OverconstrainedError');
          const track = { readyState: 'live', muted: false } as unknown as MediaStreamTrack;
          track.stop = () => Object.assign(track, { readyState: 'ended' });
          opened.push({ track, wanted });
          return { getTracks: () => [track], getVideoTracks: () => [track] };
        },
      },
    });
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('is opened once, and one at a time', async () => {
    const stream = new CameraStream();
    const [one, two] = await Promise.all([stream.open(null), stream.open(null)]);
    expect([one === two, opened.length]).toEqual([true, 1]);
    await Promise.all([stream.open('a'), stream.open('b')]);
    expect([opened.length, most]).toEqual([3, 1]);
    expect(opened.map(({ track }) => track.readyState)).toEqual(['ended', 'ended', 'live']);
    expect(opened[2]!.wanted.video).toMatchObject({ deviceId: { exact: 'b' } });
  });

  it('of a lens that is gone is another’s', async () => {
    await new CameraStream().open('gone');
    expect(opened.map(({ wanted }) => wanted.video)).toMatchObject([
      { facingMode: { ideal: 'environment' } },
    ]);
  });

  it('is kept a while after it was looked at, then ended', async () => {
    const stream = new CameraStream();
    await stream.open(null);
    stream.park();
    vi.advanceTimersByTime(KEEP_MS - 1);
    await stream.open(null);
    vi.advanceTimersByTime(KEEP_MS * 2);
    expect([opened.length, stream.alive]).toEqual([1, true]);
    stream.park();
    vi.advanceTimersByTime(KEEP_MS);
    expect([opened[0]!.track.readyState, stream.alive]).toEqual(['ended', false]);
  });

  it('that was muted or ended is opened anew', async () => {
    const stream = new CameraStream();
    await stream.open(null);
    Object.assign(opened[0]!.track, { muted: true });
    await stream.open(null);
    expect([opened.length, opened[0]!.track.readyState]).toEqual([2, 'ended']);
  });
});
