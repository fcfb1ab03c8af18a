import { describe, expect, it } from 'vitest';
import { resolveEnsemble } from '../../src/engines/ensemble/resolve.ts';
import { DataError, type EnsembleOptions, OptionError } from '../../src/index.ts';
import { arithmeticSubsets, recurrentThreshold } from '../../src/metrics/index.ts';
import { columnOf, drawRows } from '../../src/model/task.ts';
import { createRandom } from '../../src/random.ts';
import { findTask } from '../../src/tasks/registry.ts';

const sequence = [
  [1, 2],
  [3, 4],
  [5, 6],
];
const options: EnsembleOptions = {
  model: { inputs: 2, layers: [{ unit: 'NAU', outputs: 1 }] },
  recurrent: { steps: 3 },
  seeds: { count: 2 },
  x: [sequence, sequence],
  y: [[1], [2]],
};

describe('the data of a recurrent ensemble', () => {
  it('are sequences, nested, with a flat list for each, or in one list', () => {
    const wanted = [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6];
    for (const x of [options.x, [sequence.flat(), sequence.flat()], Float32Array.from(wanted)] as const) {
      const { data } = resolveEnsemble({ ...options, x: x as number[][] });
      expect(data?.x).toEqual({ rows: 2, columns: 6, data: Float32Array.from(wanted) });
    }
  });

  it('are refused with the place of what is wrong', () => {
    const refused = (
      changed: Partial<EnsembleOptions>,
      message: RegExp,
      type: typeof DataError = DataError,
    ) => {
      const resolve = () => resolveEnsemble({ ...options, ...changed });
      expect(resolve).toThrow(message);
      expect(resolve).toThrow(type);
    };
    const long = [...sequence, [7, 8]];
    refused({ x: [sequence, long] }, /x, sequence 1: it has 4 steps; it must have 3 steps/);
    refused(
      { x: [sequence, [[1, 2], [3], [5, 6]]] },
      /x, sequence 1, step 1 has 1 values; the model needs 2/,
    );
    refused({ x: [sequence, [[1, 2], 3 as never, [5, 6]]] }, /x, sequence 1, step 1 is 3; it must be a list/);
    refused({ x: [sequence] }, /x has 1 rows but y has 2/);
    refused(
      {
        x: [
          sequence,
          [
            [1, 2],
            [3, Number.NaN],
            [5, 6],
          ],
        ],
      },
      /x, row 1, column 3: NaN/,
    );
    const set = { x: [long], y: [[1]] };
    refused({ evaluate: { held: set } }, /evaluate.held.x, sequence 0: it has 4 steps; it must have 3 steps/);
    expect(resolveEnsemble({ ...options, evaluate: { held: { ...set, steps: 4 } } }).sets[0]?.steps).toBe(4);
  });

  it('have as many steps as a kernel can keep', () => {
    const steps = (count: number) => () =>
      resolveEnsemble({ ...options, recurrent: { steps: count }, x: new Float32Array(4 * count) });
    expect(steps(170)).not.toThrow();
    expect(steps(171)).toThrow(OptionError);
    expect(steps(171)).toThrow(/recurrent.steps is 171; a cell of 3 inputs.* at most 170 steps/);
    expect(steps(0)).toThrow(OptionError);
    const { recurrent: _, ...plain } = options;
    const set = { x: [[1, 2]], y: [[1]], steps: 1 };
    const rows = { x: [[1, 2]], y: [[1]], evaluate: { held: set } };
    expect(() => resolveEnsemble({ ...plain, ...rows })).toThrow(
      /evaluate.held.steps is 1; only recurrent models have steps/,
    );
  });

  it('have penalties of the layers that were described', () => {
    const penalty = { strength: 1, reduction: 'mean', schedule: { kind: 'constant' } } as const;
    const { recipe, model } = resolveEnsemble({ ...options, regularizers: [penalty] });
    expect(recipe.regularizers).toEqual([null, penalty]);
    expect(model.layers.map(({ inputs, outputs }) => [inputs, outputs])).toEqual([
      [1, 1],
      [3, 1],
    ]);
  });
});

