// The chart of one time by hour of the day: a bar an hour, and the line of the target. Pure.

import type { OrderTimes } from '../../lib/api/types.ts';

type Hour = OrderTimes['hours'][number];
export type What = 'pick' | 'pack';

const HEIGHT = 200;
/** Room for the hours below, and for the figure above the highest bar. */
const FLOOR = HEIGHT - 20;
const TOP = 22;
/** The fewest hours side by side, so that one bar alone is no wall. */
const LEAST = 8;
/** The room that an hour's name needs. */
const NAME = 52;

export interface Chart {
  width: number;
  height: number;
  floor: number;
  target: number;
  hours: { hour: number; x: number; labelled: boolean }[];
  bars: { hour: number; minutes: number; over: boolean; x: number; y: number; width: number; height: number }[];
}

export const medianOf = (one: Hour, what: What): number | null =>
  what === 'pick' ? one.pick_median_min : one.pack_median_min;

/** Whether an order came or was worked on in it. */
export const isBusy = (one: Hour): boolean =>
  one.orders > 0 || one.pick_median_min !== null || one.pack_median_min !== null;

/** The hours from the first to the last in which anything was done, at least `LEAST` of them. */
function span(hours: readonly Hour[]): number[] {
  const busy = hours.filter(isBusy).map((one) => one.hour);
  if (busy.length === 0) return [];
  let [from, to] = [Math.min(...busy), Math.max(...busy)];
  while (to - from + 1 < LEAST && (from > 0 || to < 23)) {
    if (to < 23) to += 1;
    if (from > 0 && to - from + 1 < LEAST) from -= 1;
  }
  return Array.from({ length: to - from + 1 }, (_, n) => from + n);
}

/** `wide`: in px, so that its letters are as large as all others. */
export function chartOf(
  times: Pick<OrderTimes, 'hours' | 'pick_target_min' | 'pack_target_min'>,
  what: What,
  wide: number,
): Chart {
  const goal = what === 'pick' ? times.pick_target_min : times.pack_target_min;
  const shown = span(times.hours);
  const known = new Map(times.hours.map((one) => [one.hour, medianOf(one, what)]));
  const most = Math.max(goal * 1.25, ...shown.map((hour) => known.get(hour) ?? 0));
  const high = (minutes: number) => (minutes / most) * (FLOOR - TOP);
  const step = wide / Math.max(1, shown.length);
  const width = Math.min(44, step * 0.68);
  const every = Math.max(1, Math.ceil(NAME / step));
  const hours = shown.map((hour, n) => ({ hour, x: step * (n + 0.5), labelled: n % every === 0 }));
  const bars = hours.flatMap(({ hour, x }) => {
    const minutes = known.get(hour) ?? null;
    if (minutes === null) return [];
    const height = Math.max(2, high(minutes));
    return [{ hour, minutes, over: minutes > goal, x: x - width / 2, y: FLOOR - height, width, height }];
  });
  return { width: wide, height: HEIGHT, floor: FLOOR, target: FLOOR - high(goal), hours, bars };
}
