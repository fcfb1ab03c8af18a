import { describe, expect, it } from 'vitest';
import { planBenchmark } from '../../src/benchmark/plan.ts';
import {
  findTask,
  OptionError,
  type Regularizer,
  type Schedule,
  stretchSchedules,
  units,
} from '../../src/index.ts';
import { trainingOf } from '../../src/tasks/training.ts';
import { recipeFor } from '../../src/units/recipe.ts';
import { strengthAt } from '../../src/units/regularizer.ts';

const kinds: Record<Schedule['kind'], Schedule> = {
  constant: { kind: 'constant' },
  linear: { kind: 'linear', start: 20_000, end: 35_000 },
  staircase: { kind: 'staircase', first: 0.01, factor: 10, every: 10_000 },
  whileAccurate: { kind: 'whileAccurate', after: 10_000, error: 1 },
};
const penalty = (schedule: Schedule): Regularizer => ({ strength: 2, reduction: 'mean', schedule });

describe('stretched schedules', () => {
  it.each(Object.values(kinds))('come at the same part of the way: $kind', (schedule) => {
    const before = penalty(schedule);
    for (const factor of [0.2, 0.013, 3]) {
      const { regularizer } = stretchSchedules({ regularizer: before }, factor);
      for (let part = 0.005; part < 1; part += 0.01) {
        const [there, here] = [50_000 * part, 50_000 * factor * part];
        for (const error of [0.5, 2]) {
          expect(strengthAt(regularizer as Regularizer, here, error)).toBeCloseTo(
            strengthAt(before, there, error),
            9,
          );
        }
      }
    }
  });

  it('are those of recipes, ensembles and models alike', () => {
    const rate = (step: number) => 1 / (1 + step);
    const whole = {
      steps: 7,
      regularizer: penalty(kinds.linear),
      regularizers: [null, penalty(kinds.staircase)],
      reinitialization: { every: 10, history: 5000, error: 1 },
      learningRate: rate,
      learningRateFactor: rate,
    };
    const half = stretchSchedules(whole, 0.5);
    expect(half).toMatchObject({
      steps: 7,
      regularizer: penalty({ kind: 'linear', start: 10_000, end: 17_500 }),
      regularizers: [null, penalty({ ...kinds.staircase, every: 5000 } as Schedule)],
      reinitialization: { every: 5, history: 2500, error: 1 },
    });
    expect(half.learningRate(50)).toBe(rate(100));
    expect(half.learningRateFactor(50)).toBe(rate(100));
    expect(stretchSchedules({ learningRate: 0.1 }, 0.5)).toEqual({ learningRate: 0.1 });
    expect(stretchSchedules(whole, 1)).toBe(whole);
    for (const factor of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => stretchSchedules(whole, factor)).toThrow(OptionError);
    }
  });
});

/** Units of the benchmark whose penalty, or starting anew, depends on the step, with an operation. */
const scheduled = findTask('single-module').operations.flatMap((operation) =>
  findTask('single-module')
    .units(operation)
    .map((name) => units.find((unit) => unit.name === name) as (typeof units)[number])
    .filter((unit) => recipeFor(unit, 'singleModule', operation as 'add').regularizer)
    .map((unit) => [unit.name, operation] as const),
);

describe('a benchmark of fewer steps', () => {
  const task = findTask('single-module');

  it.each(scheduled)('gives %s its whole penalty, %s', (unit, operation) => {
    const published = task.cell({ operation, unit, seeds: { count: 1 } });
    const [quick] = planBenchmark({
      task,
      units: [unit],
      operations: [operation],
      seeds: [0],
      stepsShare: 0.2,
    });
    const cells = [quick?.cell, task.cell({ operation, unit, seeds: { count: 1 }, steps: 10_000 })];
    for (const cell of cells) {
      expect(cell?.options.steps).toBe(10_000);
      expect(cell?.stretch).toBe(0.2);
      const at = (step: number, of: typeof published) =>
        strengthAt(of.options.regularizers?.[0] as Regularizer, step, 0.1);
      for (const part of [0.1, 0.45, 0.55, 0.65, 0.95, 1]) {
        expect(at(10_000 * part, cell as typeof published)).toBeCloseTo(at(50_000 * part, published), 9);
      }
      expect(at(10_000, cell as typeof published)).toBeGreaterThan(0);
    }
  });

  it('leaves the published schedules alone where that is asked for, and without another number of steps', () => {
    const published = task.cell({ operation: 'mul', unit: 'NMU', seeds: { count: 1 } });
    const same = task.cell({
      operation: 'mul',
      unit: 'NMU',
      seeds: { count: 1 },
      steps: 10_000,
      stretch: false,
    });
    expect(same.options.regularizers).toEqual(published.options.regularizers);
    expect(same.stretch).toBe(1);
    expect(
      task.cell({ operation: 'mul', unit: 'NMU', seeds: { count: 1 }, steps: 50_000 }).options,
    ).toMatchObject({
      ...published.options,
      task: expect.anything(),
    });
  });

  it('has log points to select among, and models that may start anew', () => {
    for (const steps of [10, 500, 2500, 10_000]) {
      const { options } = task.cell({ operation: 'mul', unit: 'iNALU', seeds: { count: 1 }, steps });
      expect(options.logEvery).toBeLessThanOrEqual(Math.max(1, steps / 10));
      expect(options.logEvery).toBeLessThanOrEqual(options.reinitialization?.history ?? 0);
    }
    expect(() => task.cell({ operation: 'mul', unit: 'NMU', steps: 0.5 })).toThrow(OptionError);
    expect(() => task.cell({ operation: 'mul', unit: 'NMU', stepsShare: 0 })).toThrow(OptionError);
  });

  it('says in the records what was used', () => {
    expect(
      trainingOf(task.cell({ operation: 'mul', unit: 'NMU', seeds: { count: 1 }, steps: 10_000 })),
    ).toEqual({
      steps: 10_000,
      stretch: 0.2,
      batch: 128,
      logEvery: 1000,
      learningRate: 1e-3,
      optimizer: 'adam',
      penalty: 'strength 10, reduction mean, schedule linear, start 4000, end 7000',
    });
    expect(
      trainingOf(task.cell({ operation: 'mul', unit: 'iNALU', seeds: { count: 1 }, steps: 10_000 })),
    ).toMatchObject({
      clipGradient: 0.1,
      penalty: 'strength 0.05, reduction mean, schedule whileAccurate, after 2000, error 1',
      reinitialization: 'every 2, history 1000, error 1',
    });
  });
});
