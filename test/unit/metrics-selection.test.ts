import { describe, expect, it } from 'vitest';
import type { LogPoint } from '../../src/engines/ensemble/log.ts';
import { DataError, OptionError } from '../../src/errors.ts';
import { type MeasuredPoint, Selection, type SelectionOptions } from '../../src/metrics/selection.ts';
import { summarize } from '../../src/metrics/summarize.ts';
import { createRandom } from '../../src/random.ts';

type Row = readonly [step: number, validation: number, extrapolation: number];

/** A log point of models that each have two parameters: the step and their own number. */
function point(
  step: number,
  validation: number[],
  extrapolation: number[],
  statuses?: string[],
): MeasuredPoint {
  const parameters = Float32Array.from(validation.flatMap((_, model) => [step, model]));
  return { step, errors: { validation, extrapolation }, parameters, ...(statuses && { statuses }) };
}

/** The outcome of one model with these log points. */
function outcomeOf(rows: readonly Row[], options: Partial<SelectionOptions> = {}) {
  const selection = new Selection({ threshold: 0.1, ...options });
  for (const [step, validation, extrapolation] of rows)
    selection.add(point(step, [validation], [extrapolation]));
  const [outcome] = selection.outcomes();
  if (!outcome) throw new Error('no outcome');
  return outcome;
}

