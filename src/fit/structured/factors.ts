/**
 * Factors that a product may hold beside powers of columns: sums, exponentials, sines … of power products. `visitFactors` goes
 * through all of a pool, with their logarithms on a few rows, so that each costs no more than those.
 */

import type { Columns } from './columns.ts';
import { call, monomial, monomialValues, type Node, number, product, sum } from './tree.ts';

/** What stands in a function: values on the screening rows, and the tree, a constant apart. */
export interface Inner {
  readonly values: Float64Array;
  readonly node: Node;
  /** Columns in it. */
  readonly used: number;
}

/** Gets log |factor|, in an array that is used again, and how to make it. */
export type Visitor = (logs: Float64Array, make: () => Node, positive: boolean, family: string) => void;

/** All exponents of −1, 0 and 1 for the columns `active`, at most `most` of them not 0; of u and 1/u both. */
export function signPatterns(width: number, active: readonly number[], most: number): number[][] {
  let patterns: number[][] = [Array.from({ length: width }, () => 0)];
  for (const k of active) {
    patterns = patterns.flatMap((pattern) => {
      const used = pattern.filter((exponent) => exponent !== 0).length;
      if (used === most) return [pattern];
      return [0, 1, -1].map((exponent) => pattern.with(k, exponent));
    });
  }
  return patterns.filter((pattern) => pattern.some((exponent) => exponent !== 0));
}

const firstSign = (pattern: readonly number[]) => pattern.find((exponent) => exponent !== 0) as number;

/** Power products of the active columns, of those with at most `most` columns. */
export function innerMonomials(columns: Columns, active: readonly number[], most: number): Inner[] {
  return signPatterns(columns.width, active, most).flatMap((exponents) => {
    const bad = exponents.some((exponent, k) => exponent < 0 && !columns.nonZero[k]);
    if (bad) return [];
    return [
      {
        values: monomialValues(exponents, columns),
        node: monomial(exponents, columns),
        used: exponents.filter((exponent) => exponent !== 0).length,
      },
    ];
  });
}

/** Patterns with one exponent doubled: u x, u / x … for a column x of u. */
export function doubled(inners: readonly Inner[], columns: Columns): Inner[] {
  return inners.flatMap(({ node, used }) =>
    node.kind !== 'monomial' || used < 2
      ? []
      : node.exponents.flatMap((exponent, k) => {
          if (exponent === 0) return [];
          const exponents = node.exponents.with(k, 2 * exponent);
          return [{ values: monomialValues(exponents, columns), node: monomial(exponents, columns), used }];
        }),
  );
}

/** Their squares, as terms of sums. */
export const squares = (inners: readonly Inner[], columns: Columns): Inner[] =>
  inners.flatMap(({ values, node, used }) =>
    node.kind === 'monomial'
      ? [
          {
            values: values.map((value) => value * value),
            node: monomial(
              node.exponents.map((e) => 2 * e),
              columns,
            ),
            used,
          },
        ]
      : [],
  );

/** Differences and sums of two columns, times or over none, one or two of the others. */
export function innerDifferences(columns: Columns, active: readonly number[], most: number): Inner[] {
  const found: Inner[] = [];
  const unit = (k: number) => Array.from({ length: columns.width }, (_, at) => (at === k ? 1 : 0));
  const all = columns.positive.map(() => true);
  for (const [at, i] of active.entries()) {
    for (const j of active.slice(at + 1)) {
      const others = active.filter((k) => k !== i && k !== j);
      const patterns = [unit(-1), ...signPatterns(columns.width, others, most)];
      for (const sign of [-1, 1]) {
        const [a, b] = [columns.values[i] as Float64Array, columns.values[j] as Float64Array];
        const difference = a.map((value, row) => value + sign * (b[row] as number));
        const node = sum(
          monomial(unit(i), columns, all),
          sign < 0
            ? product(number(-1, true), monomial(unit(j), columns, all))
            : monomial(unit(j), columns, all),
        );
        for (const exponents of patterns) {
          if (exponents.some((exponent, k) => exponent < 0 && !columns.nonZero[k])) continue;
          const scale = monomialValues(exponents, columns);
          const alone = exponents.every((exponent) => exponent === 0);
          found.push({
            values: difference.map((value, row) => value * (scale[row] as number)),
            node: alone ? node : product(monomial(exponents, columns, all), node),
            used: 2 + exponents.filter((exponent) => exponent !== 0).length,
          });
        }
      }
    }
  }
  return found;
}

