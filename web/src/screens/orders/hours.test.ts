import { describe, expect, it } from 'vitest';
import { chartOf } from './hours.ts';

const hour = (at: number, orders: number, pick: number | null, pack: number | null = null) => ({
  hour: at, orders, pick_median_min: pick, pack_median_min: pack,
});
const times = (...hours: ReturnType<typeof hour>[]) => ({ hours, pick_target_min: 10, pack_target_min: 5 });

describe('times by hour', () => {
  it('draws a bar for each hour with a time, and none where nobody worked', () => {
    const chart = chartOf(times(hour(9, 2, 8), hour(10, 0, null), hour(11, 4, 12.5)), 'pick', 640);
    expect(chart.bars.map((bar) => [bar.hour, bar.over])).toEqual([[9, false], [11, true]]);
  });

  it('stands the higher bar above the line of the target, the lower below it', () => {
    const chart = chartOf(times(hour(9, 2, 8), hour(11, 4, 12.5)), 'pick', 640);
    const [low, high] = chart.bars;
    expect(low!.y).toBeGreaterThan(chart.target);
    expect(high!.y).toBeLessThan(chart.target);
    expect(high!.y + high!.height).toBeCloseTo(chart.floor);
  });

  it('shows the target where every time is far below it', () => {
    const chart = chartOf(times(hour(9, 2, 1)), 'pick', 640);
    expect(chart.target).toBeGreaterThan(20);
    expect(chart.hours.length).toBe(8);
  });

  it('keeps within the day, and is empty where nothing was done', () => {
    const late = chartOf(times(hour(23, 1, 3)), 'pick', 640);
    expect([late.hours[0]!.hour, late.hours.at(-1)!.hour]).toEqual([16, 23]);
    expect(chartOf(times(hour(9, 0, null)), 'pick', 640).hours).toEqual([]);
  });

  it('names as many hours as have room', () => {
    const all = Array.from({ length: 24 }, (_, at) => hour(at, 1, 3, 2));
    const named = (wide: number) => chartOf(times(...all), 'pack', wide).hours.filter((one) => one.labelled).length;
    expect([named(300), named(640), named(1400)]).toEqual([5, 12, 24]);
  });
});
