/** The factors over some columns that a product is tried with. */

import type { Columns } from './columns.ts';
import {
  doubled,
  innerDifferences,
  innerMonomials,
  squares,
  type Inner,
  visitExponentials,
  visitFunctions,
  visitLogistic,
  visitSums,
  visitWaves,
  type Visitor,
  waves,
} from './factors.ts';
import { type Node, number, power, product } from './tree.ts';

export class Pool {
  count = 0;
  readonly #inners: Inner[];
  readonly #simple: Inner[];
  readonly #squares: Inner[];
  readonly #doubled: Inner[];
  readonly #apart: Inner[];
  readonly #mixed: Inner[];
  readonly #mixedWide: Inner[];

  constructor(columns: Columns, active: readonly number[]) {
    const most = active.length <= 4 ? 4 : active.length <= 6 ? 3 : 2;
    this.#inners = innerMonomials(columns, active, most);
    // Of u and 1 / u one is enough, since powers of columns stand before a sum.
    this.#simple = this.#inners.filter(isUpright);
    this.#squares = squares(this.#simple.filter(({ used }) => used <= 2), columns);
    this.#doubled = doubled(this.#simple.filter(({ used }) => used <= 3), columns).slice(0, 600);
    this.#apart = innerDifferences(columns, active, active.length <= 4 ? 2 : 1);
    const mix = (inners: readonly Inner[], turning: readonly Inner[]) =>
      turning.flatMap((wave) =>
        [{ values: wave.values.map(() => 1), node: number(1, true) as Node, used: 0 }, ...inners].map((inner) => ({
          values: inner.values.map((value, row) => value * (wave.values[row] as number)),
          node: inner.used === 0 ? wave.node : product(inner.node, wave.node),
          used: inner.used + wave.used,
        })),
      );
    this.#mixed = mix(this.#inners, waves(columns, active, 1));
    this.#mixedWide = active.length > 4 ? [] : mix(this.#inners.filter(({ used }) => used <= 1), waves(columns, active, 2));
  }

  /** Factors with constants as they are and relative to the size of what they stand before. */
  visit(visit: Visitor): void {
    visitSums(this.#simple, visit);
    visitExponentials(this.#inners, visit);
    visitFunctions(this.#inners, visit);
    visitWaves(this.#inners, visit);
    visitSums(this.#mixed, visit, 'sum of waves', this.#mixed.length > 2000 ? [0.3, 1, 3] : undefined);
    const apart = this.#apart;
    visitExponentials(apart, visit);
    visitExponentials(squaresOf(apart), visit);
    visitWaves(apart, visit);
    visitFunctions(apart.slice(0, 400), visit, [1]);
    visitLogistic(this.#inners.slice(0, 200), visit);
  }

  /** Factors with the constants that laws have: fewer, for pairs of them. */
  visitNatural(visit: Visitor): void {
    const few = (inners: readonly Inner[], most: number) => inners.filter(({ used }) => used <= most);
    visitSums(this.#simple, visit, 'sum', []);
    visitSums(this.#squares, visit, 'sum', []);
    visitWaves(few(this.#inners, 2).slice(0, 60), visit, false);
    visitSums(this.#mixedWide, visit, 'sum of waves', []);
    visitExponentials(few(this.#inners, 3), visit);
    visitWaves(few(this.#apart, 3).slice(0, 300), visit, false, [1, 0.5]);
    visitSums(this.#doubled, visit, 'sum', []);
    visitSums(few(this.#mixed, 2), visit, 'sum of waves', []);
    visitFunctions(few(this.#inners, 2).slice(0, 60), visit, []);
    visitExponentials(few(this.#apart, 3).slice(0, 300), visit);
    visitExponentials(squaresOf(few(this.#apart, 3).slice(0, 300)), visit);
    visitFunctions(few(this.#inners, 3), visit, []);
    visitWaves(few(this.#inners, 3), visit, false);
    visitSums(this.#mixed, visit, 'sum of waves', []);
  }
}

const isUpright = ({ node }: Inner): boolean =>
  node.kind === 'monomial' && (node.exponents.find((e) => e !== 0) as number) > 0;

const squaresOf = (inners: readonly Inner[]): Inner[] =>
  inners.map(({ values, node, used }) => ({ values: values.map((v) => v * v), node: power(node, 2, true), used }));