/** Sines and cosines of power products of at most `most` columns and of differences, as further columns. */
export function waves(columns: Columns, active: readonly number[], most: number): Inner[] {
  const all = columns.positive.map(() => true);
  const alone = innerMonomials(columns, active, most).flatMap(({ node, ...rest }) =>
    node.kind === 'monomial' && firstSign(node.exponents) > 0
      ? [{ ...rest, node: monomial(node.exponents, columns, all) }]
      : [],
  );
  const apart = innerDifferences(columns, active, 0);
  return [...alone, ...apart].flatMap(({ values, node, used }) => {
    // Of a wave that hardly turns there is nothing to be seen.
    if (rangeOf(values) < 0.3 || rangeOf(values) > 200) return [];
    return (['sin', 'cos'] as const).map((name) => ({
      values: values.map(Math[name]),
      node: call(name, node),
      used,
    }));
  });
}

export function rangeOf(values: Float64Array): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return most - least;
}

/** Median of magnitudes that are not 0. */
export function medianSize(values: Float64Array): number {
  const sizes = values
    .filter((value) => value !== 0)
    .map(Math.abs)
    .sort();
  return sizes[sizes.length >> 1] ?? 1;
}

const allPositive = (values: Float64Array) => values.every((value) => value > 0);

/** 1 + c u: the constants c, relative to the size of u. */
const SUM_STEPS = [0.03, 0.1, 0.25, 0.5, 1, 2, 4, 10, 30];
const FUNCTION_STEPS = [0.1, 0.3, 1, 3];
/** Constants that stand before arguments in laws. */
const NATURAL = [1, 0.5, 2, Math.PI, 2 * Math.PI, 1 / (2 * Math.PI), 1 / Math.PI];
/** Radians that the argument of a wave may run through, and steps in them. */
const MOST_TURNS = 40;
const TURN_STEP = 0.9;

/** 1 + c u, for c as they are and relative to the size of u. Of u and 1/u one is enough, since powers of columns stand before. */
export function visitSums(
  inners: readonly Inner[],
  visit: Visitor,
  family = 'sum',
  steps: readonly number[] = SUM_STEPS,
): void {
  const logs = new Float64Array(inners[0]?.values.length ?? 0);
  const n = logs.length;
  for (const { values, node } of inners) {
    const size = medianSize(values);
    const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
    const most = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const constants = [1, -1, ...steps.flatMap((step) => [step / size, -step / size])];
    for (const c of constants) {
      for (let row = 0; row < n; row++) logs[row] = Math.log(Math.abs(1 + c * (values[row] as number)));
      visit(
        logs,
        () => sum(number(1, true), product(number(c), node)),
        1 + c * least > 0 && 1 + c * most > 0,
        family,
      );
    }
  }
}

/** exp(c u): its logarithm is c u, whatever c is. */
export function visitExponentials(inners: readonly Inner[], visit: Visitor, family = 'exp'): void {
  for (const { values, node } of inners) {
    const c = 1 / medianSize(values);
    visit(values, () => call('exp', product(number(c), node)), true, family);
  }
}

