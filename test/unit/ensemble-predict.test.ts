import { describe, expect, it } from 'vitest';
import { predictEach, predictRuns, type TrainedRuns } from '../../src/engines/ensemble/predict.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import { resolveModel } from '../../src/model/description.ts';
import { findUnit } from '../../src/units/registry.ts';

/** Runs of NAU 2→1, each with its two weights. */
const runsOf = (weights: readonly number[][], kept = weights.map(() => true)): TrainedRuns => ({
  model: resolveModel({ inputs: 2, layers: [{ unit: 'NAU', outputs: 1 }] }),
  parameters: Float32Array.from(weights.flat()),
  kept,
});
const x = [
  [1, 2],
  [4, 8],
];
const weights = [
  [1, 0],
  [0, 1],
  [0.5, -0.5],
  [-1, 1],
];

describe('an ensemble predicts', () => {
  it('by each of its runs', () => {
    const each = [
      [1, 4],
      [2, 8],
      [-0.5, -2],
      [1, 4],
    ];
    expect(predictEach(runsOf(weights), x).map((y) => [...y])).toEqual(each);
    each.forEach((y, run) => {
      expect([...predictRuns(runsOf(weights), x, run)]).toEqual(y);
    });
  });

  it('by their mean and their median', () => {
    expect([...predictRuns(runsOf(weights), x, 'mean')]).toEqual([0.875, 3.5]);
    expect([...predictRuns(runsOf(weights), x, 'median')]).toEqual([1, 4]);
    expect([...predictRuns(runsOf(weights.slice(1)), x, 'median')]).toEqual([1, 4]);
    // An even number of runs: the mean of the two in the middle.
    expect([...predictRuns(runsOf(weights.slice(0, 2)), x, 'median')]).toEqual([1.5, 6]);
  });

  it('without those that diverged', () => {
    const runs = runsOf([...weights, [Number.NaN, Number.NaN]], [true, true, false, true, false]);
    expect([...predictRuns(runs, x, 'mean')]).toEqual([4 / 3, 16 / 3]);
    expect(() => predictRuns(runsOf([[0, 0]], [false]), x, 'mean')).toThrow(/all runs diverged/);
  });

  it('with checks', () => {
    const runs = runsOf(weights);
    for (const by of [-1, 4, 0.5]) expect(() => predictRuns(runs, x, by)).toThrow(OptionError);
    expect(() => predictRuns(runs, x, 'mode' as never)).toThrow(/no 'mode'; it must be the index of a run/);
    expect(() => predictRuns(runs, [[1]], 'mean')).toThrow(DataError);
    const { forward: _, ...unit } = findUnit('NAU');
    const model = resolveModel({ inputs: 2, layers: [{ unit: { ...unit, name: 'odd' }, outputs: 1 }] });
    expect(() => predictEach({ ...runs, model }, x)).toThrow(/odd has no forward equation in float64/);
  });
});