describe('Selection', () => {
  it('selects the least validation error, and the first of equal ones', () => {
    const outcome = outcomeOf([
      [0, 5, 9],
      [1000, 1, 0.2],
      [2000, 0.5, 0.05],
      [3000, 0.5, 7],
      [4000, 2, 0.01],
    ]);
    expect(outcome).toEqual({
      step: 2000,
      validation: 0.5,
      extrapolation: 0.05,
      success: true,
      solvedAt: 2000,
      parameters: Float32Array.of(2000, 0),
    });
  });

  it('decides by errors measured again, where there are some', () => {
    const selection = new Selection({ threshold: [0.1, 0.1, 0.1] });
    selection.add(point(1000, [1, 1, 1], [0.101, 0.099, 0.05]));
    selection.add(point(2000, [2, 2, 2], [1, 1, 1]));
    const seen: [number, number[]][] = [];
    const outcomes = selection.outcomes((model, parameters) => {
      seen.push([model, [...parameters]]);
      return [
        { validation: 3, extrapolation: 0.0999 },
        { validation: 3, extrapolation: 0.1 },
      ][model];
    });
    expect(seen).toEqual([0, 1, 2].map((model) => [model, [1000, model]]));
    expect(outcomes.map(({ success }) => success)).toEqual([true, false, true]);
    expect(outcomes.map(({ solvedAt }) => solvedAt)).toEqual([1000, null, 1000]);
    expect(outcomes.map(({ extrapolation }) => extrapolation)).toEqual([0.0999, 0.1, 0.05]);
  });

  it('counts as solved from the first point below the threshold, if it is a success at all', () => {
    const rows: Row[] = [
      [0, 5, 9],
      [1000, 4, 0.05],
      [2000, 3, 7],
      [3000, 1, 0.09],
    ];
    expect(outcomeOf(rows)).toMatchObject({ step: 3000, success: true, solvedAt: 1000 });
    expect(outcomeOf([...rows, [4000, 0.5, 0.1]])).toMatchObject({
      step: 4000,
      success: false,
      solvedAt: null,
    });
  });

  it('ignores NaN, falls back on the last point, and never succeeds with a NaN', () => {
    const { NaN: nan } = Number;
    expect(
      outcomeOf([
        [0, nan, 0.01],
        [1, 3, 0.01],
        [2, nan, 0.01],
      ]),
    ).toMatchObject({ step: 1, validation: 3, success: true, solvedAt: 0 });
    const none = outcomeOf([
      [0, nan, 1],
      [1, nan, 0.01],
    ]);
    expect(none).toMatchObject({ step: 1, validation: nan, success: true, solvedAt: 1 });
    expect([...none.parameters]).toEqual([1, 0]);
    expect(outcomeOf([[0, 1, nan]])).toMatchObject({ success: false, solvedAt: null });
    expect(
      outcomeOf([
        [0, Number.POSITIVE_INFINITY, 1],
        [1, nan, 1],
      ]),
    ).toMatchObject({ step: 0 });
  });

  it('leaves the initial point out when asked to, unless there is no other', () => {
    const rows: Row[] = [
      [0, 1, 0.01],
      [1, 2, 0.02],
      [2, 3, 0.03],
    ];
    expect(outcomeOf(rows)).toMatchObject({ step: 0 });
    expect(outcomeOf(rows, { initial: false })).toMatchObject({ step: 1, solvedAt: 0 });
    expect(outcomeOf(rows.slice(0, 1), { initial: false })).toMatchObject({ step: 0, validation: 1 });
  });

  it('ends the series of a model where it diverged', () => {
    const selection = new Selection({ threshold: 1 });
    selection.add(point(0, [9, 9], [9, 9], ['running', 'running']));
    selection.add(point(1, [8, 8], [8, 8], ['running', 'diverged']));
    selection.add(point(2, [7, 7], [0, 0], ['running', 'diverged']));
    expect(selection.outcomes()).toMatchObject([
      { step: 2, success: true },
      { step: 0, success: false, solvedAt: null },
    ]);
  });

  it('takes the log points of an ensemble, other names of sets, and thresholds for each model', () => {
    const log: Omit<LogPoint, 'sparsityErrors' | 'state'> = {
      step: 10,
      losses: Float32Array.of(1, 1),
      errors: { near: Float32Array.of(1, 2), far: Float32Array.of(0.5, 0.5) },
      parameters: new Float32Array(6),
      statuses: ['running', 'stopped'],
    };
    const selection = new Selection({ threshold: [0.4, 0.6], validation: 'near', extrapolation: 'far' });
    selection.add(log);
    expect(selection.outcomes().map(({ success }) => success)).toEqual([false, true]);
    expect(selection.outcomes()[0]?.parameters).toHaveLength(3);
  });

  it('does for many models at once what the definition says of each', () => {
    const random = createRandom(12);
    const models = 50;
    const value = () => (random.integer(6) === 0 ? Number.NaN : random.integer(5));
    const points = Array.from({ length: 20 }, (_, index) =>
      point(100 * index, Array.from({ length: models }, value), Array.from({ length: models }, value)),
    );
    for (const initial of [true, false]) {
      const selection = new Selection({ threshold: 2, initial });
      for (const each of points) selection.add(each);
      selection.outcomes().forEach((outcome, model) => {
        const series = points.map(({ step, errors }) => ({
          step,
          validation: errors.validation?.[model] as number,
          extrapolation: errors.extrapolation?.[model] as number,
        }));
        const valid = series.slice(initial ? 0 : 1).filter(({ validation }) => !Number.isNaN(validation));
        const least = Math.min(...valid.map(({ validation }) => validation));
        const selected = valid.find(({ validation }) => validation === least);
        const success = (selected?.extrapolation as number) < 2;
        const first = series.find(({ extrapolation }) => extrapolation < 2);
        expect(outcome).toEqual({
          ...selected,
          success,
          solvedAt: success ? first?.step : null,
          parameters: Float32Array.of(selected?.step as number, model),
        });
      });
    }
  });

  it('keeps its own copy of the parameters', () => {
    const selection = new Selection({ threshold: 1 });
    const log = point(3, [1], [1]);
    selection.add(log);
    log.parameters.fill(7);
    selection.outcomes()[0]?.parameters.fill(8);
    expect(selection.outcomes()[0]?.parameters).toEqual(Float32Array.of(3, 0));
  });

  it('refuses what does not fit', () => {
    const selection = new Selection({ threshold: [1, 1] });
    expect(() => selection.outcomes()).toThrow(DataError);
    expect(() => selection.add(point(0, [1], [1]))).toThrow(OptionError);
    expect(() => selection.add(point(0, [], []))).toThrow(DataError);
    selection.add(point(5, [1, 1], [1, 1]));
    expect(() => selection.add(point(5, [1, 1], [1, 1]))).toThrow('step 5 comes after that of step 5');
    expect(() => selection.add(point(6, [1, 1], [1]))).toThrow(DataError);
    expect(() => selection.add(point(6, [1], [1]))).toThrow(DataError);
    expect(() => selection.add(point(6, [1, 1], [1, 1], ['running']))).toThrow(DataError);
    expect(() => selection.add({ ...point(6, [1, 1], [1, 1]), errors: { near: [1, 1] } })).toThrow(
      "no errors of a set 'validation', only of: near",
    );
    for (const threshold of [0, Number.NaN, [1, -1]]) {
      expect(() => new Selection({ threshold })).toThrow(OptionError);
    }
  });
});

describe('summarize', () => {
  it('gives the three figures, two of them of the successful models only', () => {
    const selection = new Selection({ threshold: 1 });
    selection.add(point(0, [9, 9, 9, 9], [9, 9, 0, 9]));
    selection.add(point(100, [1, 1, 1, 1], [0, 0, 0, 5]));
    const summary = summarize(selection.outcomes(), ({ parameters }) => (parameters[1] as number) / 10);
    expect(summary).toMatchObject({ models: 4, successes: 3 });
    expect(summary.successRate.rate).toBe(0.75);
    expect(summary.solvedAt).toMatchObject({ median: 100, mean: 200 / 3 });
    expect(summary.sparsityErrors.mean).toBeGreaterThan(0.05);
    expect(summary.sparsityErrors.mean).toBeLessThan(0.15);
  });

  it('has no figures of successes without successes', () => {
    const selection = new Selection({ threshold: 1 });
    selection.add(point(0, [9], [9]));
    expect(summarize(selection.outcomes(), () => 0)).toMatchObject({
      successes: 0,
      solvedAt: { median: null, mean: null, ci: null },
      sparsityErrors: { mean: null, ci: null },
    });
    expect(() => summarize([], () => 0)).toThrow(OptionError);
  });
});
