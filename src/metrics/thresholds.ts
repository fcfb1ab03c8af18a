/**
 * @file Mean squared errors below which a model counts as having found the operation: those that the exact solution
 * would have if every weight were off by ε.
 *
 * Single-module task: Mistry et al., 'A Primer for Neural Arithmetic Logic Modules' (JMLR 2022). Arithmetic dataset:
 * Madsen & Johansen, 'Neural Arithmetic Units' (ICLR 2020). Recurrent task: Trask et al., 'Neural Arithmetic Logic Units' (2018).
 */

import { OptionError } from '../errors.ts';
import { checkArguments, checkOptions } from '../options/check.ts';
import { callback, type Description, needed, number, oneOf, options, size } from '../options/kinds.ts';
import { formatRange, type InputRange, intervalsOf } from '../range.ts';

/** Operations of the single module task. */
export type SingleModuleOperation = 'add' | 'sub' | 'mul' | 'div';

/** Of the threshold of success on the single module task. */
export interface SingleModuleOptions {
  /** Inputs of the layer, of which the operation uses two. Default 2. */
  inputs?: number;
  /**
   * How far every weight is off. Default 1e-5, which the published steps of solving fit (NMU on six of six ranges, NAU on
   * eight of nine); the published code has 1e-4, and an input file that is not published.
   */
  epsilon?: number;
}

/** The mean squared error that the published runs of division with redundant inputs were held to. */
const REDUNDANT_DIVISION = 1e-5;

const singleModuleDescription: Description<SingleModuleOptions> = {
  fields: { inputs: number({ whole: true, least: 2 }), epsilon: number() },
};

/**
 * Success threshold of the single-module task for an extrapolation range, as the expectation itself where the published
 * code draws 10⁶ samples:
 *
 * - add, sub: the prediction is off by ε Σ|xⱼ|, so ε² (n E[x²] + n(n−1) E[|x|]²);
 * - mul: (1−ε)² x₀x₁ Π(1−ε|xⱼ|) over the other inputs, so E[x²]² E[((1−ε)² Π(1−ε|xⱼ|) − 1)²];
 * - div: (1−ε)/(1+ε) · x₀/x₁, so ((1−ε)/(1+ε) − 1)² E[x²] E[1/x²]; with other inputs beside the two it is 1e-5, whatever range
 *   and ε are, as Mistry, Farrahi and Hare, 2021, arXiv:2110.05177, have it.
 */
export function singleModuleThreshold(
  operation: SingleModuleOperation,
  range: InputRange,
  options: SingleModuleOptions = {},
): number {
  const given = checkOptions(singleModuleDescription, options, 'singleModuleThreshold()');
  const { inputs = 2, epsilon = 1e-5 } = given;
  checkEpsilon(epsilon);
  const { size, square, inverseSquare } = moments(intervalsOf(range));
  switch (operation) {
    case 'add':
    case 'sub':
      return epsilon ** 2 * inputs * (square + (inputs - 1) * size ** 2);
    case 'mul': {
      const kept = (1 - epsilon) ** 2;
      const once = (1 - epsilon * size) ** (inputs - 2);
      const twice = (1 - 2 * epsilon * size + epsilon ** 2 * square) ** (inputs - 2);
      return square ** 2 * (kept ** 2 * twice - 2 * kept * once + 1);
    }
    case 'div':
      if (inputs > 2) return REDUNDANT_DIVISION;
      if (!Number.isFinite(inverseSquare)) {
        throw new OptionError(
          'div has no threshold for a range that holds 0: the expected error is infinite',
        );
      }
      return ((1 - epsilon) / (1 + epsilon) - 1) ** 2 * square * inverseSquare;
    default:
      throw new OptionError(`operation is ${String(operation)}; it must be add, sub, mul or div`);
  }
}

/**
 * How the inputs of the arithmetic dataset are divided between the sums a and b: numbers of inputs in one of them only,
 * in both, and in neither.
 */
export interface Subsets {
  readonly onlyA: number;
  readonly onlyB: number;
  readonly both: number;
  readonly neither: number;
}

