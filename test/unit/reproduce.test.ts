import { describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/index.ts';
import { thinCurve } from '../../src/reproduce/curve.ts';
import { type ReproduceOptions, reproduce } from '../../src/reproduce/reproduce.ts';

describe('a thinned loss curve', () => {
  const losses = Array.from({ length: 22000 }, (_, index) => 1e6 / (index + 1));

  it('has no more than 500 points, the first and the last epoch among them, in order', () => {
    const curve = thinCurve(losses);
    expect(curve.length).toBeLessThanOrEqual(500);
    expect(curve.length).toBeGreaterThan(350);
    expect(curve[0]).toEqual([1, 1e6]);
    expect(curve.at(-1)).toEqual([22000, 45.4545]);
    const epochs = curve.map(([epoch]) => epoch);
    expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
  });

  it('is evenly spaced on a log scale', () => {
    const epochs = thinCurve(losses).map(([epoch]) => epoch);
    const late = epochs.filter((epoch) => epoch > 1000);
    const ratios = late.slice(1).map((epoch, index) => epoch / (late[index] as number));
    for (const ratio of ratios) expect(ratio).toBeCloseTo(22000 ** (1 / 499), 2);
  });

  it('keeps every epoch of a short run and leaves out what is not finite', () => {
    expect(thinCurve([3, 2, 1])).toEqual([
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
    expect(thinCurve([3, Number.NaN, Number.POSITIVE_INFINITY])).toEqual([[1, 3]]);
    expect(thinCurve([7])).toEqual([[1, 7]]);
    expect(thinCurve([])).toEqual([]);
  });
});

describe('reproduce', () => {
  const refused = (options: ReproduceOptions) => reproduce({} as Gpu, options);

  it('refuses wrong options before it touches the GPU', async () => {
    const code = 'option';
    const unknown = ['subtraction'] as unknown as ['addition'];
    await expect(refused({ seeds: [1], experiments: unknown })).rejects.toMatchObject({
      code,
      message: "there is no experiment 'subtraction'; known: addition, multiplication",
    });
    await expect(refused({ seeds: [] })).rejects.toMatchObject({ code });
    await expect(refused({ seeds: [1, -1] })).rejects.toMatchObject({ code });
    await expect(refused({ seeds: [1], epochs: 0 })).rejects.toMatchObject({ code });
  });
});
