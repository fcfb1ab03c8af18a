import { describe, expect, it } from 'vitest';
import type { Gpu } from '../../src/index.ts';
import { curveEpochs } from '../../src/reproduce/curve.ts';
import { type ReproduceOptions, reproduce } from '../../src/reproduce/reproduce.ts';
import { isComplete, type ReproducedExperiment } from '../../src/reproduce/result.ts';

describe('the epochs of a loss curve', () => {
  it('are no more than 200, the first and the last among them, in order', () => {
    for (const last of [200, 22000, 1e8]) {
      const epochs = curveEpochs(last);
      expect(epochs.length).toBeLessThanOrEqual(200);
      expect(epochs.length).toBeGreaterThanOrEqual(100);
      expect(epochs[0]).toBe(1);
      expect(epochs.at(-1)).toBe(last);
      expect(epochs).toEqual([...new Set(epochs)].sort((a, b) => a - b));
    }
    expect(curveEpochs(22000, 10)).toHaveLength(10);
  });

  it('are evenly spaced on a log scale', () => {
    const late = curveEpochs(22000).filter((epoch) => epoch > 1000);
    const ratios = late.slice(1).map((epoch, index) => epoch / (late[index] as number));
    for (const ratio of ratios) expect(ratio).toBeCloseTo(22000 ** (1 / 199), 2);
  });

  it('are every epoch of a short run', () => {
    expect(curveEpochs(40)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    expect(curveEpochs(1)).toEqual([1]);
    expect(curveEpochs(0)).toEqual([]);
  });
});

describe('the end of an experiment', () => {
  const experiment = (...epochs: number[]) =>
    ({ epochs: 9, runs: epochs.map((each) => ({ epochs: each })) }) as ReproducedExperiment;

  it('is that each seed was trained for all epochs', () => {
    expect(isComplete(experiment(9, 9), 2)).toBe(true);
    expect(isComplete(experiment(9, 9), 3)).toBe(false);
    expect(isComplete(experiment(9, 8), 2)).toBe(false);
    expect(isComplete(experiment(), 1)).toBe(false);
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
    const recipe = 'constructor' as 'short';
    await expect(refused({ seeds: [1], recipe })).rejects.toMatchObject({
      code,
      message: "there is no recipe 'constructor'; known: short, article",
    });
    await expect(refused({ seeds: [] })).rejects.toMatchObject({ code });
    await expect(refused({ seeds: [1, -1] })).rejects.toMatchObject({ code });
    await expect(refused({ seeds: [1], epochs: 0 })).rejects.toMatchObject({ code });
  });
});
