/** Powers as laws have them. */

import { call, power } from '../expression/simplify.ts';
import { constant, type Expression, isCall } from '../expression/tree.ts';

/** Exponents this near to a whole one or a half take it. */
const NEAR = 0.2;

/** `expression` with its exponents rounded to whole ones and halves where they are near. */
export function roundPowers(expression: Expression): Expression {
  if (expression.kind !== 'call') return expression;
  const [base, exponent] = expression.args;
  if (isCall(expression, 'power') && exponent?.kind === 'constant') {
    const half = Math.round(2 * exponent.value) / 2;
    const near = Math.abs(exponent.value - half) <= NEAR;
    return power(roundPowers(base as Expression), near ? constant(half) : exponent);
  }
  return call(expression.name, ...expression.args.map(roundPowers));
}
