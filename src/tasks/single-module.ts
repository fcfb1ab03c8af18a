/**
 * The Single Module Arithmetic Task: one layer, y = x₀ ∘ x₁ for one operation, on nine pairs of ranges. With more inputs,
 * all but two neighbours are redundant; which two it is differs from seed to seed.
 *
 * Mistry, Farrahi and Hare, "A Primer for Neural Arithmetic Logic Modules", 2021, arXiv:2101.09530, and its benchmark
 * code: 25 seeds, batches of 128, 50 000 steps, a log point every 1000. The setting `epsilon` is how far the weights of a
 * model may be off that still counts as a success: see `singleModuleThreshold`.
 */

import { OptionError } from '../errors.ts';
import { singleModuleThreshold } from '../metrics/thresholds.ts';
import { papers } from '../units/papers.ts';
import { type Operation, type Recipe, recipeFor, rising } from '../units/recipe.ts';
import { findUnit, units } from '../units/registry.ts';
import type { Unit } from '../units/unit.ts';
import type { BenchmarkTask, Cell, RangePair } from './benchmark.ts';
import { assembleCell, benchmarkInitialization } from './cell.ts';
import { subsetOffset } from './offset.ts';
import { checkOperation, resolveRequest, sizeSetting } from './request.ts';
import { type Span, sumsTask } from './sums.ts';

/** The nine pairs of ranges, in the order of the benchmark. */
export const singleModuleRanges: readonly RangePair[] = [
  { range: [-20, -10], extrapolationRange: [-40, -20] },
  { range: [-2, -1], extrapolationRange: [-6, -2] },
  { range: [-1.2, -1.1], extrapolationRange: [-6.1, -1.2] },
  { range: [-0.2, -0.1], extrapolationRange: [-2, -0.2] },
  {
    range: [-2, 2],
    extrapolationRange: [
      [-6, -2],
      [2, 6],
    ],
  },
  { range: [0.1, 0.2], extrapolationRange: [0.2, 2] },
  { range: [1, 2], extrapolationRange: [2, 6] },
  { range: [1.1, 1.2], extrapolationRange: [1.2, 6] },
  { range: [10, 20], extrapolationRange: [20, 40] },
];

const additive = ['NAC', 'NALU', 'NAU', 'iNALU', 'G-NALU'];

/** What the Primer compares, then what was added to its benchmark later: the MCFC family and, to divide, a RealNPU. */
const compared: Readonly<Record<Operation, readonly string[]>> = {
  add: [...additive, 'MCFC'],
  sub: additive,
  mul: [
    ...['NMU', 'NAC•', 'NALU', 'NPU', 'RealNPU', 'iNALU', 'G-NALU'],
    ...['MulMCFC', 'MulMCFC iNALU sign', 'MulMCFC RealNPU sign'],
  ],
  div: ['NAC•', 'NALU', 'NPU', 'RealNPU', 'iNALU', 'G-NALU', 'RealNPU modified'],
};

/**
 * With redundant inputs these train twice as long, and their penalties start later: the Primer's benchmark for NAU, that of Mistry,
 * Farrahi and Hare, 2021, arXiv:2110.05177, for the others, which divide.
 */
const REDUNDANT_STEPS = 100_000;
const redundant: Readonly<Record<string, Partial<Recipe>>> = {
  NAU: { regularizer: rising(0.01, 50_000, 75_000) },
  NRU: { regularizer: rising(0.01, 50_000, 75_000), learningRate: 1e-3 },
  NMRU: { regularizer: rising(10, 50_000, 75_000) },
  RealNPU: {},
  'RealNPU modified': { regularizer: rising(1, 50_000, 75_000) },
};

const facts = {
  name: 'single-module',
  operations: ['add', 'sub', 'mul', 'div'],
  ranges: singleModuleRanges,
  settings: { inputs: 2, epsilon: 1e-5 },
  seeds: 25,
} as const;

export const singleModule: BenchmarkTask = {
  ...facts,
  summary:
    'One layer learns one operation on two inputs, on nine pairs of ranges; further inputs are redundant.',
  paper: papers.mistryPrimer,
  units: (operation) => compared[checkOperation<Operation>(facts, operation)],
  cell(request): Cell {
    const resolved = resolveRequest<Operation>(facts, request);
    const { operation, settings, pairs, seeds } = resolved;
    const inputs = sizeSetting(settings, 'inputs', 2);
    const unit = capable(request.unit, operation);
    const longer =
      inputs > 2 && (unit.name === 'NAU' || operation === 'div') ? redundant[unit.name] : undefined;
    const published = recipeFor(unit, 'singleModule', operation);
    // Without redundant inputs the operands are the same for all models.
    const operand = (n: number): Span | Span[] =>
      inputs === 2
        ? { from: n, to: n + 1 }
        : seeds.map((seed) => {
            const from = subsetOffset(seed, inputs - 1) + n;
            return { from, to: from + 1 };
          });
    return assembleCell({
      task: facts.name,
      request,
      resolved,
      unit: unit.name,
      model: { inputs, layers: [{ unit, outputs: 1, initialization: benchmarkInitialization(unit) }] },
      recipe: { ...published, ...longer },
      on: (side) =>
        sumsTask({
          inputs,
          operation,
          ranges: pairs.map((pair) => pair[side]),
          a: operand(0),
          b: operand(1),
        }),
      threshold: ({ extrapolationRange }) =>
        singleModuleThreshold(operation, extrapolationRange, { inputs, epsilon: settings.epsilon as number }),
      steps: longer ? REDUNDANT_STEPS : 50_000,
    });
  },
};

/** The unit, if one layer of it can represent `operation`. Throws OptionError with those that can. */
function capable(requested: string | Unit, operation: Operation): Unit {
  const unit = typeof requested === 'string' ? findUnit(requested) : requested;
  if (unit.operations.includes(operation)) return unit;
  const able = units.filter(({ operations }) => operations.includes(operation)).map(({ name }) => name);
  throw new OptionError(`${unit.name} cannot ${operation}; units that can: ${able.join(', ')}`);
}
