/** The chain rule through named values: what a backward pass computes, as expressions. */

import { gradient } from '../expression/differentiate.ts';
import { type Expression, op, replaceLeaves, symbol, zero } from '../expression/tree.ts';
import type { Named } from './equation.ts';

/** `expression` over raw parameters instead of effective values. */
export const inline = (expression: Expression, named: Named = {}): Expression =>
  replaceLeaves(expression, (leaf) => (leaf.kind === 'symbol' ? (named[leaf.name] ?? leaf) : leaf));

/** Σ over `named` of d_name · ∂named/∂leaf, for each leaf. */
export function adjoints(named: Named, leaves: readonly string[]): Expression[] {
  const all = leaves.map((leaf) => symbol(leaf));
  const sums: Expression[] = all.map(() => zero);
  for (const [name, expression] of Object.entries(named)) {
    gradient(expression, all, symbol(`d_${name}`)).forEach((derivative, k) => {
      const before = sums[k] as Expression;
      if (derivative !== zero) sums[k] = before === zero ? derivative : op.add(before, derivative);
    });
  }
  return sums;
}
