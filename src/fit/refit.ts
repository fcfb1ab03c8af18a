/**
 * The constants of a formula fitted anew in float64: to the rows inside, and to all rows. What the two fits leave tells whether the rows
 * outside follow the same law (Chow, 1960): that allows for how well the rows inside know the constants, which matters where they
 * are few. What the second leaves should be noise, and its likelihood is what formulas are compared by (Schwarz, 1978).
 */

import { type Parametrized, parametrize } from '../expression/columns.ts';
import { constant, type Expression, replaceLeaves } from '../expression/tree.ts';
import { type Minimum, minimize } from '../formula/least-squares.ts';
import type { Candidate, PartedRows } from './candidate.ts';
import { rootMeanSquare } from './errors.ts';
import { codeLength } from './evidence.ts';
import { freed } from './fitted-constants.ts';
import { joined, pickRows, rowNumbers, thinned } from './rows.ts';

/** Rows of each part that constants are fitted to, if there are more. */
const MOST_INSIDE = 1200;
const MOST_OUTSIDE = 400;
/**
 * Noise is the same on all rows, or grows with what is predicted; then it is the same below this share of its root mean square. The
 * likeliest counts.
 */
const FLOORS = [0.05, 1e-4];

export interface Refit {
  /** Rows [rows, width] that were fitted to, those inside first; in folds there are only those. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** What the errors of those rows are multiplied by, so that they are about equally large. */
  readonly weights: Float64Array;
  /** Weighted errors of the fit to all rows. */
  readonly left: Float64Array;
  /** Weighted mean squares that the fit to the rows inside leaves there, and outside; in folds that of rows left out. */
  readonly inside: number;
  readonly outside: number;
  /** Sum of the weighted squares outside that the fit to all rows leaves more than the fit to the rows inside, for each row outside: see `grows`. */
  readonly chow: number;
  readonly insideRows: number;
  readonly outsideRows: number;
  /** Constants that were fitted. */
  readonly constants: number;
  /** −2 log likelihood of the fit to all rows, and twice the nats to say the formula. */
  readonly criterion: number;
  /** The formula with the constants that fit the rows inside, and with those that fit all. */
  readonly inner: Expression;
  readonly whole: Expression;
  /** What errors are multiplied by where so much is predicted; with weights of the table's own, 1. */
  weigh(predicted: Float64Array): Float64Array;
  /** Predicts rows with the constants that fit all rows. */
  predict(x: Float64Array): Float64Array;
}

/** A candidate is asked for more than once, by the search and by the ranking, always with the same rows. */
const known = new WeakMap<Candidate, { readonly rows: PartedRows; readonly refit: Refit | undefined }>();

/** Undefined where the formula has no value on some row, or none near it. */
export function refitOf(candidate: Candidate, rows: PartedRows): Refit | undefined {
  const before = known.get(candidate);
  if (before?.rows === rows) return before.refit;
  const refit = fitted(candidate, rows);
  known.set(candidate, { rows, refit });
  return refit;
}

