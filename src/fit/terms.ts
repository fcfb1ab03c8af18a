/** A formula as a sum of terms with coefficients: refitted by linear least squares, and freed of terms that explain nothing. */

import { compile } from '../expression/evaluate.ts';
import { product, sum } from '../expression/simplify.ts';
import { argsOf, constant, type Expression } from '../expression/tree.ts';
import { solveLeastSquares } from '../formula/least-squares.ts';
import { rootMeanSquare } from './errors.ts';
import { rankCorrelation } from './ranks.ts';

/** A term without its coefficient; undefined is the constant term. */
type Term = Expression | undefined;

export interface Rows {
  /** [rows, width] */
  readonly x: Float64Array;
  readonly width: number;
  readonly y: Float64Array;
}

/** A root mean square error this small, relative to that of y, is rounding. */
const ROUNDING = 1e-12;
/** Standard deviations of a rank correlation from which on noise counts as growing with the target. */
const GROWTH_LEVEL = 4;
/** Predictions below this share of their root mean square weigh no more than it. */
const LEAST_WEIGHTED = 0.05;

/** Terms of the sum that `expression` is, without coefficients, and the coefficients. */
export function termsOf(expression: Expression): { terms: Term[]; coefficients: number[] } {
  const split = argsOf(expression, 'add').map((part): [Term, number] => {
    if (part.kind === 'constant') return [undefined, part.value];
    const [first, ...others] = argsOf(part, 'multiply');
    return first?.kind === 'constant' ? [product(...others), first.value] : [part, 1];
  });
  return { terms: split.map(([term]) => term), coefficients: split.map(([, value]) => value) };
}

/**
 * `expression` with coefficients refitted on `rows`, without the terms that the Bayesian information criterion (Schwarz, 1978)
 * finds superfluous, and with the shortest coefficients it allows: rows · log(mean squared error) + constants · log(rows),
 * where a number of one digit or a half is not a constant that had to be found.
 */
export function prune(expression: Expression, rows: Rows): Expression {
  const { terms } = termsOf(expression);
  if (terms.length > 30) return expression;
  const plain = new Map(terms.map((term) => [term, valuesOf(term, rows)]));
  if ([...plain.values()].some((column) => !column.every(Number.isFinite))) return expression;
  const { columns, y } = weighted(plain, rows.y);
  const fitted = (kept: readonly Term[]): Fitted => fitTerms(kept, columns, y);
  const n = y.length;
  const floor = (ROUNDING * rootMeanSquare(y)) ** 2;
  const criterion = ({ error, terms: kept }: Fitted) =>
    n * Math.log(Math.max(error, floor)) + kept.length * Math.log(n);
  let best = fitted(terms);
  for (;;) {
    const smaller = best.terms.map((term) => fitted(best.terms.filter((other) => other !== term)));
    const better = smaller.reduce((least, each) => (criterion(each) < criterion(least) ? each : least), best);
    if (better === best) break;
    best = better;
  }
  const coefficients = shorten(best, columns, y, floor);
  return sum(
    ...best.terms.map((term, k) => {
      const coefficient = constant(coefficients[k] as number);
      return term ? product(coefficient, term) : coefficient;
    }),
  );
}

interface Fitted {
  readonly terms: readonly Term[];
  readonly coefficients: Float64Array;
  /** Mean squared. */
  readonly error: number;
}

function valuesOf(term: Term, { x, width, y }: Rows): Float64Array {
  if (!term) return new Float64Array(y.length).fill(1);
  const f = compile(term);
  return Float64Array.from(y, (_, row) => f(x.subarray(row * width, (row + 1) * width)));
}

type TermColumns = ReadonlyMap<Term, Float64Array>;

/**
 * The same, each row weighted by the inverse of what is predicted, where noise grows with it: else the largest rows would decide
 * alone. Noise grows where the magnitudes of residuals and predictions are correlated by rank.
 */
