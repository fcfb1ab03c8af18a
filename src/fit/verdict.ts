/**
 * Whether a formula is the law of a table. Any search returns its best formula, also for a table without one, so the best is
 * believed only where it fits rows it was not fitted to, beyond the range of those it was fitted to.
 */

import { evaluate } from '../expression/evaluate.ts';
import { type Expression, isCall, partsOf, variablesOf } from '../expression/tree.ts';
import type { Candidate, PartedRows } from './candidate.ts';
import { type Errors, rootMeanSquare } from './errors.ts';
import { codeLength, distinctRows, information } from './evidence.ts';
import { fittedConstants } from './fitted-constants.ts';
import { grows } from './growth.ts';
import { policy } from './policy.ts';
import { refitOf } from './refit.ts';
import { joined } from './rows.ts';
import { smoothnessOf } from './smoothness.ts';
import { structureOf } from './structure.ts';
import { isUnusual } from './structured/unusual.ts';
import { termsOf } from './terms.ts';
import { trendAlong } from './trend.ts';

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
  const { inside, outside, formula } = candidate;
  const expression = formula.expressions[0] as Expression;
  const refuse = (reason: string): Verdict => ({ found: false, exact: false, reason });
  if (variablesOf(expression).length === 0) return refuse('the best that was found is a constant');
  if (outside.rows < policy.leastHeldOut) {
    return refuse(`only ${outside.rows} rows were held out; a formula cannot be tested on so few`);
  }
  const width = rows.inputs.length;
  const whole = rows.folds
    ? rows.outside
    : { x: joined(rows.inside.x, rows.outside.x), y: joined(rows.inside.y, rows.outside.y) };
  const spread = deviation(whole.y) / rootMeanSquare(whole.y);
  const enough = Math.max(policy.rounding, policy.exact * Math.min(1, spread));
  const exact = inside.rmsRelativeError <= enough && outside.rmsRelativeError <= enough;
  const distinct = distinctRows(whole, width);
  const own = distinctRows(rows.inside, width);
  if (exact) {
    if (codeLength(expression, width) + policy.evidence > information(whole.y, distinct)) {
      return refuse(`it is exact on all rows, but ${distinct} such rows are too few to tell it from chance`);
    }
    return {
      found: true,
      exact: true,
      reason: rows.folds
        ? 'it is exact on all rows, those too that were left out: what is left is rounding'
        : 'it is exact on all rows, those held out included: what is left is rounding',
    };
  }
  const constants = fittedConstants(expression);
  if (constants * policy.rowsPerConstant > own) {
    return refuse(`${constants} constants are too many for ${own} rows: anything would fit`);
  }
  if (constants > policy.mostConstants && !isLinear(expression)) {
    return refuse(
      `the nearest formula has ${constants} constants and still leaves ${percent(inside.rmsRelativeError)}: it bends with the data`,
    );
  }
  if (hasUnusualPower(expression)) {
    return refuse('the nearest formula holds a power that bends to many things and is in no law');
  }
  const leftInside = residuals(evaluate(formula, rows.inside.x), rows.inside.y);
  const leftOutside = residuals(candidate.predicted, rows.outside.y);
  const error = rootMeanSquare(leftOutside);
  const refit = refitOf(candidate, rows);
  if (!refit || !Number.isFinite(error)) {
    return refuse('the best formula has no value on some of the rows held out');
  }
  const unexplained = Math.max(error / deviation(whole.y), outside.rmsRelativeError);
  if (unexplained > policy.mostUnexplained) {
    return refuse(`outside the range it leaves ${percent(unexplained)} of the target unexplained`);
  }
  if (grows(refit, rows)) {
    return refuse(
      `it fits inside the range (${percent(inside.rmsRelativeError)} off), but not outside ` +
        `(${percent(outside.rmsRelativeError)}): it bends with the data instead of saying what makes them`,
    );
  }
  const left = rows.folds ? leftOutside : joined(leftInside, leftOutside);
  const size = codeLength(expression, width, distinct);
  if (size + policy.evidence > distinct * Math.log(deviation(whole.y) / rootMeanSquare(left))) {
    return refuse(`what it explains of ${distinct} rows is too little to tell it from chance`);
  }
  if (!isLinear(expression)) {
    const over = (part: 'inRange' | 'outOfRange', { rmsRelativeError, rows: count }: Errors) =>
      Math.min(
        ...baselines.map((baseline) => count * Math.log(baseline[part].rmsRelativeError / rmsRelativeError)),
      );
    const evidence = over('outOfRange', outside);
    const everywhere = rows.folds ? evidence : evidence + over('inRange', inside);
    // A line is not chosen among many formulas, so its constants are all it takes to say it.
    const line = ((width + 1) * Math.log(distinct)) / 2;
    if (evidence < policy.evidence || everywhere < policy.evidence + size - line) {
      return refuse('outside the range it is hardly better than a linear fit or a network');
    }
  }
  const along = trendAlong(expression, formula.variables, refit.x, refit.left);
  if (along !== undefined) {
    return refuse(
      `it is near (${percent(outside.rmsRelativeError)} off outside), but what it leaves is not noise: it goes with ${along}`,
    );
  }
  if (
    structureOf(refit.x, width, refit.left).significant ||
    smoothnessOf(refit.x, width, refit.left).significant
  ) {
    return refuse(
      `it is near (${percent(outside.rmsRelativeError)} off outside), but what it leaves is not noise: neighbouring rows ` +
        'are off in the same direction',
    );
  }
  return {
    found: true,
    exact: false,
    reason: `what is left (root mean square ${percent(outside.rmsRelativeError)} outside, ${percent(inside.rmsRelativeError)} inside) looks like noise`,
  };
}

function residuals(predicted: Float64Array, y: Float64Array): Float64Array {
  return y.map((value, row) => (predicted[row] as number) - value);
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return rootMeanSquare(values.map((value) => value - mean)) || rootMeanSquare(values);
}

/** Whether it holds a power that laws do not have: see `unusual.ts`. */
function hasUnusualPower(expression: Expression): boolean {
  if (partsOf(expression).some(hasUnusualPower)) return true;
  if (!isCall(expression, 'power')) return false;
  const [base, exponent] = expression.args as readonly [Expression, Expression];
  if (exponent.kind !== 'constant') return false;
  return base.kind === 'call'
    ? isUnusual(isFunction(base), exponent.value)
    : Math.abs(exponent.value) > policy.highestPowerOfColumn;
}

const arithmetic: readonly string[] = ['add', 'multiply', 'power'];
const isFunction = ({ name }: Extract<Expression, { kind: 'call' }>): boolean => !arithmetic.includes(name);

/** Whether it is a sum of columns with coefficients. */
const isLinear = (expression: Expression): boolean =>
  termsOf(expression).terms.every((term) => term === undefined || term.kind === 'variable');

const percent = (value: number): string => `${Number((100 * value).toPrecision(2))} %`;