function fitted(candidate: Candidate, rows: PartedRows): Refit | undefined {
  const width = rows.inputs.length;
  const expression = candidate.formula.expressions[0] as Expression;
  const insideChosen = thinned(rowNumbers(rows.inside.y.length), MOST_INSIDE);
  const outsideChosen = rows.folds ? [] : thinned(rowNumbers(rows.outside.y.length), MOST_OUTSIDE);
  const both = (part: (own: 'inside' | 'outside', chosen: readonly number[]) => Float64Array) =>
    joined(part('inside', insideChosen), part('outside', outsideChosen));
  const x = both((own, chosen) => pickRows(rows[own].x, width, chosen));
  const y = both((own, chosen) => pickRows(rows[own].y, 1, chosen));
  const { weights: given } = rows;
  const [n, inner] = [y.length, insideChosen.length];
  const size = rootMeanSquare(y) || 1;
  const columns = columnsOf(x, width);
  const parametrized = parametrize(freed(expression));
  const { start, values, withConstants } = parametrized;
  const errors = (parameters: Float64Array, weights: Float64Array, count: number) =>
    weightedErrors(parametrized, columns, y, weights, count)(parameters);
  const least = (from: Float64Array, weights: Float64Array, count: number) =>
    minimize((parameters) => errors(parameters, weights, count), from);
  const same = given
    ? both((own, chosen) => pickRows(given[own], 1, chosen)).map((value) => value / size)
    : new Float64Array(n).fill(1 / size);
  const plain = least(start, same, n);
  if (!plain) return undefined;
  let floor: number | undefined;
  let best: { weights: Float64Array; whole: Minimum; value: number } = {
    weights: same,
    whole: plain,
    value: likelihood(plain.error, same),
  };
  const predicted = values(columns, n, plain.parameters);
  const spread = rootMeanSquare(predicted) || 1;
  for (const each of given ? [] : FLOORS) {
    const weights = growing(predicted, each * spread);
    const whole = least(plain.parameters, weights, n);
    const value = whole ? likelihood(whole.error, weights) : Number.POSITIVE_INFINITY;
    if (!whole || value >= best.value) continue;
    best = { weights, whole, value };
    floor = each * spread;
  }
  const { weights, whole } = best;
  const own = n === inner ? whole : least(whole.parameters, weights, inner);
  const left = errors(whole.parameters, weights, n);
  const beyond = own && errors(own.parameters, weights, n);
  if (!own || !left || !beyond) return undefined;
  const outer = n - inner;
  const leftOut = () =>
    Float64Array.from(
      insideChosen,
      (row, at) =>
        ((candidate.predicted[row] as number) - (rows.outside.y[row] as number)) * (weights[at] as number),
    );
  const outside = meanSquare(rows.folds ? leftOut() : beyond.subarray(inner));
  const inside = own.error / inner;
  return {
    ...{ x, y, weights, left, inside, outside },
    chow: Math.max(0, whole.error - own.error) / Math.max(1, outer),
    insideRows: inner,
    outsideRows: outer,
    constants: start.length,
    inner: withConstants(own.parameters),
    whole: withConstants(whole.parameters),
    criterion: 2 * (best.value + codeLength(expression, width, n)),
    weigh: (of) => (floor === undefined ? of.map(() => (given ? 1 : 1 / size)) : growing(of, floor)),
    predict: (at) => values(columnsOf(at, width), at.length / width, whole.parameters),
  };
}

/** Weights for noise that grows with what is predicted, from `floor` on. */
const growing = (predicted: Float64Array, floor: number): Float64Array =>
  predicted.map((value) => 1 / Math.max(Math.abs(value), floor));

/** −log likelihood of normal errors whose sum of squares is `error` when they are multiplied by `weights`. */
const likelihood = (error: number, weights: Float64Array): number =>
  (weights.length / 2) * Math.log(error / weights.length || Number.MIN_VALUE) -
  weights.reduce((sum, value) => sum + Math.log(value || 1), 0);

/** Errors on the first `count` rows as a function of the constants, each multiplied by its weight; undefined where one is not finite. */
export const weightedErrors =
  (
    { values }: Parametrized,
    columns: readonly Float64Array[],
    y: Float64Array,
    weights: Float64Array,
    count = y.length,
  ) =>
  (constants: Float64Array): Float64Array | undefined => {
    const left = values(columns, count, constants).map(
      (value, row) => (value - (y[row] as number)) * (weights[row] as number),
    );
    return left.every(Number.isFinite) ? left : undefined;
  };

/** Columns of rows [rows, width]. */
export const columnsOf = (x: Float64Array, width: number): Float64Array[] =>
  Array.from({ length: width }, (_, k) =>
    Float64Array.from({ length: x.length / width }, (_, row) => x[row * width + k] as number),
  );

const meanSquare = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value * value, 0) / Math.max(1, values.length);

/** With all constants as they are. */
export const settled = (expression: Expression): Expression =>
  replaceLeaves(expression, (leaf) => (leaf.kind === 'constant' ? constant(leaf.value) : leaf));
