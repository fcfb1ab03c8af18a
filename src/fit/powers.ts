/** Powers as laws have them. */

import { call, constant, power, product, sum } from '../formula/build.ts';
import type { Expression } from '../formula/expression.ts';

/** Exponents this near to a whole one or a half take it. */
const NEAR = 0.2;

/** `expression` with its exponents rounded to whole ones and halves where they are near. */
export function roundPowers(expression: Expression): Expression {
  switch (expression.kind) {
    case 'sum':
      return sum(...expression.terms.map(roundPowers));
    case 'product':
      return product(...expression.factors.map(roundPowers));
    case 'power': {
      const { value } = expression.exponent;
      const half = Math.round(2 * value) / 2;
      return power(
        roundPowers(expression.base),
        Math.abs(value - half) <= NEAR ? constant(half) : expression.exponent,
      );
    }
    case 'call':
      return call(expression.name, ...expression.args.map(roundPowers));
    default:
      return expression;
  }
}
