/** The chain rule through named values: what a backward pass computes, as expressions. */

import { gradient } from '../expression/differentiate.ts';
import { factored } from '../expression/factor.ts';
import { type Expression, op, replaceLeaves, symbol } from '../expression/tree.ts';
import type { Named } from './equation.ts';

/** `expression` over raw parameters instead of effective values. */
export const inline = (expression: Expression, named: Named = {}): Expression =>
  replaceLeaves(expression, (leaf) => (leaf.kind === 'symbol' ? (named[leaf.name] ?? leaf) : leaf));

/** Σ over `named` of d_name · ∂named/∂leaf, for each leaf. */
export const adjoints = (named: Named, leaves: readonly string[]): Expression[] =>
  factoredGradient(
    op.add(...Object.entries(named).map(([name, value]) => op.multiply(symbol(`d_${name}`), value))),
    leaves,
  );

/** factor · ∂of/∂leaf for each leaf, with common factors taken out. */
export const factoredGradient = (
  of: Expression,
  leaves: readonly string[],
  factor?: Expression,
): Expression[] =>
  gradient(
    of,
    leaves.map((leaf) => symbol(leaf)),
    factor,
  ).map(factored);
