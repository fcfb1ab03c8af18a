/** Which constants of a formula rows with noise had to tell. */

import { constantsOf, type Expression, isCall, replaceLeaves, weight } from '../expression/tree.ts';

/** With all constants free, but 1 and −1 and whole and half exponents: those are part of the structure. */
export function freed(expression: Expression): Expression {
  if (expression.kind !== 'call') {
    return replaceLeaves(expression, (leaf) =>
      leaf.kind === 'constant' && Math.abs(leaf.value) !== 1 ? weight(leaf.value) : leaf,
    );
  }
  const [base, exponent] = expression.args;
  if (isCall(expression, 'power') && exponent?.kind === 'constant' && Number.isInteger(2 * exponent.value)) {
    return { ...expression, args: [freed(base as Expression), exponent] };
  }
  return { ...expression, args: expression.args.map(freed) };
}

/** How many there are. That one is round says little where it was rounded as far as the noise allows. */
export const fittedConstants = (expression: Expression): number =>
  constantsOf(freed(expression)).filter(({ free }) => free).length;
