/** Better and shorter constants for a formula, from the table it has to fit. */

import { compile } from '../expression/evaluate.ts';
import { rebuild } from '../expression/simplify.ts';
import {
  type Constant,
  constant,
  constantsOf,
  type Expression,
  replaceLeaves,
  sizeOf,
  weight,
} from '../expression/tree.ts';
import { minimize } from './least-squares.ts';

/** Free constants that are refined together; beyond, they stay as they were trained. */
const MAX_FREE = 60;
/** Operations · rows · constants up to which it takes seconds at most. */
const MAX_WORK = 2e7;

export const isFree = (node: Expression): node is Constant => node.kind === 'constant' && node.free;

/**
 * `expression`, which is of column `target` of `targets`, with free constants as good as the data makes them, then as short; a mean
 * squared error of `floor` is as good as none.
 */
export function refine(
  expression: Expression,
  { x, y }: { readonly x: Float64Array; readonly y: Float64Array },
  target: number,
  targets: number,
  floor: number,
): Expression {
  const start = constantsOf(expression).filter(isFree);
  if (start.length === 0 || start.length > MAX_FREE) return expression;
  const rows = y.length / targets;
  const width = x.length / rows;
  if (sizeOf(expression) * rows * start.length > MAX_WORK) return expression;
  const residualsOf = (candidate: Expression): Float64Array | undefined => {
    const f = compile(candidate);
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      const value = f(x.subarray(row * width, (row + 1) * width)) - (y[row * targets + target] as number);
      if (!Number.isFinite(value)) return undefined;
      values[row] = value;
    }
    return values;
  };
  const residuals = (values: Float64Array) => {
    let at = 0;
    // No simplification, so that the constants stay as many.
    return residualsOf(
      replaceLeaves(expression, (leaf) => (isFree(leaf) ? weight(values[at++] as number) : leaf)),
    );
  };
  const minimum = minimize(
    residuals,
    Float64Array.from(start, ({ value }) => value),
    // Well below, so that constants have all their digits when they are shortened one after the other.
    1e-6 * floor * rows,
  );
  if (!minimum) return expression;
  // Giving up a constant is worth as much error as one more row would bring.
  const allowed = (minimum.error / rows) * (1 + 1 / rows) + floor;
  const errorOf = (values: Float64Array): number => {
    const found = residuals(values);
    return found ? found.reduce((sum, v) => sum + v * v, 0) / rows : Number.POSITIVE_INFINITY;
  };
  const short = Float64Array.from(minimum.parameters);
  for (let k = 0; k < short.length; k++) {
    const whole = short[k] as number;
    for (const candidate of shorter(whole)) {
      short[k] = candidate;
      if (errorOf(short) <= allowed) break;
      short[k] = whole;
    }
  }
  let at = 0;
  // Once found, a constant is simplified like any other.
  return rebuild(expression, (leaf) => (isFree(leaf) ? constant(short[at++] as number) : leaf));
}

/** Simpler numbers near `value`, the simplest first: 0, whole, halves and thirds, then ever more digits. */
function shorter(value: number): number[] {
  const digits = Array.from({ length: 14 }, (_, k) => Number(value.toPrecision(k + 1)));
  const parts = [1, 2, 4, 3, 6].map((part) => Math.round(value * part) / part);
  return [0, ...parts, ...digits];
}
