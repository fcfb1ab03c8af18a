/** The factors over some columns that a product is tried with. */

import { columnExponents } from './column-exponents.ts';
import type { Columns } from './columns.ts';
import {
  doubled,
  type Inner,
  innerDifferences,
  innerMonomials,
  squares,
  type Visitor,
  visitExponentials,
  visitExponentsBesideOne,
  visitFunctions,
  visitLogistic,
  visitSums,
  visitWaves,
  waves,
} from './factors.ts';
import { type Node, number, power, product } from './tree.ts';

export class Pool {
  count = 0;
  readonly #has: (...names: string[]) => boolean;
  readonly #inners: Inner[];
  readonly #simple: Inner[];
  readonly #squares: Inner[];
  readonly #doubled: Inner[];
  readonly #apart: Inner[];
  readonly #columnExponents: Inner[];
  readonly #mixed: Inner[];
  readonly #mixedWide: Inner[];

  constructor(columns: Columns, active: readonly number[], functions?: ReadonlySet<string>) {
    this.#has = (...names) => !functions || names.every((name) => functions.has(name));
    const most = active.length <= 6 ? 6 : active.length <= 9 ? 3 : 2;
    this.#inners = innerMonomials(columns, active, most);
    // Of u and 1 / u one is enough, since powers of columns stand before a sum.
    this.#simple = this.#inners.filter(isUpright);
    this.#squares = squares(
      this.#simple.filter(({ used }) => used <= 2),
      columns,
    );
    this.#doubled = doubled(few(this.#simple, active.length <= 4 ? 4 : 3), columns).slice(0, 600);
    this.#apart = innerDifferences(columns, active, active.length <= 4 ? 2 : 1);
    const exponents = this.#has('exp', 'log') && active.length <= 6 ? columnExponents(columns, active) : [];
    this.#columnExponents = exponents.flatMap((inner) => [inner, negated(inner)]);
    const mix = (inners: readonly Inner[], turning: readonly Inner[]) =>
      turning.flatMap((wave) =>
        [{ values: wave.values.map(() => 1), node: number(1, true) as Node, used: 0 }, ...inners].map(
          (inner) => ({
            values: inner.values.map((value, row) => value * (wave.values[row] as number)),
            node: inner.used === 0 ? wave.node : product(inner.node, wave.node),
            used: inner.used + wave.used,
          }),
        ),
      );
    const turning = this.#has('sin', 'cos') ? waves(columns, active, 1) : [];
    const short = active.length <= 4 ? 4 : 3;
    this.#mixed = [
      ...mix(few(this.#inners, short), turning),
      // Longer ones with a wave of a column that is not in them.
      ...turning.flatMap((wave) => {
        const own = columnOf(wave.node);
        return own === undefined
          ? []
          : mix(
              this.#inners.filter(({ used, node }) => used > short && !holds(node, own)),
              [wave],
            ).slice(1);
      }),
    ];
    this.#mixedWide =
      active.length > 4 || !this.#has('sin', 'cos')
        ? []
        : mix(
            this.#inners.filter(({ used }) => used <= 1),
            waves(columns, active, 2),
          );
  }

  /** Visits factors with constants as they are and relative to the size of what they stand before; in parts. */
  parts(visit: Visitor): readonly (() => void)[] {
    const [inners, apart, mixed] = [this.#inners, this.#apart, this.#mixed];
    const steps = mixed.length > 2000 ? [0.3, 1, 3] : undefined;
    return [
      () => visitSums(this.#simple, visit),
      ...this.#with(['exp'], () => {
        visitExponentials(inners, visit);
        // Gaussians, and energies that hold a square: their exponents are hard to come to from one where there is noise.
        visitExponentials(this.#squares, visit);
        visitExponentials(this.#doubled, visit);
        visitExponentials(apart, visit);
        visitExponentials(squaresOf(apart), visit);
        visitExponentials(this.#columnExponents, visit, 'column exponent');
        visitLogistic(inners.slice(0, 200), visit);
      }),
      ...this.#with(['exp', 'log'], () => visitExponentsBesideOne(this.#columnExponents, visit)),
      ...this.#with(['exp', 'log'], () => visitFunctions(few(inners, 4), visit)),
      ...this.#with(['exp', 'log'], () => visitFunctions(apart.slice(0, 400), visit, [1])),
      ...this.#with(['sin', 'cos'], () => visitWaves(few(inners, 3), visit)),
      ...this.#with(['sin', 'cos'], () => visitWaves(apart, visit)),
      ...chunks(mixed, 1500).map((some) => () => visitSums(some, visit, 'sum of waves', steps)),
    ];
  }

  /** The same with the constants that laws have: fewer, for pairs of them. */
  naturalParts(visit: Visitor): readonly (() => void)[] {
    const [inners, apart] = [this.#inners, few(this.#apart, 3).slice(0, 300)];
    return [
      () => visitSums(this.#simple, visit, 'sum', []),
      () => visitSums(this.#squares, visit, 'sum', []),
      ...this.#with(['sin', 'cos'], () => visitWaves(few(inners, 2).slice(0, 60), visit, false)),
      () => visitSums(this.#mixedWide, visit, 'sum of waves', []),
      ...this.#with(['exp'], () => visitExponentials(inners, visit)),
      ...this.#with(['sin', 'cos'], () => visitWaves(apart, visit, false, [1, 0.5])),
      () => visitSums(this.#doubled, visit, 'sum', []),
      () => visitSums(few(this.#mixed, 2), visit, 'sum of waves', []),
      ...this.#with(['exp', 'log'], () => visitFunctions(few(inners, 2).slice(0, 60), visit, [])),
      ...this.#with(['exp'], () => {
        visitExponentials(apart, visit);
        visitExponentials(squaresOf(apart), visit);
        visitExponentials(this.#columnExponents, visit);
      }),
      ...this.#with(['exp', 'log'], () => visitExponentsBesideOne(this.#columnExponents, visit)),
      ...this.#with(['exp', 'log'], () => visitFunctions(few(inners, 3), visit, [])),
      ...this.#with(['sin', 'cos'], () => visitWaves(few(inners, 3), visit, false)),
      () => visitSums(this.#mixed, visit, 'sum of waves', []),
    ];
  }

  #with(names: readonly string[], part: () => void): readonly (() => void)[] {
    return this.#has(...names) ? [part] : [];
  }
}

const few = (inners: readonly Inner[], most: number) => inners.filter(({ used }) => used <= most);

const chunks = <T>(list: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(list.length / size) }, (_, k) => list.slice(k * size, (k + 1) * size));

/** The column that a function of one column is of. */
function columnOf(node: Node): number | undefined {
  if (node.kind !== 'call' || node.of.kind !== 'monomial') return undefined;
  const used = node.of.exponents.flatMap((exponent, k) => (exponent === 0 ? [] : [k]));
  return used.length === 1 ? used[0] : undefined;
}

const holds = (node: Node, k: number): boolean => node.kind === 'monomial' && node.exponents[k] !== 0;

const isUpright = ({ node }: Inner): boolean =>
  node.kind === 'monomial' && (node.exponents.find((e) => e !== 0) as number) > 0;

const negated = ({ values, node, used }: Inner): Inner => ({
  values: values.map((value) => -value),
  node: product(number(-1, true), node),
  used,
});

const squaresOf = (inners: readonly Inner[]): Inner[] =>
  inners.map(({ values, node, used }) => ({
    values: values.map((v) => v * v),
    node: power(node, 2, true),
    used,
  }));
