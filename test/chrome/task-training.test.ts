import { describe, expect, it } from 'vitest';
import { type CellRequest, expressionTask, trainEnsemble } from '../../src/index.ts';
import { columnOf, drawRows } from '../../src/model/task.ts';
import { identity } from '../../src/tasks/identity.ts';
import { findTask } from '../../src/tasks/registry.ts';
import { singleModuleRanges } from '../../src/tasks/single-module.ts';
import { useGpu } from '../support/gpu.ts';

const gpu = useGpu();

/** Mean losses of each model over the log points of the first and of the last third. */
async function losses(task: string, request: CellRequest, settings = {}) {
  const cell = findTask(task).cell(request);
  const points: Float32Array[] = [];
  await trainEnsemble(gpu(), {
    ...cell.options,
    ...settings,
    logEvery: 20,
    onLog: ({ losses, step }) => {
      if (step > 0) points.push(losses.slice());
    },
  });
  const third = Math.floor(points.length / 3);
  const mean = (part: readonly Float32Array[], model: number): number =>
    part.reduce((sum, point) => sum + (point[model] as number), 0) / part.length;
  return cell.models.map((_, model) => ({
    first: mean(points.slice(0, third), model),
    last: mean(points.slice(-third), model),
  }));
}

describe('a short training lowers the loss', () => {
  it.each([
    ['single-module', { operation: 'add', unit: 'NAU' }],
    ['single-module', { operation: 'sub', unit: 'NAU' }],
    // Of negative numbers an NMU learns no products.
    ['single-module', { operation: 'mul', unit: 'NMU', ranges: singleModuleRanges.slice(5) }],
    ['single-module', { operation: 'add', unit: 'NAU', settings: { inputs: 10 } }],
    ['arithmetic-simple', { operation: 'mul', unit: 'NMU' }],
    ['arithmetic', { operation: 'add', unit: 'NAU', settings: { inputs: 20 } }],
    ['static-function', { operation: 'add', unit: 'NAC+', settings: { inputs: 20 } }],
    ['identity', { operation: 'identity', unit: 'Dense tanh' }],
  ] as [string, CellRequest][])('%s, %o', async (task, request) => {
    // Ten times the published learning rate shows in few steps.
    const settings = { learningRate: 0.01, steps: 600 };
    const results = await losses(task, { ...request, seeds: { count: 2 } }, settings);
    for (const [model, { first, last }] of results.entries()) {
      expect(last, `model ${model}`).toBeLessThan(0.8 * first);
    }
  });

  it('of quotients where the divisor is not near 0', async () => {
    const ranges = [{ range: [1, 2], extrapolationRange: [2, 6] }] as const;
    const request = { operation: 'div', unit: 'RealNPU', seeds: { count: 8 }, ranges };
    const results = await losses('single-module', request, { steps: 600 });
    for (const { first, last } of results) expect(last).toBeLessThan(first);
  });
});

describe('a task from an expression', () => {
  it('is learnt', async () => {
    const report = await trainEnsemble(gpu(), {
      model: { inputs: 3, layers: [{ unit: 'NMU', outputs: 1 }] },
      task: expressionTask({ expression: 'x0 * x2', inputs: 3, range: [1, 2] }),
      batch: 64,
      seeds: { count: 5 },
      steps: 1500,
      learningRate: 0.01,
    });
    for (const { loss } of report.runs) expect(loss).toBeLessThan(1e-8);
    const [layer] = report.weights(0);
    expect(layer?.effective.W?.map(([w]) => w)).toEqual([1, 0, 1]);
  });
});

describe('the identity experiment', () => {
  it('is learnt inside the training range, and fails outside', async () => {
    const cell = identity.cell({
      operation: 'identity',
      unit: 'Dense tanh',
      seeds: { count: 3 },
      steps: 3000,
    });
    const report = await trainEnsemble(gpu(), cell.options);
    const each = report.parameters.length / 3;
    for (let model = 0; model < 3; model++) {
      const own = report.parameters.subarray(model * each, (model + 1) * each);
      const { mae_inside: inside, mae_outside: outside } = cell.figures?.(model, own) ?? {};
      expect(inside).toBeLessThan(0.3);
      expect(outside).toBeGreaterThan(2);
    }
  });
});

describe('evaluation sets', () => {
  it('give errors below the thresholds once a unit has learnt', async () => {
    const ranges = [
      { range: [1, 2], extrapolationRange: [2, 6] },
      { range: [10, 20], extrapolationRange: [20, 40] },
    ] as const;
    const cell = findTask('single-module').cell({
      operation: 'mul',
      unit: 'NMU',
      seeds: { count: 3 },
      ranges,
    });
    const { task, seed } = cell.evaluate.extrapolation;
    const report = await trainEnsemble(gpu(), { ...cell.options, steps: 3000, learningRate: 0.01 });
    cell.models.forEach(({ threshold }, model) => {
      const { x, y } = drawRows(task, columnOf(task, model), seed, 0, 500);
      const [layer] = report.weights(model);
      const [a = 0, b = 0] = layer?.effective.W?.map(([w = 0]) => w) ?? [];
      const error = y.reduce((sum, t, row) => {
        const predicted = ((x[2 * row] as number) * a + 1 - a) * ((x[2 * row + 1] as number) * b + 1 - b);
        return sum + (predicted - t) ** 2 / 500;
      }, 0);
      expect(error).toBeLessThan(threshold as number);
    });
  });
});

describe('MulMCFC with the sign of RealNPU', () => {
  it('leaves the saddle it starts on: a phase of exactly π, where only the rounding of π has a slope', async () => {
    const cell = findTask('single-module').cell({
      operation: 'mul',
      unit: 'MulMCFC RealNPU sign',
      ranges: [{ range: [-2, -1], extrapolationRange: [-6, -2] }],
      seeds: { count: 2 },
      steps: 300,
      stretch: false,
    });
    const report = await trainEnsemble(gpu(), { ...cell.options, logEvery: 300 });
    for (const index of [0, 1]) {
      const g = report.weights(index)[0]?.parameters.g?.data as Float32Array;
      for (const gate of g) expect(Math.abs(gate - 0.5)).toBeGreaterThan(0.01);
    }
  });
});
