/**
 * The static simple function learning task of Trask et al., "Neural Arithmetic Logic Units", 2018, arXiv:1808.00508,
 * section 4.1: a and b are sums of two parts of a vector of 100 numbers, and y is a + b, a − b, a · b, a / b, a² or √a. Errors
 * count relative to a model with random parameters: 100 is as good as random, 0 is perfect.
 *
 * The paper leaves much open. Here: each part is between two inputs that are drawn from the model's seed, both included,
 * so that the parts differ in size and place and may overlap. The network has two layers and two hidden outputs; ranges,
 * batches and optimiser are those of the arithmetic dataset, which grew out of this task; 100 000 steps, 10 seeds. The model
 * with random parameters is the same for every network, or 100 would mean something else in each: two affine layers, the
 * mean over 20 random starts. A figure above 100 is worse than that.
 */

import type { ArithmeticOperation } from '../metrics/thresholds.ts';
import { type Matrix, toMatrix } from '../model/data.ts';
import { initialParameters, type ResolvedModel, resolveModel } from '../model/description.ts';
import { hasForward64, meanSquaredError64 } from '../model/evaluate.ts';
import { columnOf, drawRows, type Task } from '../model/task.ts';
import { papers } from '../units/papers.ts';
import { arithmeticOperations, arithmeticRanges } from './arithmetic.ts';
import { type BenchmarkTask, type Cell, EVALUATION } from './benchmark.ts';
import { assembleCell } from './cell.ts';
import { networkModel, networkOf, networkRecipe } from './networks.ts';
import { randomSpans } from './offset.ts';
import { checkOperation, resolveRequest, sizeSetting } from './request.ts';
import { sumsTask } from './sums.ts';

const facts = {
  name: 'static-function',
  operations: arithmeticOperations,
  ranges: arithmeticRanges,
  settings: { inputs: 100, hidden: 2 },
  seeds: 10,
} as const;

export const staticFunction: BenchmarkTask = {
  ...facts,
  summary: 'Two layers learn a function of two sums of parts of 100 inputs; errors count relative to random.',
  paper: papers.trask,
  units: (operation) => {
    checkOperation(facts, operation);
    return ['ReLU6', 'Linear', 'NAC+', 'NALU'];
  },
  cell(request): Cell {
    const resolved = resolveRequest<ArithmeticOperation>(facts, request);
    const { operation, settings, pairs, seeds } = resolved;
    const inputs = sizeSetting(settings, 'inputs');
    const hidden = sizeSetting(settings, 'hidden');
    const network = networkOf(request.unit);
    const model = networkModel(network, inputs, hidden);
    const spans = seeds.map((seed) => randomSpans(seed, inputs));
    const [training, far] = (['range', 'extrapolationRange'] as const).map((side) =>
      sumsTask({
        inputs,
        operation,
        ranges: pairs.map((pair) => pair[side]),
        a: spans.map(({ a }) => a),
        b: spans.map(({ b }) => b),
      }),
    ) as [Task, Task];
    const trained = resolveModel(model);
    const random = resolveModel(networkModel(networkOf('Linear'), inputs, hidden));
    return assembleCell({
      task: facts.name,
      request,
      resolved,
      unit: network.name,
      model,
      recipe: networkRecipe(network),
      on: (side) => (side === 'range' ? training : far),
      threshold: () => null,
      steps: 100_000,
      ...(hasForward64(trained) && {
        figures: (model, parameters) => ({
          relativeInterpolationError: relativeError(
            trained,
            random,
            parameters,
            rowsOf(training, model, EVALUATION.validationSeed),
          ),
          relativeExtrapolationError: relativeError(
            trained,
            random,
            parameters,
            rowsOf(far, model, EVALUATION.extrapolationSeed),
          ),
        }),
      }),
    });
  },
};

/** Rows of the evaluation sets that relative errors are computed on: the first ones. */
const ROWS = 1000;
/** Random starts of the model that errors are relative to. */
const STARTS = 20;

interface EvaluationRows {
  readonly x: Matrix;
  readonly y: Matrix;
}

function rowsOf(task: Task, model: number, seed: number): EvaluationRows {
  const { x, y } = drawRows(task, columnOf(task, model), seed, 0, ROWS);
  return { x: toMatrix('x', x, task.inputs), y: toMatrix('y', y, 1) };
}

/** 100 · mean squared error / that of random models. */
function relativeError(
  trained: ResolvedModel,
  random: ResolvedModel,
  parameters: Float32Array,
  { x, y }: EvaluationRows,
): number {
  let total = 0;
  for (let seed = 0; seed < STARTS; seed++) {
    total += meanSquaredError64(random, startOf({ ...random, seed }), x, y) as number;
  }
  return (100 * (meanSquaredError64(trained, parameters, x, y) as number)) / (total / STARTS);
}

/** Initial parameters of all layers. */
function startOf(model: ResolvedModel): Float32Array {
  return Float32Array.from(model.layers.flatMap((_, index) => [...initialParameters(model, index)]));
}
