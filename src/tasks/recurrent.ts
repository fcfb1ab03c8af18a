/**
 * The recurrent arithmetic task of Trask et al., "Neural Arithmetic Logic Units", 2018, arXiv:1808.00508, section 4.1: a cell reads ten
 * inputs at each step of a sequence; a and b are sums of two neighbours over all steps, and y = a ∘ b is asked for at the end. Trained
 * on ten steps, tested on a thousand.
 *
 * The paper leaves most open. Here it is as in the runnable version of Madsen and Johansen's task that came with Hoedt et al.,
 * "MC-LSTM", 2021, arXiv:2101.05186: the unit is the cell over [x_t, h_t] with two outputs and reads its own last state as a second
 * layer, the initial state is trained from zero, numbers of any length are from [1, 2], subsets are those of the arithmetic data set;
 * batches of 128, Adam at 1e-3, 2 000 000 steps, penalties from 1 000 000 on. A baseline is a plain recurrent network: `Dense tanh`.
 */

import { OptionError } from '../errors.ts';
import { arithmeticSubsets, recurrentThreshold } from '../metrics/thresholds.ts';
import { initialParameters, type ResolvedModel } from '../model/description.ts';
import { hasForward64, squaredErrors64 } from '../model/evaluate.ts';
import { resolveRecurrent } from '../model/sequences.ts';
import { columnOf, drawRows, type Task } from '../model/task.ts';
import { createRandom } from '../random.ts';
import { papers } from '../units/papers.ts';
import { type Recipe, rising } from '../units/recipe.ts';
import { type BenchmarkTask, type Cell, EVALUATION } from './benchmark.ts';
import { assembleCell, sequencesOf } from './cell.ts';
import { networkModel, networkOf } from './networks.ts';
import { subsetOffset } from './offset.ts';
import { checkOperation, resolveRequest, sizeSetting } from './request.ts';
import { sumsTask } from './sums.ts';

type RecurrentOperation = 'add' | 'sub' | 'mul';

const facts = {
  name: 'recurrent',
  operations: ['add', 'sub', 'mul'],
  ranges: [{ range: [1, 2], extrapolationRange: [1, 2] }],
  settings: { inputs: 10, subset: 0.25, overlap: 0.5, hidden: 2, length: 10, extrapolationLength: 1000 },
  seeds: 100,
} as const;

const additive = ['NAC+', 'NALU', 'NAU', 'Dense tanh'];
const compared: Readonly<Record<RecurrentOperation, readonly string[]>> = {
  add: additive,
  sub: additive,
  mul: ['NAC•', 'NALU', 'NMU', 'Dense tanh'],
};

const recipe: Recipe = { learningRate: 1e-3, regularizer: rising(10, 1e6, 2e6) };

/** Lengths beside the two of the settings that the errors of a trained model are figures for. */
const LENGTHS = [20, 100];

export const recurrent: BenchmarkTask = {
  ...facts,
  summary: 'A recurrent cell learns an operation on two sums over the steps of a sequence.',
  paper: papers.trask,
  units: (operation) => compared[checkOperation<RecurrentOperation>(facts, operation)],
  cell(request): Cell {
    const resolved = resolveRequest<RecurrentOperation>(facts, request);
    const { operation, settings, pairs, seeds } = resolved;
    const inputs = sizeSetting(settings, 'inputs');
    const length = sizeSetting(settings, 'length');
    const longest = sizeSetting(settings, 'extrapolationLength');
    const { subset, overlap } = settings;
    const subsets = arithmeticSubsets(inputs, subset as number, overlap as number);
    const { onlyA, both, neither } = subsets;
    if (neither < 0) {
      throw new OptionError(
        `subset ${subset} and overlap ${overlap} need ${inputs - neither} inputs; there are ${inputs}`,
      );
    }
    const network = networkOf(request.unit);
    const model = networkModel(network, inputs, sizeSetting(settings, 'hidden'));
    const from = seeds.map((seed) => subsetOffset(seed, neither + 1));
    const span = (shift: number) =>
      from.map((first) => ({ from: first + shift, to: first + shift + onlyA + both }));
    const on = (side: 'range' | 'extrapolationRange') =>
      sumsTask({
        inputs,
        operation,
        ranges: pairs.map((pair) => pair[side]),
        a: span(0),
        b: span(onlyA),
      });
    const stack = resolveRecurrent(model);
    const task = on('extrapolationRange');
    const lengths = [...new Set([length, ...LENGTHS, longest])];
    return assembleCell({
      task: facts.name,
      request,
      resolved,
      unit: network.name,
      model,
      recipe,
      on,
      recurrent: { length, extrapolationLength: longest },
      threshold: ({ extrapolationRange }) => {
        const random = createRandom(THRESHOLD_SEED);
        return recurrentThreshold(operation, extrapolationRange, () => random.uniform(), {
          subsets,
          steps: longest,
          samples: sequencesOf(longest),
        });
      },
      steps: 2_000_000,
      ...(hasForward64(stack) && {
        figures: (index, parameters) =>
          relativeErrors(stack, task, { index, seed: seeds[index] as number, parameters, lengths }),
      }),
    });
  },
};

/** Seed of the sequences that thresholds are simulated with. */
const THRESHOLD_SEED = 1234;

/** Steps of the sequences that a figure is the mean of, about: a thousand models are measured on the CPU. */
const FIGURE_STEPS = 10_000;

interface Trained {
  readonly index: number;
  readonly seed: number;
  readonly parameters: Float32Array;
  readonly lengths: readonly number[];
}

/**
 * The paper's measure, for sequences of each length: the error of the trained model in per cent of that of the model it began as, as
 * `relative_20` and so on.
 */
function relativeErrors(
  model: ResolvedModel,
  task: Task,
  { index, seed, parameters, lengths }: Trained,
): Record<string, number> {
  const start = model.layers.flatMap((_, k) => [...initialParameters({ ...model, seed }, k)]);
  const errors = lengths.map((length) => {
    const rows = Math.max(10, Math.min(100, Math.floor(FIGURE_STEPS / length)));
    const { x, y } = drawRows(task, columnOf(task, index), EVALUATION.extrapolationSeed, 0, rows, length);
    const error = (own: Float32Array) => squaredErrors64(model, own, x, y);
    return [`relative_${length}`, (100 * error(parameters)) / error(Float32Array.from(start))] as const;
  });
  return Object.fromEntries(errors);
}
