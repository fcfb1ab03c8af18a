/** Expressions with other leaves. */

import { call, power, product, sum } from './build.ts';
import type { Expression } from './expression.ts';

/** Builds `expression` anew with other leaves, visited in the order of `constantsOf`, so that it is simplified with what they are now. */
export function rebuild(expression: Expression, leaf: (leaf: Expression) => Expression): Expression {
  switch (expression.kind) {
    case 'sum':
      return sum(...expression.terms.map((term) => rebuild(term, leaf)));
    case 'product':
      return product(...expression.factors.map((factor) => rebuild(factor, leaf)));
    case 'power': {
      const base = rebuild(expression.base, leaf);
      const exponent = leaf(expression.exponent);
      return power(base, exponent.kind === 'constant' ? exponent : expression.exponent);
    }
    case 'call':
      return call(expression.name, ...expression.args.map((arg) => rebuild(arg, leaf)));
    default:
      return leaf(expression);
  }
}
