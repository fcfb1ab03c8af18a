/** Which columns a product holds as powers alone, seen by a quadratic in logarithms. */

import { Basis, Scorer } from './basis.ts';
import type { Columns } from './columns.ts';
import { leastSquares } from './linear.ts';

export interface Purity {
  /** Columns that do more than stand as a power before the rest. */
  readonly active: readonly number[];
  /** Exponents of the others, rounded; 0 for the active ones. */
  readonly exponents: readonly number[];
}

/** F above which interactions of a column count. */
const LEVEL = 4;

export function purityOf(columns: Columns, logT: Float64Array, weights: Float64Array): Purity {
  const { width } = columns;
  const n = logT.length;
  const all = columns.values.map((_, k) => k);
  const nothing = { active: all, exponents: all.map(() => 0) };
  const count = 1 + width + (width * (width + 1)) / 2;
  if (n < count + 12 || width === 1) return nothing;
  const weigh = (column: Float64Array) => column.map((value, row) => value * (weights[row] as number));
  const logs = columns.logs.map((column) => {
    const mean = column.reduce((a, b) => a + b, 0) / n;
    return column.map((value) => value - mean);
  });
  const pairs = all.flatMap((i) => all.slice(i).map((j) => [i, j] as const));
  const quadratic = ([i, j]: readonly [number, number]) =>
    weigh((logs[i] as Float64Array).map((value, row) => value * ((logs[j] as Float64Array)[row] as number)));
  const linear = [weigh(new Float64Array(n).fill(1)), ...logs.map(weigh)];
  const restWithout = (left: number) => {
    const basis = new Basis();
    for (const column of linear) basis.add(column.slice());
    for (const pair of pairs) if (!pair.includes(left)) basis.add(quadratic(pair));
    return { left: new Scorer(basis, weigh(logT)).left ** 2, size: basis.vectors.length };
  };
  const full = restWithout(-1);
  const active = all.filter((k) => {
    const without = restWithout(k);
    const extra = Math.max(1, full.size - without.size);
    return (without.left - full.left) / extra / (full.left / Math.max(1, n - full.size)) > LEVEL;
  });
  if (active.length === width) return nothing;
  const kept = pairs.filter((pair) => pair.every((k) => active.includes(k)));
  const solution = leastSquares([...linear, ...kept.map(quadratic)], weigh(logT));
  return {
    active,
    exponents: all.map((k) =>
      active.includes(k) ? 0 : roundedExponent(solution[1 + k] as number, columns, k),
    ),
  };
}

function roundedExponent(value: number, columns: Columns, k: number): number {
  const whole = Math.round(value);
  const half = Math.round(2 * value) / 2;
  if (!columns.positive[k] || Math.abs(value - whole) < 0.2) return whole;
  return half;
}