describe('the recurrent task', () => {
  const task = findTask('recurrent');

  it('asks for the operation on two sums of neighbours over all steps', () => {
    const operations = { add: (a: number, b: number) => a + b, sub: (a: number, b: number) => a - b };
    for (const [operation, f] of Object.entries(operations)) {
      const cell = task.cell({ operation, unit: 'NAU', seeds: [4, 9] });
      const { options, evaluate } = cell;
      expect(options).toMatchObject({ recurrent: { steps: 10 }, batch: 128, steps: 2_000_000 });
      expect(evaluate.extrapolation).toMatchObject({ steps: 1000, rows: 100 });
      for (const model of [0, 1]) {
        const { x, y } = drawRows(options.task, columnOf(options.task, model), 3, 0, 20, 7);
        const sums = Array.from({ length: 20 }, (_, row) =>
          Array.from({ length: 10 }, (_, i) =>
            Array.from({ length: 7 }, (_, t) => x[row * 70 + t * 10 + i] as number).reduce((a, b) => a + b),
          ),
        );
        const fits = (k: number) =>
          sums.every((s, row) => {
            const [a, b] = [0, 1].map((n) => (s[k + n] as number) + (s[k + n + 1] as number));
            return Math.abs(f(a as number, b as number) - (y[row] as number)) < 1e-9;
          });
        expect([0, 1, 2, 3, 4, 5, 6, 7].filter(fits)).toHaveLength(1);
      }
    }
  });

  it('has errors in per cent of those of the model it began as', () => {
    const cell = task.cell({ operation: 'add', unit: 'NAU', seeds: [4] });
    const { steps: _, ...ensemble } = cell.options;
    const resolved = resolveEnsemble({ ...ensemble, evaluate: cell.evaluate });
    const from = cell.options.task.columns.a_from as readonly number[];
    // The exact solution: a and b as sums in the state, and their sum.
    const exact = new Float32Array(2 + 24 + 2);
    for (const [n, start] of [from[0] as number, (from[0] as number) + 1].entries()) {
      exact[2 + start * 2 + n] = 1;
      exact[2 + (start + 1) * 2 + n] = 1;
      exact[2 + (10 + n) * 2 + n] = 1;
      exact[26 + n] = 1;
    }
    expect(resolved.model.layers).toHaveLength(3);
    expect(cell.figures?.(0, exact)).toEqual({
      relative_10: 0,
      relative_20: 0,
      relative_100: 0,
      relative_1000: 0,
    });
    const off = exact.map((value) => value * 0.9);
    for (const error of Object.values(cell.figures?.(0, off) ?? {})) expect(error).toBeGreaterThan(1);
  });

  it('calls a success what every weight off by 1e-5 would be', () => {
    const uniform = () => {
      const random = createRandom(8);
      return () => random.uniform();
    };
    const threshold = (operation: 'add' | 'sub' | 'mul', steps: number, epsilon = 1e-5) =>
      recurrentThreshold(operation, [1, 2], uniform(), { steps, epsilon, samples: 200 });
    // One step is the arithmetic dataset: off by ε (Σx − 2a) + ε (Σx − 2b), of which the mean is 18 ε for inputs of 1.5.
    const { neither } = arithmeticSubsets(10, 0.25, 0.5);
    expect(neither).toBe(7);
    expect(Math.sqrt(threshold('add', 1)) / 18e-5).toBeCloseTo(1, 1);
    // What the state loses to itself, ε a T / 2, it gains from the other sum, for a sum but not for a difference.
    expect(threshold('add', 1000) / 18e-2 ** 2).toBeCloseTo(1, 1);
    expect(threshold('sub', 1000)).toBeLessThan(threshold('add', 1000));
    expect(threshold('add', 100, 1e-4) / threshold('add', 100, 1e-5)).toBeCloseTo(100, 0);
    expect(threshold('mul', 1000)).toBeGreaterThan(threshold('mul', 10));
    expect(() => recurrentThreshold('div' as 'add', [1, 2], uniform())).toThrow(OptionError);
  });
});
