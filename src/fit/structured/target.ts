/** What is searched for: the target taken through a function, with weights that make its errors those of y. */

import { type Columns, pickColumns } from './columns.ts';
import { errorOf, type Problem } from './marquardt.ts';
import { stretch, type Wrap } from './wraps.ts';

export interface Target extends Problem {
  readonly wrap: Wrap;
  /** Mean of the squared, weighted values of t. */
  readonly scale: number;
}

/** Undefined where the target cannot be taken through `wrap`. */
export function targetOf(
  wrap: Wrap,
  columns: Columns,
  y: Float64Array,
  weights: Float64Array | undefined,
  spend: (work: number) => void,
): Target | undefined {
  if (!wrap.fits(y)) return undefined;
  const t = y.map(wrap.inverse);
  if (!t.every(Number.isFinite)) return undefined;
  if (!wrap.outer) return { wrap, columns, y: t, weights, spend, scale: scaleOf(t, weights) };
  const slopes = stretch(wrap, t);
  const w = t.map((_, row) => (weights?.[row] ?? 1) / Math.max(slopes[row] as number, 1e-12));
  // Where y hardly moves with t nothing is learnt, and where it moves without bound t is as good as unknown.
  const most = 100 * median(w);
  const bounded = w.map((value) => Math.min(value, most));
  if (!bounded.every(Number.isFinite)) return undefined;
  return { wrap, columns, y: t, weights: bounded, spend, scale: scaleOf(t, bounded) };
}

const scaleOf = (t: Float64Array, weights: Float64Array | undefined) =>
  errorOf(new Float64Array(t.length), t, weights) || 1;

const median = (values: Float64Array) => values.slice().sort()[values.length >> 1] as number;

/** The same on at most `most` rows, at equal distances. */
export function coarseTarget(target: Target, most: number): Target {
  const rows = target.y.length;
  if (rows <= most) return target;
  const chosen = Array.from({ length: most }, (_, k) => Math.floor((k * rows) / most));
  const pick = (values: Float64Array) => Float64Array.from(chosen, (row) => values[row] as number);
  return {
    ...target,
    columns: pickColumns(target.columns, chosen),
    y: pick(target.y),
    weights: target.weights && pick(target.weights),
  };
}
