/**
 * The arithmetic dataset of Madsen and Johansen, "Neural Arithmetic Units", 2020, arXiv:2001.05016, section 4.1: of n
 * inputs, a and b are sums of neighbours, and y = a ∘ b.
 *
 * m = ⌊ratio · n⌋ inputs are in each sum and v = ⌊overlap · m⌋ in both: a = Σ x[k : k+m], b = Σ x[k+m−v : k+2m−v]. The
 * offset k is the same for all rows of a model and drawn from its seed, uniform in 0 … n − (2m − v). So it is in the
 * authors' code; the paper's text has the overlap as a share of the inputs and a continuous offset. Batches of 128,
 * 5 000 000 steps, 100 seeds.
 */

import { OptionError } from '../errors.ts';
import {
  type ArithmeticOperation,
  arithmeticSubsets,
  arithmeticThreshold,
  type Subsets,
} from '../metrics/thresholds.ts';
import { createRandom } from '../random.ts';
import { formatRange, type InputRange } from '../range.ts';
import { papers } from '../units/papers.ts';
import type { BenchmarkTask, Cell, CellRequest, RangePair } from './benchmark.ts';
import { assembleCell } from './cell.ts';
import { networkModel, networkOf, networkRecipe, publishedNetworks } from './networks.ts';
import { subsetOffset } from './offset.ts';
import { checkOperation, resolveRequest, sizeSetting, type TaskFacts } from './request.ts';
import { type Span, sumsTask } from './sums.ts';

export const arithmeticOperations: readonly ArithmeticOperation[] = [
  'add',
  'sub',
  'mul',
  'div',
  'squared',
  'root',
];

/** Train and validation range, and test range, of all published tables. */
export const arithmeticRanges: readonly RangePair[] = [{ range: [1, 2], extrapolationRange: [2, 6] }];

interface Spans {
  readonly a: Span;
  readonly b: Span;
}

/** Where the sums of one model are, and how many inputs they share. */
interface Layout {
  readonly inputs: number;
  readonly subsets: Subsets;
  /** The same for all models, or by the seed. */
  readonly spans: Spans | ((seed: number) => Spans);
}

/** Published steps: more inputs were trained longer. */
const stepsFor = (inputs: number): number => (inputs <= 100 ? 5e6 : inputs <= 200 ? 10e6 : 15e6);

const facts = {
  name: 'arithmetic',
  operations: arithmeticOperations,
  ranges: arithmeticRanges,
  settings: { inputs: 100, subset: 0.25, overlap: 0.5, hidden: 2 },
  seeds: 100,
} as const;

export const arithmetic: BenchmarkTask = {
  ...facts,
  summary: 'Two layers learn an operation on two sums of neighbours among many inputs.',
  paper: papers.madsen,
  units: (operation) => {
    checkOperation(facts, operation);
    return publishedNetworks;
  },
  cell: (request) =>
    sumsCell(facts, request, (settings) => {
      const n = sizeSetting(settings, 'inputs');
      const { subset, overlap } = settings;
      const subsets = arithmeticSubsets(n, subset as number, overlap as number);
      const { onlyA, both, neither } = subsets;
      if (neither < 0) {
        throw new OptionError(
          `subset ${subset} and overlap ${overlap} need ${n - neither} inputs; there are ${n}`,
        );
      }
      const size = onlyA + both;
      return {
        inputs: n,
        subsets,
        steps: stepsFor(n),
        spans(seed) {
          const from = subsetOffset(seed, neither + 1);
          const second = from + size - both;
          return { a: { from, to: from + size }, b: { from: second, to: second + size } };
        },
      };
    }),
};

const simpleFacts = { ...facts, name: 'arithmetic-simple', settings: { hidden: 2 } } as const;
const simpleLayout = {
  inputs: 4,
  subsets: { onlyA: 2, onlyB: 0, both: 2, neither: 0 },
  steps: 200_000,
  spans: { a: { from: 0, to: 4 }, b: { from: 0, to: 2 } },
};

/** Four inputs, a = x₀ + x₁ + x₂ + x₃, b = x₀ + x₁, 200 000 steps: too few for the penalty of an NMU to begin. */
export const arithmeticSimple: BenchmarkTask = {
  ...simpleFacts,
  summary: 'Two layers learn an operation on x₀ + x₁ + x₂ + x₃ and x₀ + x₁.',
  paper: papers.madsen,
  units: arithmetic.units,
  cell: (request) => sumsCell(simpleFacts, request, () => simpleLayout),
};

function sumsCell(
  task: TaskFacts,
  request: CellRequest,
  layoutOf: (settings: Cell['settings']) => Layout & { readonly steps: number },
): Cell {
  const resolved = resolveRequest<ArithmeticOperation>(task, request);
  const { operation, settings, pairs, seeds } = resolved;
  const hidden = sizeSetting(settings, 'hidden');
  const { inputs, subsets, spans, steps } = layoutOf(settings);
  const network = networkOf(request.unit);
  const sum = (part: keyof Spans): Span | Span[] =>
    typeof spans === 'function' ? seeds.map((seed) => spans(seed)[part]) : spans[part];
  return assembleCell({
    task: task.name,
    request,
    resolved,
    unit: network.name,
    model: networkModel(network, inputs, hidden),
    recipe: networkRecipe(network),
    on: (side) =>
      sumsTask({
        inputs,
        operation,
        ranges: pairs.map((pair) => pair[side]),
        a: sum('a'),
        b: sum('b'),
      }),
    threshold: ({ extrapolationRange }) => threshold(operation, extrapolationRange, subsets),
    steps,
  });
}

/** Seed of the rows that thresholds are simulated with. */
const THRESHOLD_SEED = 1234;
/**
 * Numbers drawn for one threshold: all that the published settings need, of up to 300 inputs; fewer beyond,
 * so that an interruption is heard.
 */
const thresholdDraws = (inputs: number): number => (inputs <= 300 ? 3e7 : 5e6);
const thresholds = new Map<string, number>();

/** Simulated once for all units. */
function threshold(operation: ArithmeticOperation, range: InputRange, subsets: Subsets): number {
  const key = [operation, formatRange(range), ...Object.values(subsets)].join(' ');
  const random = createRandom(THRESHOLD_SEED);
  const inputs = Object.values(subsets).reduce((sum, count) => sum + count, 0);
  const samples = Math.min(100_000, Math.floor(thresholdDraws(inputs) / inputs));
  const value =
    thresholds.get(key) ??
    arithmeticThreshold(operation, range, () => random.uniform(), { subsets, samples });
  thresholds.set(key, value);
  return value;
}
