import { afterEach, describe, expect, it, vi } from 'vitest';
import { OptionError } from '../../src/errors.ts';
import { columnOf, drawRows, type Task } from '../../src/model/task.ts';
import { arithmetic, arithmeticSimple } from '../../src/tasks/arithmetic.ts';
import { arithmeticSweeps } from '../../src/tasks/arithmetic-sweeps.ts';
import type { CellRequest } from '../../src/tasks/benchmark.ts';
import { gateStudyNetworks, networkOf, publishedNetworks } from '../../src/tasks/networks.ts';
import { units } from '../../src/units/registry.ts';

const request: CellRequest = { operation: 'add', unit: 'NAU' };
const operations: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  squared: (a) => a ** 2,
  root: (a) => a ** 0.5,
};

/** Offsets k at which `expected(k, x)` is every row's target. */
function offsetsOf(
  task: Task,
  model: number,
  expected: (k: number, x: ArrayLike<number>) => number,
): number[] {
  const { x, y } = drawRows(task, columnOf(task, model), 5, 1, 4);
  return Array.from({ length: task.inputs }, (_, k) => k).filter((k) =>
    [...y].every((t, row) => {
      const own = x.subarray(row * task.inputs, (row + 1) * task.inputs);
      return Math.abs(t / expected(k, own) - 1) < 1e-12;
    }),
  );
}

const sum = (x: ArrayLike<number>, from: number, to: number): number =>
  Array.from(x)
    .slice(from, to)
    .reduce((total, value) => total + value, 0);

/** The tasks with thresholds from a hundred rows: fifty studies of up to 300 inputs each would draw half a minute long. */
async function withRoughThresholds(): Promise<typeof import('../../src/tasks/arithmetic.ts')> {
  vi.resetModules();
  vi.doMock('../../src/metrics/thresholds.ts', async (original) => {
    const thresholds = await original<typeof import('../../src/metrics/thresholds.ts')>();
    const arithmeticThreshold: typeof thresholds.arithmeticThreshold = (operation, range, random, options) =>
      thresholds.arithmeticThreshold(operation, range, random, { ...options, samples: 100 });
    return { ...thresholds, arithmeticThreshold };
  });
  await import('../../src/units/registry.ts');
  return import('../../src/tasks/arithmetic.ts');
}

afterEach(() => {
  vi.doUnmock('../../src/metrics/thresholds.ts');
  vi.resetModules();
});

describe('the arithmetic dataset', () => {
  it.each(Object.keys(operations))('has the published sums and thresholds: %s', (operation) => {
    const cell = arithmetic.cell({ operation, unit: 'NMU', seeds: { count: 3 } });
    for (const model of [0, 1, 2]) {
      const offsets = offsetsOf(cell.options.task, model, (k, x) =>
        (operations[operation] as (a: number, b: number) => number)(
          sum(x, k, k + 25),
          sum(x, k + 13, k + 38),
        ),
      );
      expect(offsets).toHaveLength(1);
    }
    // Of the task itself; the published ones were simulated with one input more in each sum.
    const exact: Record<string, number> = {
      mul: 0.1606,
      div: 5.76e-12,
      add: 1.603e-5,
      sub: 1.381e-8,
      root: 1.009e-8,
      squared: 0.16,
    };
    const tolerance = operation === 'sub' || operation === 'div' ? 0.03 : 0.01;
    const threshold = cell.models[0]?.threshold as number;
    expect(Math.abs(threshold / (exact[operation] as number) - 1)).toBeLessThan(tolerance);
  });

  it('places the sums by the seed, uniformly over all offsets there are', () => {
    const { options } = arithmetic.cell({ ...request, seeds: { count: 2000 } });
    const { a_from: from, a_to: to, b_from: second } = options.task.columns as Record<string, number[]>;
    expect(Math.min(...(from as number[]))).toBe(0);
    expect(Math.max(...(from as number[]))).toBe(62);
    expect((from as number[]).every((k, n) => to?.[n] === k + 25 && second?.[n] === k + 13)).toBe(true);
    const mean = (from as number[]).reduce((total, k) => total + k, 0) / 2000;
    // Five standard errors of the mean of 2000 whole numbers from 0 to 62.
    expect(Math.abs(mean - 31)).toBeLessThan(5 * Math.sqrt((63 ** 2 - 1) / 12 / 2000));
    const again = arithmetic.cell({ ...request, operation: 'mul', unit: 'NMU', seeds: [7] });
    expect(offsetsOf(again.options.task, 0, (k, x) => sum(x, k, k + 25) * sum(x, k + 13, k + 38))).toEqual([
      from?.[7],
    ]);
  });

  it('takes the settings of every published study', async () => {
    const { arithmetic } = await withRoughThresholds();
    for (const { points, operations, units, seeds, name } of arithmeticSweeps) {
      expect(seeds.count).toBeGreaterThan(0);
      for (const point of points) {
        for (const unit of units) {
          const operation = operations[0] as string;
          const cell = arithmetic.cell({ ...point, operation, unit, seeds: { count: 2 } });
          expect(cell.settings, name).toMatchObject(point.settings ?? {});
          expect(cell.models.every(({ threshold }) => (threshold as number) > 0)).toBe(true);
        }
      }
    }
    const inputs = (n: number) =>
      arithmetic.cell({ ...request, settings: { inputs: n }, seeds: { count: 1 } }).options;
    expect([100, 125, 225].map((n) => inputs(n).steps)).toEqual([5e6, 10e6, 15e6]);
    expect(inputs(125).model.layers.map(({ outputs }) => outputs)).toEqual([2, 1]);
  });

  it('lets a study change penalty, learning rate and optimiser, and says so in the settings', () => {
    const optimizer = { name: 'sgd', momentum: 0.9 } as const;
    const cell = arithmetic.cell({
      ...request,
      seeds: { count: 1 },
      strength: 10,
      learningRate: 0.1,
      optimizer,
    });
    expect(cell.options).toMatchObject({ learningRate: 0.1, optimizer });
    expect(cell.options.regularizers?.map((r) => r?.strength)).toEqual([10, 10]);
    expect(cell.settings).toMatchObject({ strength: 10, learningRate: 0.1, optimizer: 'sgd 0.9' });
    expect(arithmetic.cell({ ...request, seeds: { count: 1 } }).settings).toEqual(arithmetic.settings);
  });

  it('refuses what cannot be', () => {
    const wrong: Partial<CellRequest>[] = [
      { settings: { subset: 0.6, overlap: 0 } },
      { settings: { subset: 0 } },
      { settings: { hidden: 0 } },
      { settings: { inputs: 2.5 } },
      { unit: 'MNU' },
      { unit: 'NAU → MNU' },
      { operation: 'pow' },
      { operation: 'root', ranges: [{ range: [-2, -1], extrapolationRange: [-6, -2] }] },
    ];
    for (const change of wrong) {
      expect(() => arithmetic.cell({ ...request, ...change }), JSON.stringify(change)).toThrow(OptionError);
    }
  });
});

