import { describe, expect, it } from 'vitest';
import { columnOf, drawRows, type Task } from '../../src/model/task.ts';
import type { RangePair } from '../../src/tasks/benchmark.ts';
import { findTask, tasks } from '../../src/tasks/registry.ts';
import { sumsTask } from '../../src/tasks/sums.ts';
import { bitsOf, relativeError } from '../support/compare.ts';
import { useWgsl } from '../support/run-wgsl.ts';
import { kernelRows } from '../support/task-rows.ts';

const run = useWgsl();

/** The kernel's inputs have the twin's bits, and its targets are the twin's but for float32's rounding. */
async function expectTwin(task: Task, draw: Parameters<typeof kernelRows>[2], tolerance = 1e-6) {
  const { model = 0, seed = 0, step = 0, rows = 64 } = draw;
  const kernel = await kernelRows(run, task, draw);
  const twin = drawRows(task, columnOf(task, model), seed, step, rows);
  expect(bitsOf(kernel.x)).toEqual(bitsOf(twin.x));
  expect(relativeError(kernel.y, twin.y)).toBeLessThan(tolerance);
}

const singleModule = findTask('single-module');

describe.each(singleModule.operations)('the single module task, %s', (operation) => {
  it('draws the same rows as its twin, for training and extrapolation, on every range', async () => {
    const cell = singleModule.cell({ operation, unit: 'NALU', seeds: [0, 3] });
    for (let model = 1; model < cell.models.length; model += 2) {
      await expectTwin(cell.options.task, { model, seed: 3, step: 49_999 });
      const { task, seed } = cell.evaluate.extrapolation;
      await expectTwin(task, { model, seed });
    }
  });

  it.each([3, 10, 13])('finds its operands among %i inputs', async (inputs) => {
    const cell = singleModule.cell({ operation, unit: 'NALU', settings: { inputs }, seeds: [0, 1, 2, 7] });
    for (const model of [0, 3, 18]) {
      await expectTwin(cell.options.task, { model, seed: 7, step: 2, rows: 37 });
      await expectTwin(cell.options.task, { model, seed: 7, step: 2, rows: 37, loops: 'looped' });
    }
  });
});

describe('sums', () => {
  it.each(['add', 'sub', 'mul', 'div', 'squared', 'root'] as const)(
    'over spans per model: %s',
    async (operation) => {
      const task = sumsTask({
        inputs: 29,
        operation,
        ranges: [
          [1, 2],
          [
            [1, 1.5],
            [3, 7],
            [0, 0.25],
          ],
        ],
        a: [
          { from: 0, to: 7 },
          { from: 12, to: 29 },
        ],
        b: [
          { from: 4, to: 11 },
          { from: 5, to: 6 },
        ],
      });
      for (const model of [0, 1]) {
        // Differences and quotients of float32 sums near each other lose some digits.
        await expectTwin(task, { model, seed: 11, step: 5, rows: 31 }, 3e-6);
        await expectTwin(task, { model, seed: 11, step: 5, rows: 31, loops: 'looped' }, 3e-6);
      }
    },
  );
});

describe('a model', () => {
  it('gets the same bits alone as among others', async () => {
    for (const name of ['single-module', 'arithmetic', 'static-function']) {
      const request = { operation: 'mul', unit: 'NALU', settings: { inputs: 9 } };
      const many = findTask(name).cell({ ...request, seeds: { count: 30 } });
      const { range, extrapolationRange } = many.models[17] as RangePair;
      const alone = findTask(name).cell({ ...request, seeds: [17], ranges: [{ range, extrapolationRange }] });
      const draw = { seed: 17, step: 4, rows: 50 };
      const [one, other] = await Promise.all([
        kernelRows(run, many.options.task, { ...draw, model: 17 }),
        kernelRows(run, alone.options.task, { ...draw, model: 0 }),
      ]);
      expect(bitsOf(one.x)).toEqual(bitsOf(other.x));
      expect(bitsOf(one.y)).toEqual(bitsOf(other.y));
    }
  });
});

describe('every task of the registry', () => {
  it.each(tasks.map(({ name }) => name))('%s', async (name) => {
    const task = findTask(name);
    const wide = 'inputs' in task.settings && (task.settings.inputs as number) > 10;
    // The text for 100 inputs takes seconds to compile, so one operation has to stand for all.
    for (const operation of wide ? ['mul'] : task.operations) {
      const [unit = ''] = task.units(operation);
      const { options, evaluate } = task.cell({ operation, unit, seeds: [1, 2] });
      const draw = { model: 1, rows: 16, loops: wide ? 'looped' : 'written out' } as const;
      await expectTwin(options.task, { ...draw, seed: 2, step: 1000 }, 3e-6);
      if (wide) continue;
      await expectTwin(evaluate.extrapolation.task, { ...draw, seed: evaluate.extrapolation.seed }, 3e-6);
    }
  });
});
