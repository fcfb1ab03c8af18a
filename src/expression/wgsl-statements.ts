/** Several expressions as statements of one WGSL function: parts that occur more than once are computed once. */

import { statementsOf } from './numbering.ts';
import type { Expression } from './tree.ts';
import { wgslOf } from './wgsl.ts';
import { withPairs } from './wgsl-pairs.ts';

/**
 * `let` statements for what `expressions` share, and each expression as WGSL over them. A symbol is written as `names` says, or as
 * it is called; helpers have the prefix `p`.
 */
export function wgslStatements(
  p: string,
  expressions: readonly Expression[],
  names: Readonly<Record<string, string>>,
): { lines: string[]; values: readonly string[] } {
  const write = (expression: Expression): string =>
    wgslOf(expression, (leaf) => (leaf.kind === 'symbol' ? (names[leaf.name] ?? leaf.name) : 'x'), p);
  const paired = withPairs(expressions);
  const { shared, results } = statementsOf(paired.expressions, write);
  return {
    lines: [
      ...paired.pairs.map(({ name, f, of }) => `let ${name} = ${f}(${write(of)});`),
      ...shared.map(({ name, text }) => `let ${name} = ${text};`),
    ],
    values: results,
  };
}