describe('the arithmetic dataset of four inputs', () => {
  it('has the published sums and thresholds', () => {
    const threshold = { mul: 2.157e-6, add: 2.667e-8 };
    for (const [operation, expected] of Object.entries(threshold)) {
      const cell = arithmeticSimple.cell({ operation, unit: 'NMU', seeds: { count: 2 } });
      expect(Math.abs((cell.models[0]?.threshold as number) / expected - 1)).toBeLessThan(0.01);
      const { task } = cell.options;
      const { x, y } = drawRows(task, columnOf(task, 1), 1, 0, 3);
      for (let row = 0; row < 3; row++) {
        const own = x.subarray(4 * row, 4 * row + 4);
        expect(y[row]).toBe(operations[operation]?.(sum(own, 0, 4), sum(own, 0, 2)));
      }
      expect(cell.options.steps).toBe(200_000);
    }
  });
});

describe('networks', () => {
  const namesOf = (wanted: string) => networkOf(wanted).units.map(({ name }) => name);

  it('are those of the paper', () => {
    expect(namesOf('NMU')).toEqual(['NAU', 'NMU']);
    expect(namesOf('NAC•')).toEqual(['NAC', 'NAC•']);
    expect(namesOf('NAC•,σ')).toEqual(['NAC', 'NAC•σ']);
    expect(namesOf('ReLU6')).toEqual(['Dense ReLU6', 'Linear']);
    for (const name of [...publishedNetworks, ...gateStudyNetworks]) expect(namesOf(name)).toHaveLength(2);
  });

  it('train by the published penalties', () => {
    const regularizers = (unit: string, operation = 'mul') =>
      arithmetic.cell({ operation, unit, seeds: { count: 1 } }).options.regularizers;
    const rising = (strength: number, start: number, end: number) => ({
      strength,
      reduction: 'mean',
      schedule: { kind: 'linear', start, end },
    });
    for (const operation of ['add', 'mul']) {
      expect(regularizers('NAU', operation)).toEqual([rising(0.01, 5e3, 5e4), rising(0.01, 5e3, 5e4)]);
      for (const name of ['NMU', 'NAC•,NMU', 'Gated NAU/NMU']) {
        expect(regularizers(name, operation)).toEqual([rising(10, 1e6, 2e6), rising(10, 1e6, 2e6)]);
      }
      for (const name of ['NAC+', 'NAC•', 'NALU', 'Linear']) {
        expect(regularizers(name, operation)).toEqual([null, null]);
      }
    }
  });

  it('can be made of every unit, and written as stacks', () => {
    for (const { name } of units) expect(networkOf(name).units, name).toHaveLength(2);
    expect(namesOf('RealNPU')).toEqual(['NAU', 'RealNPU']);
    expect(namesOf('Dense tanh')).toEqual(['Dense tanh', 'Linear']);
    expect(namesOf('NAU -> NAU → NMU')).toEqual(['NAU', 'NAU', 'NMU']);
  });
});