/** Subsets of `ratio` of the inputs each, sharing `overlap` of their size, both rounded down. */
export function arithmeticSubsets(inputs: number, ratio: number, overlap: number): Subsets {
  const share = number({ least: 0, most: 1 });
  checkArguments(
    'arithmeticSubsets()',
    { inputs, ratio, overlap },
    { inputs: size, ratio: share, overlap: share },
  );
  const each = Math.floor(ratio * inputs);
  const both = Math.floor(overlap * each);
  const subsets = { onlyA: each - both, onlyB: each - both, both, neither: inputs - 2 * each + both };
  checkSubsets(subsets);
  return subsets;
}

/** What the arithmetic dataset computes of the sums a and b; squared and root take a alone. */
export const combine = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  squared: (a: number) => a * a,
  root: (a: number) => Math.sqrt(a),
} as const;

/** Operations of the arithmetic data set. */
export type ArithmeticOperation = keyof typeof combine;

/** Of the threshold of success on the arithmetic data set. */
export interface ArithmeticOptions {
  /** Default: 100 inputs, a quarter of them in each sum, half of these in both. */
  subsets?: Subsets;
  /** How far every weight of the first layer is off. Default 1e-5. */
  epsilon?: number;
  /** Rows to draw. Default 100 000, which gives about three digits. */
  samples?: number;
}

const count = needed(number({ whole: true, least: 0 }));
const subsetsKind = options<Subsets>({ fields: { onlyA: count, onlyB: count, both: count, neither: count } });

const arithmeticDescription: Description<ArithmeticOptions> = {
  fields: { subsets: subsetsKind, epsilon: number(), samples: size },
};

/**
 * Success threshold of the arithmetic dataset for an extrapolation range: the mean over drawn rows of
 * (f(aₑ, bₑ) − f(a, b))², where every weight of the first layer is off by ε and the second layer is exact, so
 * aₑ = a + ε (Σxⱼ − 2a) and likewise bₑ. `random` returns numbers uniform in [0, 1).
 *
 * The published thresholds were simulated with sums of 26 inputs, 13 of them shared, one more each than in the task.
 */
export function arithmeticThreshold(
  operation: ArithmeticOperation,
  range: InputRange,
  random: () => number,
  options: ArithmeticOptions = {},
): number {
  checkArguments('arithmeticThreshold()', { random }, { random: callback<() => number>() });
  const given = checkOptions(arithmeticDescription, options, 'arithmeticThreshold()');
  const { subsets = arithmeticSubsets(100, 0.25, 0.5), epsilon = 1e-5, samples = 100_000 } = given;
  checkEpsilon(epsilon);
  checkSubsets(subsets);
  if (!Object.hasOwn(combine, operation)) {
    const known = Object.keys(combine).join(', ');
    throw new OptionError(`operation is ${String(operation)}; it must be one of ${known}`);
  }
  const f = combine[operation];
  const draw = sumsFrom(range, random);
  let total = 0;
  for (let sample = 0; sample < samples && Number.isFinite(total); sample++) {
    const both = draw(subsets.both);
    const a = both + draw(subsets.onlyA);
    const b = both + draw(subsets.onlyB);
    const all = a + b - both + draw(subsets.neither);
    const exact = f(a, b);
    total += (f(a + epsilon * (all - 2 * a), b + epsilon * (all - 2 * b)) - exact) ** 2;
  }
  if (Number.isFinite(total)) return total / samples;
  throw new OptionError(`${operation} is not finite everywhere in the range ${formatRange(range)}`);
}

/** Sums of so many numbers, each drawn from `range`. */
function sumsFrom(range: InputRange, random: () => number): (count: number) => number {
  const intervals = intervalsOf(range);
  return (count) => {
    let sum = 0;
    for (let index = 0; index < count; index++) {
      const which = intervals.length > 1 ? Math.floor(random() * intervals.length) : 0;
      const [low, high] = intervals[which] as readonly [number, number];
      sum += low + (high - low) * random();
    }
    return sum;
  };
}

