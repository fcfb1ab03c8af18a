/** Nonlinear least squares for the parameters of a tree: Levenberg and Marquardt's steps on the normal equations. */

import type { Columns } from './columns.ts';
import { derivativesOf, type Node, parametersOf, valuesOf, withParameters } from './tree.ts';

export interface Problem {
  readonly columns: Columns;
  readonly y: Float64Array;
  /** What the error of each row is multiplied by. */
  readonly weights?: Float64Array | undefined;
  /** Counts the work: rows times what was done with each. */
  readonly spend?: (work: number) => void;
}

export interface Fitted {
  readonly node: Node;
  /** Mean of the squared, weighted errors. */
  readonly error: number;
  /** Diagonal of the inverse of JᵀJ / n; empty where the last step did not need it. */
  readonly curvature?: Float64Array;
}

/** Mean squared error of `values`; infinite where one is no number. */
export function errorOf(values: Float64Array, y: Float64Array, weights?: Float64Array): number {
  let total = 0;
  for (let row = 0; row < y.length; row++) {
    let rest = (y[row] as number) - (values[row] as number);
    if (weights) rest *= weights[row] as number;
    total += rest * rest;
  }
  return Number.isFinite(total) ? total / y.length : Number.POSITIVE_INFINITY;
}

/** Solves the symmetric positive system `a` (n × n, row-major) for `b`; undefined where it is not positive. */
export function solvePositive(a: Float64Array, b: Float64Array): Float64Array | undefined {
  const n = b.length;
  const l = a.slice();
  for (let j = 0; j < n; j++) {
    let diagonal = l[j * n + j] as number;
    for (let k = 0; k < j; k++) diagonal -= (l[j * n + k] as number) ** 2;
    if (!(diagonal > 0)) return undefined;
    const root = Math.sqrt(diagonal);
    l[j * n + j] = root;
    for (let i = j + 1; i < n; i++) {
      let rest = l[i * n + j] as number;
      for (let k = 0; k < j; k++) rest -= (l[i * n + k] as number) * (l[j * n + k] as number);
      l[i * n + j] = rest / root;
    }
  }
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    let rest = x[i] as number;
    for (let k = 0; k < i; k++) rest -= (l[i * n + k] as number) * (x[k] as number);
    x[i] = rest / (l[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i--) {
    let rest = x[i] as number;
    for (let k = i + 1; k < n; k++) rest -= (l[k * n + i] as number) * (x[k] as number);
    x[i] = rest / (l[i * n + i] as number);
  }
  return x;
}

/** A local minimum from the parameters of `start` on; undefined where `start` has no values. */
export function marquardt(
  start: Node,
  { columns, y, weights, spend }: Problem,
  { steps = 40, enough = 0, gain = 1e-4 }: { steps?: number; enough?: number; gain?: number } = {},
): Fitted | undefined {
  let node = start;
  let parameters = parametersOf(node);
  const n = y.length;
  const p = parameters.length;
  let error = errorOf(valuesOf(node, columns), y, weights);
  if (!Number.isFinite(error)) return undefined;
  if (p === 0) return { node, error };
  let damping = 1e-3;
  let small = 0;
  for (let step = 0; step < steps && error > enough; step++) {
    const { values, by } = derivativesOf(node, columns);
    spend?.(n * (p * p + 40 * p + 150));
    const jtj = new Float64Array(p * p);
    const jtr = new Float64Array(p);
    const rest = new Float64Array(n);
    for (let row = 0; row < n; row++) {
      const w = weights ? (weights[row] as number) ** 2 : 1;
      rest[row] = ((y[row] as number) - (values[row] as number)) * w;
    }
    for (let i = 0; i < p; i++) {
      const a = by[i] as Float64Array;
      let slope = 0;
      for (let row = 0; row < n; row++) slope += (a[row] as number) * (rest[row] as number);
      jtr[i] = slope;
      const weighed = weights ? a.map((value, row) => value * (weights[row] as number) ** 2) : a;
      for (let j = 0; j <= i; j++) {
        const b = by[j] as Float64Array;
        let dot = 0;
        for (let row = 0; row < n; row++) dot += (weighed[row] as number) * (b[row] as number);
        jtj[i * p + j] = dot;
        jtj[j * p + i] = dot;
      }
    }
    // Scaled to a diagonal of ones, so that parameters of all sizes are damped alike.
    const scale = new Float64Array(p);
    for (let i = 0; i < p; i++) scale[i] = 1 / Math.sqrt((jtj[i * p + i] as number) || 1);
    const scaled = new Float64Array(p * p);
    const right = new Float64Array(p);
    for (let i = 0; i < p; i++) {
      right[i] = (jtr[i] as number) * (scale[i] as number);
      for (let j = 0; j < p; j++)
        scaled[i * p + j] = (jtj[i * p + j] as number) * (scale[i] as number) * (scale[j] as number);
    }
    if (!right.every(Number.isFinite)) break;
    let better = false;
    for (let attempt = 0; attempt < 12; attempt++) {
      const damped = scaled.slice();
      for (let i = 0; i < p; i++) damped[i * p + i] = (damped[i * p + i] as number) + damping;
      const move = solvePositive(damped, right);
      if (!move) {
        damping = Math.max(damping * 10, 1e-12);
        continue;
      }
      const tried = parameters.map((value, i) => value + (move[i] as number) * (scale[i] as number));
      const moved = withParameters(node, tried);
      const found = errorOf(valuesOf(moved, columns), y, weights);
      spend?.(n * 150);
      if (found < error) {
        small = found > error * (1 - gain) ? small + 1 : 0;
        node = moved;
        parameters = tried;
        error = found;
        damping = Math.max(damping / 8, 1e-15);
        better = true;
        break;
      }
      damping *= 6;
      if (damping > 1e8) break;
    }
    if (!better || small >= 3) break;
  }
  return { node, error };
}
