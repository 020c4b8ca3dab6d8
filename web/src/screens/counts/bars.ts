// The chart of a trend as rectangles: one stack a week, one part a category. Pure.

import type { CountTrend } from '../../lib/api/types.ts';

type Point = CountTrend['points'][number];

const WIDTH = 640;
const HEIGHT = 220;
/** Room for the weeks' names below, and for the largest amount above. */
const FLOOR = HEIGHT - 20;
const TOP = 18;
/** The most weeks that have their names side by side. */
const NAMES = 8;

export interface Chart {
  width: number;
  height: number;
  floor: number;
  /** The largest week: cents, or lines. */
  most: number;
  categories: string[];
  weeks: { week: string; x: number; labelled: boolean }[];
  bars: { week: string; category: string; size: number; colour: number; x: number; y: number; width: number; height: number }[];
}

export type Measure = 'money' | 'lines';

export function bars(points: readonly Point[], measure: Measure): Chart {
  const size = (point: Point) => (measure === 'money' ? point.missing_cents + point.over_cents : point.off);
  const categories = [...new Set(points.map((one) => one.category))].sort();
  const names = [...new Set(points.map((one) => one.week))].sort();
  const sums = names.map((week) => points.filter((one) => one.week === week).reduce((sum, one) => sum + size(one), 0));
  const most = Math.max(0, ...sums);
  const step = WIDTH / Math.max(1, names.length);
  const width = Math.min(48, step * 0.7);
  const every = Math.ceil(names.length / NAMES);
  const weeks = names.map((week, n) => ({ week, x: step * (n + 0.5), labelled: n % every === 0 }));
  const found: Chart['bars'] = [];
  for (const { week, x } of weeks) {
    let y = FLOOR;
    for (const point of points.filter((one) => one.week === week)) {
      if (most === 0 || size(point) === 0) continue;
      const height = (size(point) / most) * (FLOOR - TOP);
      y -= height;
      const colour = categories.indexOf(point.category) % 6;
      found.push({ week, category: point.category, size: size(point), colour, x: x - width / 2, y, width, height });
    }
  }
  return { width: WIDTH, height: HEIGHT, floor: FLOOR, most, categories, weeks, bars: found };
}
