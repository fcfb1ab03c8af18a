import { describe, expect, it } from 'vitest';
import { OptionError } from '../../src/errors.ts';
import { initialParameters, resolveModel } from '../../src/model/description.ts';
import { columnOf, drawRows } from '../../src/model/task.ts';
import type { Cell } from '../../src/tasks/benchmark.ts';
import { expressionBenchmark } from '../../src/tasks/expression-benchmark.ts';
import { identity, identityCurve } from '../../src/tasks/identity.ts';
import { staticFunction } from '../../src/tasks/static-function.ts';
import { denseUnits } from '../../src/units/dense.ts';

/** Initial parameters of one model of a cell. */
function startOf({ options, models }: Cell, model: number): Float32Array {
  const resolved = resolveModel({ ...options.model, seed: models[model]?.seed as number });
  return Float32Array.from(resolved.layers.flatMap((_, layer) => [...initialParameters(resolved, layer)]));
}

describe('the static function task', () => {
  it('sums two parts of the inputs, each between two that the seed draws', () => {
    const { options } = staticFunction.cell({ operation: 'add', unit: 'NALU', seeds: { count: 500 } });
    const columns = options.task.columns as Record<string, number[]>;
    for (const part of ['a', 'b']) {
      const from = columns[`${part}_from`] as number[];
      const to = columns[`${part}_to`] as number[];
      expect(Math.min(...from)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...to)).toBeLessThanOrEqual(100);
      // |i − j| + 1 for i, j uniform in 0 … n − 1 has the mean (n² − 1) / 3n + 1 = 34.3; its deviation is 23.6.
      const mean = from.reduce((sum, start, n) => sum + (to[n] as number) - start, 0) / 500;
      expect(Math.abs(mean - 34.33)).toBeLessThan(5 * (23.6 / Math.sqrt(500)));
    }
    expect(columns.a_from).not.toEqual(columns.b_from);
    const { x, y } = drawRows(options.task, columnOf(options.task, 3), 0, 0, 5);
    for (let row = 0; row < 5; row++) {
      const sum = (part: string): number =>
        x
          .subarray(100 * row + (columns[`${part}_from`]?.[3] as number))
          .subarray(0, (columns[`${part}_to`]?.[3] as number) - (columns[`${part}_from`]?.[3] as number))
          .reduce((total, value) => total + value, 0);
      expect(Math.abs((y[row] as number) / (sum('a') + sum('b')) - 1)).toBeLessThan(1e-6);
    }
  });

  it.each(['add', 'sub'])('counts errors from 0, perfect, to 100, random: %s', (operation) => {
    const cell = staticFunction.cell({ operation, unit: 'Linear', seeds: { count: 5 } });
    const columns = cell.options.task.columns as Record<string, number[]>;
    const within = (part: string, model: number, i: number): number =>
      i >= (columns[`${part}_from`]?.[model] as number) && i < (columns[`${part}_to`]?.[model] as number)
        ? 1
        : 0;
    // W₁ [100, 2] gathers a and b, b₁ = 0, W₂ [2, 1] combines them, b₂ = 0.
    const exact = new Float32Array(100 * 2 + 2 + 2 + 1);
    for (let i = 0; i < 100; i++) {
      exact[2 * i] = within('a', 4, i);
      exact[2 * i + 1] = within('b', 4, i);
    }
    exact.set([1, operation === 'add' ? 1 : -1], 202);
    const perfect = cell.figures?.(4, exact) ?? {};
    expect(Object.keys(perfect)).toEqual(['relativeInterpolationError', 'relativeExtrapolationError']);
    for (const error of Object.values(perfect)) expect(error).toBeLessThan(1e-6);
    const random = [0, 1, 2].map((model) => cell.figures?.(model, startOf(cell, model)) ?? {});
    const logs = random.flatMap((figures) => Object.values(figures).map((error) => Math.log10(error / 100)));
    expect(Math.abs(logs.reduce((sum, log) => sum + log, 0) / logs.length)).toBeLessThan(0.4);
  });
});

