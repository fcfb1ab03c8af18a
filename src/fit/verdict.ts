/**
 * Whether a formula is the law of a table. Any search returns its best formula, also for a table without one, so the best is
 * believed only where it fits rows it was not fitted to, beyond the range of those it was fitted to.
 */

import { evaluate } from '../expression/evaluate.ts';
import { constantsOf, type Expression, variablesOf } from '../expression/tree.ts';
import type { Candidate, PartedRows } from './candidate.ts';
import { type Errors, rootMeanSquare } from './errors.ts';
import { structureOf } from './structure.ts';
import { termsOf } from './terms.ts';

export interface Verdict {
  readonly found: boolean;
  /** Whether what is left is rounding, inside and outside. */
  readonly exact: boolean;
  /** Why, for people. */
  readonly reason: string;
}

/** Both parts' errors of a baseline. */
export interface BaselineErrors {
  readonly inRange: Errors;
  readonly outOfRange: Errors;
}

/** A root mean square error this small, relative to the target, leaves nothing to explain. */
const EXACT = 1e-6;
/** Rows held out below which they prove nothing. */
const LEAST_ROWS = 5;
/** How much of the spread outside may be left unexplained (a root of mean squares). */
const MOST_UNEXPLAINED = 0.3;
/** How many times larger than inside noise may be outside. */
const MOST_GROWTH = 2;
/** A formula must be so much better than a line or a network that knows no law. */
const BETTER = 0.6;
/** Rows inside that each constant needs. */
const ROWS_PER_CONSTANT = 4;

/** Judges `candidate`; `baselines` are those that know no law. */
export function judge(candidate: Candidate, rows: PartedRows, baselines: readonly BaselineErrors[]): Verdict {
  const { inside, outside, formula } = candidate;
  const expression = formula.expressions[0] as Expression;
  const refuse = (reason: string): Verdict => ({ found: false, exact: false, reason });
  if (variablesOf(expression).length === 0) return refuse('the best that was found is a constant');
  if (outside.rows < LEAST_ROWS) {
    return refuse(`only ${outside.rows} rows were held out; a formula cannot be tested on so few`);
  }
  const constants = constantsOf(expression).filter(({ value }) => !Number.isInteger(value)).length;
  if (constants * ROWS_PER_CONSTANT > inside.rows) {
    return refuse(`${constants} constants are too many for ${inside.rows} rows: anything would fit`);
  }
  if (inside.rmsRelativeError <= EXACT && outside.rmsRelativeError <= EXACT) {
    return {
      found: true,
      exact: true,
      reason: 'it is exact on all rows, those held out included: what is left is rounding',
    };
  }
  const leftInside = residuals(candidate, rows.inside);
  const leftOutside = residuals(candidate, rows.outside);
  const noise = rootMeanSquare(leftInside);
  const error = rootMeanSquare(leftOutside);
  if (!Number.isFinite(error)) return refuse('the best formula is no number on some rows held out');
  const unexplained = error / deviation(rows.outside.y);
  const grows = Math.max(1, rootMeanSquare(rows.outside.y) / rootMeanSquare(rows.inside.y));
  if (unexplained > MOST_UNEXPLAINED) {
    return refuse(`outside the range it leaves ${percent(unexplained)} of the spread unexplained`);
  }
  if (error > MOST_GROWTH * grows * noise) {
    return refuse(
      `it fits inside the range (${percent(inside.rmsRelativeError)} off), but not outside ` +
        `(${percent(outside.rmsRelativeError)}): it bends with the data instead of saying what makes them`,
    );
  }
  const best = Math.min(...baselines.map(({ outOfRange }) => outOfRange.rmsRelativeError));
  if (!isLinear(expression) && outside.rmsRelativeError > BETTER * best) {
    return refuse('outside the range it is hardly better than a linear fit or a network');
  }
  const all = {
    x: Float64Array.from([...rows.inside.x, ...rows.outside.x]),
    left: Float64Array.from([...leftInside, ...leftOutside]),
  };
  const structure = structureOf(all.x, rows.inputs.length, all.left);
  if (structure.significant) {
    return refuse(
      `it is near (${percent(outside.rmsRelativeError)} off outside), but what is left is no noise: neighbouring rows ` +
        'are off in the same direction',
    );
  }
  return {
    found: true,
    exact: false,
    reason: `what is left, ${percent(outside.rmsRelativeError)} outside and ${percent(inside.rmsRelativeError)} inside, looks like noise`,
  };
}

function residuals({ formula }: Candidate, { x, y }: PartedRows['inside']): Float64Array {
  const predicted = evaluate(formula, x);
  return y.map((value, row) => (predicted[row] as number) - value);
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return rootMeanSquare(values.map((value) => value - mean)) || rootMeanSquare(values);
}

/** Whether it is a sum of columns with coefficients. */
const isLinear = (expression: Expression): boolean =>
  termsOf(expression).terms.every((term) => term === undefined || term.kind === 'variable');

const percent = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;