function weighted(columns: TermColumns, y: Float64Array): { columns: TermColumns; y: Float64Array } {
  const { terms, coefficients } = fitTerms([...columns.keys()], columns, y);
  const predicted = y.map((_, row) =>
    terms.reduce(
      (sum, term, k) =>
        sum + (coefficients[k] as number) * ((columns.get(term) as Float64Array)[row] as number),
      0,
    ),
  );
  const residuals = y.map((value, row) => Math.abs(value - (predicted[row] as number)));
  const size = rootMeanSquare(predicted);
  const grows = rankCorrelation(residuals, predicted.map(Math.abs)) * Math.sqrt(y.length) > GROWTH_LEVEL;
  if (!grows || size === 0) return { columns, y };
  const weights = predicted.map((value) => 1 / Math.max(Math.abs(value) / size, LEAST_WEIGHTED));
  const weigh = (values: Float64Array) => values.map((value, row) => value * (weights[row] as number));
  return { columns: new Map([...columns].map(([term, values]) => [term, weigh(values)])), y: weigh(y) };
}

function fitTerms(terms: readonly Term[], columns: TermColumns, y: Float64Array): Fitted {
  const own = terms.map((term) => columns.get(term) as Float64Array);
  const coefficients = solveLeastSquares(
    own.map((column) => column.slice()),
    y.slice(),
  );
  return { terms, coefficients, error: errorWith(coefficients, own, y) };
}

function errorWith(coefficients: Float64Array, columns: readonly Float64Array[], y: Float64Array): number {
  let squares = 0;
  for (let row = 0; row < y.length; row++) {
    let rest = y[row] as number;
    for (let k = 0; k < columns.length; k++) {
      rest -= (coefficients[k] as number) * ((columns[k] as Float64Array)[row] as number);
    }
    squares += rest * rest;
  }
  return squares / y.length;
}

/**
 * Coefficients with as few digits as the rows bear: a short number need not have been found, which is worth as much error as a constant
 * is in the criterion. The others are refitted after each.
 */
function shorten(
  { terms, coefficients, error }: Fitted,
  columns: TermColumns,
  y: Float64Array,
  floor: number,
): Float64Array {
  const own = terms.map((term) => columns.get(term) as Float64Array);
  let result: Float64Array = coefficients.slice();
  let current = error;
  const fixed = new Set<number>();
  for (let k = 0; k < result.length; k++) {
    fixed.add(k);
    const allowed = current * (1 + Math.log(y.length) / y.length) + floor;
    for (const candidate of shorter(result[k] as number)) {
      const trial = refitOthers(own, y, result, fixed, k, candidate);
      const found = errorWith(trial, own, y);
      if (found > allowed) continue;
      result = trial;
      current = Math.max(found, error);
      break;
    }
  }
  return result;
}

/** `coefficients` with `candidate` at `k`, and those that are not in `fixed` by least squares. */
function refitOthers(
  columns: readonly Float64Array[],
  y: Float64Array,
  coefficients: Float64Array,
  fixed: ReadonlySet<number>,
  k: number,
  candidate: number,
): Float64Array {
  const result = coefficients.slice();
  result[k] = candidate;
  const free = columns.flatMap((_, other) => (fixed.has(other) ? [] : [other]));
  if (free.length === 0) return result;
  const rest = Float64Array.from(y, (value, row) =>
    [...fixed].reduce(
      (left, other) => left - (result[other] as number) * ((columns[other] as Float64Array)[row] as number),
      value,
    ),
  );
  const solved = solveLeastSquares(
    free.map((other) => (columns[other] as Float64Array).slice()),
    rest,
  );
  free.forEach((other, at) => {
    result[other] = solved[at] as number;
  });
  return result;
}

/** Shorter numbers near to `value`, the shortest first. */
function shorter(value: number): number[] {
  const parts = (of: readonly number[]) => of.map((part) => Math.round(part * value) / part);
  const simple = Math.abs(value) < 100 ? parts([1, 2, 4]).filter((candidate) => candidate !== 0) : [];
  const digits = Array.from({ length: 15 }, (_, k) => Number(value.toPrecision(k + 1)));
  return [...simple, ...digits.slice(0, 6), ...parts([3, 6]), ...digits.slice(6)];
}
