import { describe, expect, it } from 'vitest';
import { bars } from './bars.ts';

const point = (week: string, category: string, off: number, missing_cents: number, over_cents = 0) => ({
  week, category, lines: 5, off, missing_cents, over_cents,
});

describe('the chart of a trend', () => {
  const points = [
    point('2026-11-16', 'Edible', 1, 3000), point('2026-11-16', 'Flower', 1, 500, 500), point('2026-11-23', 'Edible', 4, 1000),
  ];

  it('stacks the categories of a week, the largest week as high as there is room', () => {
    const { most, bars: found, floor } = bars(points, 'money');
    expect(most).toBe(4000);
    const [edible, flower, next] = found;
    expect(edible!.y + edible!.height).toBeCloseTo(floor);
    expect(flower!.y + flower!.height).toBeCloseTo(edible!.y);
    expect(edible!.height / flower!.height).toBeCloseTo(3);
    expect(next!.x).toBeGreaterThan(edible!.x);
    expect([edible!.colour, flower!.colour, next!.colour]).toEqual([0, 1, 0]);
  });

  it('counts lines where money says nothing', () => {
    const unknown = points.map((one) => ({ ...one, missing_cents: 0, over_cents: 0 }));
    expect(bars(unknown, 'money').bars).toEqual([]);
    expect(bars(unknown, 'lines')).toMatchObject({ most: 4, bars: [{ size: 1 }, { size: 1 }, { size: 4 }] });
  });

  it('names no more weeks than stand side by side', () => {
    const year = Array.from({ length: 52 }, (_, n) => point(`2026-${String(n).padStart(2, '0')}`, 'Edible', 1, 100));
    expect(bars(year, 'money').weeks.filter((week) => week.labelled).length).toBeLessThanOrEqual(8);
  });
});
