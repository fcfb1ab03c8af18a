/**
 * Whether a formula is the law of a table. Any search returns its best formula, also for a table without one, so the best is
 * believed only where it fits rows it was not fitted to, beyond the range of those it was fitted to.
 */

import { evaluate } from '../expression/evaluate.ts';
import { type Expression, partsOf, variablesOf } from '../expression/tree.ts';
import type { Candidate, PartedRows } from './candidate.ts';
import { type Errors, rootMeanSquare } from './errors.ts';
import { policy } from './policy.ts';
import { smoothnessOf } from './smoothness.ts';
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

/** Judges `candidate`; `baselines` are those that know no law. */
export function judge(candidate: Candidate, rows: PartedRows, baselines: readonly BaselineErrors[]): Verdict {
  const { inside, outside, formula, constants } = candidate;
  const expression = formula.expressions[0] as Expression;
  const refuse = (reason: string): Verdict => ({ found: false, exact: false, reason });
  if (variablesOf(expression).length === 0) return refuse('the best that was found is a constant');
  if (outside.rows < policy.leastHeldOut) {
    return refuse(`only ${outside.rows} rows were held out; a formula cannot be tested on so few`);
  }
  const exact = inside.rmsRelativeError <= policy.exact && outside.rmsRelativeError <= policy.exact;
  if (constants * (exact ? policy.rowsPerExactConstant : policy.rowsPerConstant) > inside.rows) {
    return refuse(`${constants} constants are too many for ${inside.rows} rows: anything would fit`);
  }
  if (exact) {
    return {
      found: true,
      exact: true,
      reason: rows.folds
        ? 'it is exact on all rows, those too that were left out: what is left is rounding'
        : 'it is exact on all rows, those held out included: what is left is rounding',
    };
  }
  if (constants > policy.mostConstants) {
    return refuse(
      `the nearest formula has ${constants} constants and still leaves ${percent(inside.rmsRelativeError)}: it bends with the data`,
    );
  }
  if (hasHighPower(expression)) {
    return refuse(
      'the nearest formula holds a high power of a function, which bends to many things and is in no law',
    );
  }
  const leftInside = residuals(evaluate(formula, rows.inside.x), rows.inside.y);
  const leftOutside = residuals(candidate.predicted, rows.outside.y);
  const noise = rootMeanSquare(leftInside);
  const error = rootMeanSquare(leftOutside);
  if (!Number.isFinite(error)) return refuse('the best formula has no value on some of the rows held out');
  const unexplained = error / deviation(rows.outside.y);
  const grows = Math.max(1, rootMeanSquare(rows.outside.y) / rootMeanSquare(rows.inside.y));
  if (unexplained > policy.mostUnexplained) {
    return refuse(`outside the range it leaves ${percent(unexplained)} of the spread unexplained`);
  }
  if (error > policy.mostGrowth * grows * noise) {
    return refuse(
      `it fits inside the range (${percent(inside.rmsRelativeError)} off), but not outside ` +
        `(${percent(outside.rmsRelativeError)}): it bends with the data instead of saying what makes them`,
    );
  }
  const evidence = Math.min(
    ...baselines.map(
      ({ outOfRange }) => outside.rows * Math.log(outOfRange.rmsRelativeError / outside.rmsRelativeError),
    ),
  );
  if (!isLinear(expression) && evidence < policy.evidence) {
    return refuse('outside the range it is hardly better than a linear fit or a network');
  }
  const all = rows.folds
    ? { x: rows.outside.x, left: leftOutside }
    : {
        x: Float64Array.from([...rows.inside.x, ...rows.outside.x]),
        left: Float64Array.from([...leftInside, ...leftOutside]),
      };
  const width = rows.inputs.length;
  if (structureOf(all.x, width, all.left).significant || smoothnessOf(all.x, width, all.left).significant) {
    return refuse(
      `it is near (${percent(outside.rmsRelativeError)} off outside), but what it leaves is not noise: neighbouring rows ` +
        'are off in the same direction',
    );
  }
  return {
    found: true,
    exact: false,
    reason: `what is left, ${percent(outside.rmsRelativeError)} outside and ${percent(inside.rmsRelativeError)} inside, looks like noise`,
  };
}

function residuals(predicted: Float64Array, y: Float64Array): Float64Array {
  return y.map((value, row) => (predicted[row] as number) - value);
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return rootMeanSquare(values.map((value) => value - mean)) || rootMeanSquare(values);
}

/** Whether anything but a column is taken to a power beyond what laws have. */
const hasHighPower = (expression: Expression): boolean =>
  partsOf(expression).some(hasHighPower) ||
  (expression.kind === 'call' &&
    expression.name === 'power' &&
    expression.args[0]?.kind === 'call' &&
    expression.args[1]?.kind === 'constant' &&
    Math.abs(expression.args[1].value) > policy.highestPower);

/** Whether it is a sum of columns with coefficients. */
const isLinear = (expression: Expression): boolean =>
  termsOf(expression).terms.every((term) => term === undefined || term.kind === 'variable');

const percent = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;