describe('the identity experiment', () => {
  it('has an autoencoder for every activation', () => {
    expect(identity.units('identity')).toHaveLength(denseUnits.length);
    for (const unit of identity.units('identity')) {
      const cell = identity.cell({ operation: 'identity', unit, seeds: { count: 2 } });
      const names = cell.options.model.layers.map(({ unit }) =>
        typeof unit === 'string' ? unit : unit.name,
      );
      expect(names).toEqual([unit, unit, unit, 'Linear']);
      expect(cell.options.model.layers.map(({ outputs }) => outputs)).toEqual([8, 8, 8, 1]);
      expect(cell.options).toMatchObject({ batch: 64, steps: 10_000, learningRate: 0.01 });
      const figures = cell.figures?.(1, startOf(cell, 1)) ?? {};
      expect(Object.values(figures).every((error) => error >= 0 && Number.isFinite(error))).toBe(true);
    }
  });

  it('measures the error inside and outside the training range', () => {
    const cell = identity.cell({ operation: 'identity', unit: 'Dense hardtanh', seeds: { count: 1 } });
    const { model } = cell.options;
    // One path through the net: x / 5, clamped to ±1 on every layer, times 5. So |y − x| = max(|x| − 5, 0).
    const parameters = new Float32Array(8 + 8 + 2 * (64 + 8) + 8 + 1);
    parameters[0] = 0.2;
    parameters[16] = 1;
    parameters[16 + 72] = 1;
    parameters[16 + 144] = 5;
    const curve = identityCurve(model, parameters);
    expect([curve.x[0], curve.x[200], curve.x[400]]).toEqual([-20, 0, 20]);
    expect(curve.y[400]).toBeCloseTo(5, 6);
    expect(curve.inside).toBeLessThan(1e-6);
    // Outside there are 150 points to each side, at distances 0.1, 0.2, …, 15.
    expect(curve.outside).toBeCloseTo(7.55, 5);
    const { mae_inside, mae_outside, ...errors } = cell.figures?.(0, parameters) ?? {};
    expect([mae_inside, mae_outside]).toEqual([curve.inside, curve.outside]);
    expect(Object.keys(errors)).toEqual(Array.from({ length: 21 }, (_, n) => `curve_${2 * n - 20}`));
    for (const [name, error] of Object.entries(errors)) {
      const x = Number(name.slice('curve_'.length));
      expect(error, name).toBeCloseTo(Math.max(Math.abs(x) - 5, 0), 5);
    }
  });

  it('draws x itself', () => {
    const { evaluate } = identity.cell({ operation: 'identity', unit: 'Linear', seeds: { count: 1 } });
    const { task, seed } = evaluate.extrapolation;
    const { x, y } = drawRows(task, columnOf(task, 0), seed, 0, 1000);
    expect([...y]).toEqual([...x]);
    expect(Math.min(...x)).toBeLessThan(-19);
    expect(Math.max(...x)).toBeGreaterThan(19);
  });
});

describe('a formula as a benchmark', () => {
  const ranges = [
    { range: [1, 2], extrapolationRange: [2, 6] },
    { range: [3, 4], extrapolationRange: [4, 8] },
  ] as const;

  it('has cells as the tasks of the literature have', () => {
    const task = expressionBenchmark({ expression: 'x0 * x1 + x2', ranges });
    const cell = task.cell({ operation: 'x0 * x1 + x2', unit: 'NAU -> NMU -> NAU', seeds: { count: 3 } });
    expect(cell.unit).toBe('NAU → NMU → NAU');
    expect(cell.options.model.layers.map(({ outputs }) => outputs)).toEqual([2, 2, 1]);
    expect(cell.models.map(({ seed }) => seed)).toEqual([0, 1, 2, 0, 1, 2]);
    expect(cell.models[3]).toMatchObject({ range: [3, 4], threshold: 1e-5 });
    const { x, y } = drawRows(cell.options.task, columnOf(cell.options.task, 4), 1, 0, 10);
    for (let row = 0; row < 10; row++) {
      const [a, b, c] = x.subarray(3 * row) as unknown as [number, number, number];
      expect(y[row]).toBe(a * b + c);
    }
    expect(task.cell({ operation: 'x0 * x1 + x2', unit: 'NMU' }).options.model.layers).toHaveLength(1);
  });

  it('is refused where a range holds points without a value', () => {
    const task = expressionBenchmark({
      expression: 'sqrt(x0 - 3)',
      ranges: [{ range: [3, 4], extrapolationRange: [2, 6] }],
    });
    expect(() => task.cell({ operation: 'sqrt(x0 - 3)', unit: 'NALU' })).toThrow(OptionError);
    expect(() => task.cell({ operation: 'x0', unit: 'NALU' })).toThrow('its operations: sqrt(x0 - 3)');
  });
});
