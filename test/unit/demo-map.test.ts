import { describe, expect, it } from 'vitest';
import { mapLayout } from '../../demo/src/sections/ensemble/map.ts';

describe('the map of seeds', () => {
  it.each([100, 101, 97, 1000, 13, 1])('leaves no seed of %i alone in the last row', (seeds) => {
    const { columns } = mapLayout(seeds, 1, 300, 300);
    const last = seeds % columns || columns;
    expect(seeds <= columns || last > columns / 2).toBe(true);
  });

  it.each([
    [21, 9, 21],
    [300, 9, undefined],
  ])('%i seeds in %i ranges: a stripe for each range', (seeds, ranges, columns) => {
    const layout = mapLayout(seeds, ranges, 400, 300);
    if (columns) expect(layout.columns).toBe(columns);
    const each = Math.ceil(seeds / layout.columns);
    expect(layout.stripes).toEqual(Array.from({ length: ranges - 1 }, (_, n) => (n + 1) * each));
    expect(layout.columns * layout.cell).toBeLessThanOrEqual(400);
    for (let model = 0; model < seeds * ranges; model++)
      expect(layout.at(...layout.place(model))).toBe(model);
    for (const [n, row] of layout.stripes.entries()) expect(layout.place((n + 1) * seeds)).toEqual([0, row]);
  });
});