/** Of the threshold of success on the recurrent task. */
export interface RecurrentThresholdOptions {
  /** Default: 10 inputs, two of them in each sum, one in both. */
  subsets?: Subsets;
  /** Steps of a sequence. Default 1000. */
  steps?: number;
  /** How far every weight of the cell is off. Default 1e-5. */
  epsilon?: number;
  /** Sequences to draw. Default 100. */
  samples?: number;
}

const recurrentDescription: Description<RecurrentThresholdOptions> = {
  fields: { subsets: subsetsKind, steps: size, epsilon: number(), samples: size },
};

/**
 * Success threshold of the recurrent task: the mean over drawn sequences of (f(aₑ, bₑ) − f(a, b))², where every weight of the cell is off
 * by ε, those of the inputs as for the arithmetic dataset and those of the state, which are the identity, by as much: at every step
 * aₑ ← (1 − ε) aₑ + ε bₑ + ã, with ã the step's part of the sum, off by ε, and b likewise. The second layer is exact. `random` returns
 * numbers uniform in [0, 1).
 */
export function recurrentThreshold(
  operation: 'add' | 'sub' | 'mul',
  range: InputRange,
  random: () => number,
  options: RecurrentThresholdOptions = {},
): number {
  checkArguments(
    'recurrentThreshold()',
    { operation, random },
    { operation: oneOf('add', 'sub', 'mul'), random: callback<() => number>() },
  );
  const given = checkOptions(recurrentDescription, options, 'recurrentThreshold()');
  const { subsets = arithmeticSubsets(10, 0.25, 0.5), steps = 1000, epsilon = 1e-5, samples = 100 } = given;
  checkEpsilon(epsilon);
  checkSubsets(subsets);
  const f = combine[operation];
  const draw = sumsFrom(range, random);
  let total = 0;
  for (let sample = 0; sample < samples; sample++) {
    const [exact, off] = [
      { a: 0, b: 0 },
      { a: 0, b: 0 },
    ];
    for (let step = 0; step < steps; step++) {
      const both = draw(subsets.both);
      const a = both + draw(subsets.onlyA);
      const b = both + draw(subsets.onlyB);
      const all = a + b - both + draw(subsets.neither);
      const keep = (own: number, other: number): number => (1 - epsilon) * own + epsilon * other;
      const before = { ...off };
      off.a = keep(before.a, before.b) + a + epsilon * (all - 2 * a);
      off.b = keep(before.b, before.a) + b + epsilon * (all - 2 * b);
      exact.a += a;
      exact.b += b;
    }
    total += (f(off.a, off.b) - f(exact.a, exact.b)) ** 2;
  }
  return total / samples;
}

/** E[|x|], E[x²] and E[1/x²], the last infinite where 0 can be drawn. */
function moments(intervals: readonly (readonly [number, number])[]) {
  const average = (f: (low: number, high: number) => number): number =>
    intervals.reduce((sum, [low, high]) => sum + f(low, high), 0) / intervals.length;
  return {
    size: average((low, high) =>
      low < 0 && high > 0 ? (low * low + high * high) / (2 * (high - low)) : Math.abs(low + high) / 2,
    ),
    square: average((low, high) => (low * low + low * high + high * high) / 3),
    inverseSquare: average((low, high) => (low * high > 0 ? 1 / (low * high) : Number.POSITIVE_INFINITY)),
  };
}

function checkEpsilon(epsilon: number): void {
  if (epsilon > 0 && epsilon < 1) return;
  throw new OptionError(`epsilon is ${String(epsilon)}; it must be between 0 and 1`);
}

function checkSubsets(subsets: Subsets): void {
  const { onlyA, onlyB, both, neither } = subsets;
  const whole = [onlyA, onlyB, both, neither].every((count) => Number.isSafeInteger(count) && count >= 0);
  if (whole && onlyA + both >= 1 && onlyB + both >= 1) return;
  throw new OptionError(
    `subsets are ${JSON.stringify(subsets)}; each must be a whole number of at least 0, and neither sum empty`,
  );
}
