/**
 * Whether what a formula leaves goes with a part of it. A formula that is near to a law has its structure, but for a function of some
 * product or difference in it: a bell in place of (sin u / u)². Against that part of the formula, what is left is a curve, where in the
 * space of all columns it is hardly to be told from noise. So the ranks of what is left are compared, in the order of each part's
 * values, with a few slow cosines (Eubank and Hart, 1992): for noise, whatever its distribution, the sum of squares is χ².
 */

import { compile } from '../expression/evaluate.ts';
import { printExpression } from '../expression/print.ts';
import { type Expression, keyOf, partsOf, variable, variablesOf } from '../expression/tree.ts';
import { policy } from './policy.ts';
import { ranksOf } from './ranks.ts';
import { rowNumbers, thinned } from './rows.ts';

/** Cosines: from half a turn to three. */
const WAVES = 6;
/** Rows that are looked at. */
const MOST_ROWS = 4000;

/** The part of `expression`, as text over `names`, that the residuals go with; undefined where they go with none. `x` is [rows, names]. */
export function trendAlong(
  expression: Expression,
  names: readonly string[],
  x: Float64Array,
  residuals: Float64Array,
): string | undefined {
  const rows = thinned(rowNumbers(residuals.length), MOST_ROWS);
  const width = names.length;
  const parts = new Map<string, Expression>();
  const visit = (part: Expression): void => {
    if (variablesOf(part).length > 0) parts.set(keyOf(part), part);
    for (const each of partsOf(part)) visit(each);
  };
  visit(expression);
  for (const [k] of names.entries()) visit(variable(k));
  const own = standardised(ranksOf(rows.map((row) => residuals[row] as number)));
  if (!own) return undefined;
  const most = chiSquare(WAVES, 1 / (policy.trendChance * parts.size));
  for (const part of parts.values()) {
    const f = compile(part);
    const values = rows.map((row) => f(x.subarray(row * width, (row + 1) * width)));
    if (values.every(Number.isFinite) && slowness(values, own) > most)
      return printExpression(part, names, 'text');
  }
  return undefined;
}

/** Sum of the squared coefficients of the slow cosines of `residuals` in the order of `values`; equal values share their place. */
function slowness(values: readonly number[], residuals: readonly number[]): number {
  const n = values.length;
  const places = ranksOf(values);
  let total = 0;
  for (let wave = 1; wave <= WAVES; wave++) {
    const cosines = places.map((place) => Math.cos((Math.PI * wave * (place + 0.5)) / n));
    const mean = cosines.reduce((sum, value) => sum + value / n, 0);
    const square = cosines.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const dot = cosines.reduce((sum, value, row) => sum + (value - mean) * (residuals[row] as number), 0);
    // A wave that few distinct values cannot tell from a constant says nothing.
    if (square > 0.05 * n) total += dot ** 2 / square;
  }
  return total;
}

/** With mean 0 and variance 1; undefined where all are the same. */
function standardised(values: readonly number[]): number[] | undefined {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2 / n, 0));
  return deviation > 0 ? values.map((value) => (value - mean) / deviation) : undefined;
}

/** What χ² with `freedom` degrees exceeds with probability `chance` (Wilson and Hilferty, 1931). */
export function chiSquare(freedom: number, chance: number): number {
  const share = 2 / (9 * freedom);
  return freedom * (1 - share + normalQuantile(chance) * Math.sqrt(share)) ** 3;
}

/** What a normal variable exceeds with a small probability `chance`: by bisection of the asymptotic tail. */
function normalQuantile(chance: number): number {
  const tail = (z: number) =>
    (Math.exp((-z * z) / 2) / (z * Math.sqrt(2 * Math.PI))) * (1 - 1 / z ** 2 + 3 / z ** 4);
  let [low, high] = [2, 12];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (tail(middle) > chance) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
