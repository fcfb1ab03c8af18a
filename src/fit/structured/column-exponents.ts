/**
 * Powers whose exponent is a column: (1 + r)^t of interest, (x / k)^n of Hill's law. As e^(t log(1 + r)) they are exponentials of
 * products that hold a logarithm.
 */

import type { Columns } from './columns.ts';
import { type Inner, rangeOf } from './factors.ts';
import { call, monomial, type Node, number, product, sum } from './tree.ts';

/** Logarithms beyond these sizes are no exponents. */
const MOST_RANGE = 60;
const LEAST_RANGE = 0.01;

/** t log u, for columns t and bases u that are above zero: a column, a quotient of two, and one more or less than a column. */
export function columnExponents(columns: Columns, active: readonly number[]): Inner[] {
  const bases = active.flatMap((k) => [
    ...plain(columns, k),
    ...quotients(columns, active, k),
    ...shifted(columns, k),
  ]);
  return active.flatMap((t) =>
    bases.flatMap(({ values, node, used }) => {
      const exponent = columns.values[t] as Float64Array;
      const logs = values.map((value, row) => (exponent[row] as number) * Math.log(value));
      const range = rangeOf(logs);
      if (!(range > LEAST_RANGE && range < MOST_RANGE)) return [];
      return [{ values: logs, node: product(unit(columns, t), call('log', node)), used: used + 1 }];
    }),
  );
}

const unit = (columns: Columns, k: number): Node => power(columns, [[k, 1]]);

function power(columns: Columns, exponents: readonly (readonly [k: number, exponent: number])[]): Node {
  const all = columns.values.map((_, at) => exponents.find(([k]) => k === at)?.[1] ?? 0);
  return monomial(
    all,
    columns,
    all.map(() => true),
  );
}

function plain(columns: Columns, k: number): Inner[] {
  if (!columns.positive[k]) return [];
  return [{ values: columns.values[k] as Float64Array, node: unit(columns, k), used: 1 }];
}

function quotients(columns: Columns, active: readonly number[], k: number): Inner[] {
  if (!columns.positive[k]) return [];
  const own = columns.values[k] as Float64Array;
  return active.flatMap((j) => {
    if (j <= k || !columns.positive[j]) return [];
    const other = columns.values[j] as Float64Array;
    const node = power(columns, [
      [k, 1],
      [j, -1],
    ]);
    return [{ values: own.map((value, row) => value / (other[row] as number)), node, used: 2 }];
  });
}

/** 1 + x and 1 − x, where they are above zero. */
function shifted(columns: Columns, k: number): Inner[] {
  const own = columns.values[k] as Float64Array;
  return [1, -1].flatMap((sign) => {
    const values = own.map((value) => 1 + sign * value);
    if (!values.every((value) => value > 0)) return [];
    const term = sign > 0 ? unit(columns, k) : product(number(-1, true), unit(columns, k));
    return [{ values, node: sum(number(1, true), term), used: 1 }];
  });
}
