/** Terms that a sum may hold: power products, alone or times a wave, an exponential or a logarithm. */

import type { Columns } from './columns.ts';
import { innerDifferences, innerMonomials, rangeOf, waves } from './factors.ts';
import { ratios, type Term } from './sums.ts';
import { call, monomial, type Node, number, product } from './tree.ts';

/** Terms of a dictionary; more are not tried in pairs. */
const MOST = 6000;

/** Terms beyond power products of small whole exponents, the simplest first. */
export function wideTerms(
  columns: Columns,
  active: readonly number[],
  functions?: ReadonlySet<string>,
): Term[] {
  const has = (name: string) => !functions || functions.has(name);
  const all = columns.positive.map(() => true);
  const plain = ratios(columns, active, [-2, -1, -0.5, 0.5, 1, 2]);
  const simple = ratios(columns, active, [-1, -0.5, 0.5, 1]).filter(({ node }) => node !== undefined);
  const three =
    active.length <= 5
      ? innerMonomials(columns, active, 3).flatMap(({ node, values, used }) =>
          used === 3 && node.kind === 'monomial'
            ? [{ values, node: monomial(node.exponents, columns, all) }]
            : [],
        )
      : [];
  const functionsOf: Term[] = [
    ...(has('sin') && has('cos') ? waves(columns, active, 1) : []),
    ...(active.length <= 5 && has('sin') && has('cos')
      ? waves(columns, active, 2).filter(({ used }) => used > 1)
      : []),
    ...[...innerMonomials(columns, active, 2), ...innerDifferences(columns, active, 0)].flatMap(
      ({ values, node }) => {
        const found: Term[] = [];
        const fixed: Node = node.kind === 'monomial' ? monomial(node.exponents, columns, all) : node;
        const range = rangeOf(values);
        if (has('exp') && range > 0.05 && range < 60) {
          for (const sign of [1, -1]) {
            found.push({
              values: values.map((value) => Math.exp(sign * value)),
              node: call('exp', sign > 0 ? fixed : product(number(-1, true), fixed)),
            });
          }
        }
        if (has('log') && values.every((value) => value > 0))
          found.push({ values: values.map(Math.log), node: call('log', fixed) });
        return found;
      },
    ),
  ];
  const products = functionsOf.flatMap((f) =>
    simple.map((term) => ({
      values: f.values.map((value, row) => value * (term.values[row] as number)),
      node: product(term.node as Node, f.node as Node),
    })),
  );
  return [...plain, ...functionsOf, ...three, ...products]
    .filter(({ values }) => values.every(Number.isFinite))
    .slice(0, MOST);
}