/** exp(c u) ± 1, 1 − exp(−c u), log(c u), tanh(c u), exp(c u) + exp(−c u). */
export function visitFunctions(
  inners: readonly Inner[],
  visit: Visitor,
  steps: readonly number[] = FUNCTION_STEPS,
): void {
  const n = inners[0]?.values.length ?? 0;
  const logs = new Float64Array(n);
  for (const { values, node } of inners) {
    const size = medianSize(values);
    const positive = allPositive(values);
    const scaled = (c: number) => product(number(c), node);
    for (const c of [1, ...steps.map((step) => step / size)]) {
      for (let row = 0; row < n; row++)
        logs[row] = Math.log(Math.abs(Math.expm1(c * (values[row] as number))));
      visit(logs, () => sum(call('exp', scaled(c)), number(-1, true)), positive, 'exp - 1');
      for (let row = 0; row < n; row++)
        logs[row] = Math.log(Math.abs(Math.expm1(-c * (values[row] as number))));
      visit(
        logs,
        () => sum(number(1, true), product(number(-1, true), call('exp', scaled(-c)))),
        positive,
        '1 - exp',
      );
      for (let row = 0; row < n; row++) logs[row] = Math.log1p(Math.exp(c * (values[row] as number)));
      visit(logs, () => sum(call('exp', scaled(c)), number(1, true)), true, 'exp + 1');
      for (let row = 0; row < n; row++)
        logs[row] = Math.log(Math.abs(Math.tanh(c * (values[row] as number))));
      visit(logs, () => call('tanh', scaled(c)), positive, 'tanh');
      for (let row = 0; row < n; row++) logs[row] = Math.log(Math.cosh(c * (values[row] as number)));
      visit(logs, () => call('cosh', scaled(c)), true, 'cosh');
    }
    if (!positive) continue;
    for (const c of [1, ...(steps.length > 0 ? [0.05, 0.2, 0.5, 2, 5, 20] : []).map((step) => step / size)]) {
      let above = true;
      for (let row = 0; row < n; row++) {
        const value = Math.log(c * (values[row] as number));
        if (!(value > 0)) above = false;
        logs[row] = Math.log(Math.abs(value));
      }
      visit(logs, () => call('log', scaled(c)), above, 'log');
    }
    for (const c of [1, ...(steps.length > 0 ? [0.1, 1, 10] : []).map((step) => step / size)]) {
      for (let row = 0; row < n; row++)
        logs[row] = Math.log(Math.abs(Math.log1p(c * (values[row] as number))));
      visit(logs, () => call('log', sum(number(1, true), scaled(c))), true, 'log 1');
      for (let row = 0; row < n; row++)
        logs[row] = Math.log(Math.abs(Math.atan(c * (values[row] as number))));
      visit(logs, () => call('atan', scaled(c)), true, 'atan');
    }
  }
}

/** exp(u) ± 1. */
export function visitExponentsBesideOne(inners: readonly Inner[], visit: Visitor): void {
  for (const { values, node } of inners) {
    visit(
      values.map((value) => Math.log(Math.abs(Math.expm1(value)))),
      () => sum(call('exp', node), number(-1, true)),
      values.every((value) => value > 0),
      'column exponent - 1',
    );
    visit(
      values.map((value) => Math.log1p(Math.exp(value))),
      () => sum(call('exp', node), number(1, true)),
      true,
      'column exponent + 1',
    );
  }
}

/** 1 + a exp(c u), a ≠ 1. */
export function visitLogistic(inners: readonly Inner[], visit: Visitor): void {
  const n = inners[0]?.values.length ?? 0;
  const logs = new Float64Array(n);
  for (const { values, node } of inners) {
    const size = medianSize(values);
    for (const c of FUNCTION_STEPS.flatMap((step) => [step / size, -step / size])) {
      for (const a of [-0.5, 0.1, 0.3, 3, 10, 30]) {
        let above = true;
        for (let row = 0; row < n; row++) {
          const value = 1 + a * Math.exp(c * (values[row] as number));
          if (!(value > 0)) above = false;
          logs[row] = Math.log(Math.abs(value));
        }
        visit(
          logs,
          () => sum(number(1, true), product(number(a), call('exp', product(number(c), node)))),
          above,
          'logistic',
        );
      }
    }
  }
}

/** sin(c u) and cos(c u). */
export function visitWaves(
  inners: readonly Inner[],
  visit: Visitor,
  turning = true,
  natural: readonly number[] = NATURAL,
): void {
  const n = inners[0]?.values.length ?? 0;
  const logs = new Float64Array(n);
  for (const { values, node } of inners) {
    const range = rangeOf(values);
    const constants = natural.filter((c) => c * range > 0.3 && c * range < 5 * MOST_TURNS);
    for (
      let turns = 0.5;
      turning && turns <= MOST_TURNS;
      turns += Math.max(0.2, Math.min(TURN_STEP, turns / 4))
    )
      constants.push(turns / range);
    for (const c of constants) {
      for (const name of ['sin', 'cos'] as const) {
        for (let row = 0; row < n; row++)
          logs[row] = Math.log(Math.abs(Math[name](c * (values[row] as number))));
        visit(logs, () => call(name, product(number(c), node)), false, name);
      }
    }
  }
}
