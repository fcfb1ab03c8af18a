/** Whether a formula is the law that a table was drawn from. */

import { type Expression, isCall, replaceLeaves, weight } from '../../src/expression/tree.ts';
import { evaluate, type Formula, parametrize } from '../../src/formula/index.ts';
import { minimize } from '../../src/formula/least-squares.ts';
import type { Rows } from './no-law.ts';

/** Relative error of a formula that is exact. */
const NEAR = 1e-6;
/** The same where constants were fitted anew, as a root of mean squares. */
const NEAR_FITTED = 1e-6;

const sizeOf = (y: Float64Array) => Math.sqrt(y.reduce((sum, value) => sum + value * value, 0) / y.length);

/** Whether each value is right, those near to zero counted as a millionth of their root mean square. */
export function isExact(formula: Formula, { x, y }: Rows): boolean {
  const size = sizeOf(y);
  return evaluate(formula, x).every((value, row) => {
    const law = y[row] as number;
    return Math.abs(value - law) <= NEAR * Math.max(Math.abs(law), 1e-6 * size);
  });
}

/** Whether the formula, its constants fitted anew to rows without noise, is exact there: whether it has the law's terms. */
export function hasTerms(formula: Formula, { x, y }: Rows): boolean {
  const size = sizeOf(y);
  const { start, values } = parametrize(freed(formula.expressions[0] as Expression));
  const width = formula.variables.length;
  const columns = formula.variables.map((_, k) =>
    Float64Array.from(y, (_, row) => x[row * width + k] as number),
  );
  const residuals = (parameters: Float64Array): Float64Array | undefined => {
    const rest = values(columns, y.length, parameters).map(
      (value, row) => (value - (y[row] as number)) / size,
    );
    return rest.every(Number.isFinite) ? rest : undefined;
  };
  const found = minimize(residuals, start, 1e-26 * y.length);
  return found !== undefined && found.error / y.length < NEAR_FITTED ** 2;
}

/** With all constants free, except whole and half exponents. */
function freed(expression: Expression): Expression {
  if (expression.kind !== 'call') {
    return replaceLeaves(expression, (leaf) => (leaf.kind === 'constant' ? weight(leaf.value) : leaf));
  }
  const [base, exponent] = expression.args;
  if (isCall(expression, 'power') && exponent?.kind === 'constant' && Number.isInteger(2 * exponent.value)) {
    return { ...expression, args: [freed(base as Expression), exponent] };
  }
  return { ...expression, args: expression.args.map(freed) };
}

/** Root mean square of what a formula is off, relative to the spread of the law. */
export function offBy(formula: Formula, { x, y }: Rows): number {
  const mean = y.reduce((sum, value) => sum + value / y.length, 0);
  const spread = sizeOf(y.map((value) => value - mean));
  return sizeOf(evaluate(formula, x).map((value, row) => value - (y[row] as number))) / spread;
}
