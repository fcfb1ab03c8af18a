/**
 * The scalar identity experiment of Trask et al., "Neural Arithmetic Logic Units", 2018, arXiv:1808.00508, section 1.1:
 * autoencoders learn y = x on U[-5,5) and are asked for it up to ±20. With every usual activation they fail outside.
 *
 * 1 → 8 → 8 → 8 → 1, the activation on the three hidden layers and an affine output, 100 models per activation. The paper
 * leaves open how they are trained; here by Adam at 0.01 with batches of 64, 10 000 steps. What it plots is the mean absolute
 * error over the test range.
 */

import { toMatrix } from '../model/data.ts';
import { type ModelDescription, resolveModel } from '../model/description.ts';
import { hasForward64, predict64 } from '../model/evaluate.ts';
import { checkArguments } from '../options/check.ts';
import { size, such } from '../options/kinds.ts';
import { type InputRange, intervalsOf } from '../range.ts';
import { denseUnits } from '../units/dense.ts';
import { papers } from '../units/papers.ts';
import { findUnit } from '../units/registry.ts';
import type { BenchmarkTask, Cell, RangePair } from './benchmark.ts';
import { assembleCell, benchmarkInitialization } from './cell.ts';
import { formulaTask, parseFormula } from './formula.ts';
import { rangeSampler } from './range-sampler.ts';
import { checkOperation, rangePairKind, resolveRequest, sizeSetting } from './request.ts';

const facts = {
  name: 'identity',
  operations: ['identity'],
  ranges: [{ range: [-5, 5], extrapolationRange: [-20, 20] }],
  settings: { hidden: 8, depth: 3 },
  seeds: 100,
} as const;

export const identity: BenchmarkTask = {
  ...facts,
  summary: 'Autoencoders with every usual activation learn y = x, and fail outside the training range.',
  paper: papers.trask,
  units: (operation) => {
    checkOperation(facts, operation);
    return denseUnits.map(({ name }) => name);
  },
  cell(request): Cell {
    const resolved = resolveRequest(facts, request);
    const { settings, pairs } = resolved;
    const hidden = sizeSetting(settings, 'hidden');
    const depth = sizeSetting(settings, 'depth');
    const unit = typeof request.unit === 'string' ? findUnit(request.unit) : request.unit;
    const last = denseUnits.includes(unit) ? findUnit('Linear') : unit;
    const model: Omit<ModelDescription, 'seed'> = {
      inputs: 1,
      layers: [...Array.from({ length: depth }, () => unit), last].map((unit, index) => ({
        unit,
        outputs: index < depth ? hidden : 1,
        initialization: benchmarkInitialization(unit),
      })),
    };
    return assembleCell({
      task: facts.name,
      request,
      resolved,
      unit: unit.name,
      model,
      recipe: { learningRate: 0.01 },
      on: (side) => formulaTask(parseFormula('x0'), [rangeSampler(pairs.map((pair) => pair[side]))]),
      threshold: () => null,
      steps: 10_000,
      batch: 64,
      ...(hasForward64(resolveModel(model)) && {
        figures: (index, parameters) => {
          const curve = identityCurve(model, parameters, pairs[index] as RangePair);
          return { mae_inside: curve.inside, mae_outside: curve.outside, ...errorsAt(curve) };
        },
      }),
    });
  },
};

/** What a model of the identity experiment makes of numbers inside and outside its training range. */
export interface IdentityCurve {
  /** From the lower to the upper end of the test range, float32 numbers at equal distances. */
  readonly x: Float32Array;
  /** What the model makes of them, in float64. */
  readonly y: Float64Array;
  /** Mean of |y − x| over the points within the training range, and over the others; NaN where there are none. */
  readonly inside: number;
  readonly outside: number;
}

/** Points of the curve between two of those whose error is a figure: every second whole x, with the default range. */
const BETWEEN_FIGURES = 20;

/** |y − x| at some of the points, as figures named after x: `curve_-20`, `curve_-18`, … */
function errorsAt({ x, y }: IdentityCurve): Record<string, number> {
  const errors: Record<string, number> = {};
  for (let n = 0; n < x.length; n += BETWEEN_FIGURES) {
    const at = x[n] as number;
    errors[`curve_${Number(at.toPrecision(6))}`] = Math.abs((y[n] as number) - at);
  }
  return errors;
}

const floatsKind = such<Float32Array>('a Float32Array', (value) => value instanceof Float32Array);

/**
 * Predictions of a trained model over the test range, in float64; `points` of them, 0.1 apart by default. Its units must
 * have an equation in float64, as all of the registry do.
 */
export function identityCurve(
  model: Omit<ModelDescription, 'seed'>,
  parameters: Float32Array,
  pair: RangePair = facts.ranges[0],
  points = 401,
): IdentityCurve {
  checkArguments(
    'identityCurve()',
    { parameters, pair, points },
    { parameters: floatsKind, pair: rangePairKind, points: size },
  );
  const { range, extrapolationRange } = pair;
  const [low, high] = hull(extrapolationRange);
  const x = Float32Array.from({ length: points }, (_, n) => low + ((high - low) * n) / (points - 1));
  const y = predict64(resolveModel(model), parameters, toMatrix('x', x, 1)) as Float64Array;
  const errors = { inside: [] as number[], outside: [] as number[] };
  const trained = intervalsOf(range);
  x.forEach((at, n) => {
    const within = trained.some(([low, high]) => at >= low && at <= high);
    errors[within ? 'inside' : 'outside'].push(Math.abs((y[n] as number) - at));
  });
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return { x, y, inside: mean(errors.inside), outside: mean(errors.outside) };
}

function hull(range: InputRange): readonly [number, number] {
  const ends = intervalsOf(range).flat();
  return [Math.min(...ends), Math.max(...ends)];
}
