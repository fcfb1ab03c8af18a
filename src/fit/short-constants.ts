/** Constants of a formula as it is written, which may be products of those that were fitted, with no more digits than the rows bear. */

import { ColumnProgram } from '../expression/columns.ts';
import { constant, constantsOf, type Expression, replaceLeaves } from '../expression/tree.ts';
import { errorOf, type Problem } from './structured/marquardt.ts';

/** A constant with more digits than this is a product or a power of what was fitted, or exact. */
const LONG = 6;
const MOST_DIGITS = 15;

/**
 * `expression` with its long constants as short as that raises the mean squared error by no more than a constant is worth in Schwarz's
 * criterion, which is about two of its standard errors; an error of `floor` is as good as none.
 */
export function withShortConstants(
  expression: Expression,
  { columns, y, weights }: Problem,
  floor: number,
): Expression {
  const errorFor = (each: Expression): number => {
    const [values] = new ColumnProgram([each]).run(columns.values, y.length);
    return errorOf(values as Float64Array, y, weights);
  };
  const allowed = errorFor(expression) * (1 + Math.log(y.length) / y.length) + floor;
  if (!Number.isFinite(allowed)) return expression;
  let best = expression;
  for (const [at, { value }] of constantsOf(expression).entries()) {
    if (isShort(value)) continue;
    for (let digits = 1; digits <= MOST_DIGITS; digits++) {
      const tried = withConstant(best, at, Number(value.toPrecision(digits)));
      if (!(errorFor(tried) <= allowed)) continue;
      best = tried;
      break;
    }
  }
  return best;
}

/** Also a fraction with a small denominator, which is no shorter when it is rounded. */
const isShort = (value: number): boolean =>
  Number(value.toPrecision(LONG)) === value ||
  Math.abs(12 * value - Math.round(12 * value)) < 1e-12 * Math.abs(value);

/** With the constant that comes `at` places after the first, from left to right, set to `value`. */
function withConstant(expression: Expression, at: number, value: number): Expression {
  let seen = 0;
  return replaceLeaves(expression, (leaf) =>
    leaf.kind === 'constant' && seen++ === at ? constant(value) : leaf,
  );
}
