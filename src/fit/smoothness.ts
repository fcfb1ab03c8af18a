/**
 * Whether what a formula leaves can be predicted from the inputs: then it is not noise. A smooth curve through all rows but one
 * (kernel ridge regression, whose leave-one-out errors need no refitting: Rasmussen and Williams, 2006, 5.4.2) predicts each,
 * and what it explains is compared with what it explains of the same residuals with random signs.
 */

import { createRandom } from '../random.ts';
import { policy } from './policy.ts';

/** Rows that are looked at: the work grows with their cube. */
const MOST_ROWS = 240;
/** Widths of the kernel, in standard deviations of a column. */
const WIDTHS = [0.5, 1.2, 3];
/** Noise relative to the signal. */
const RIDGE = 0.5;

export interface Smoothness {
  /** Share of the mean square of the residuals that the curve predicts; below 0 where it makes them worse. */
  readonly predicted: number;
  /** Whether random signs give so much in less than one table of a hundred. */
  readonly significant: boolean;
}

/** `x` is [rows, width]. */
export function smoothnessOf(x: Float64Array, width: number, residuals: Float64Array): Smoothness {
  const step = Math.max(1, residuals.length / MOST_ROWS);
  const rows = Array.from({ length: Math.min(MOST_ROWS, residuals.length) }, (_, k) => Math.floor(k * step));
  const n = rows.length;
  const columns = Array.from({ length: width }, (_, k) =>
    standardised(rows.map((row) => x[row * width + k] as number)),
  );
  const squares = new Float64Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      let total = 0;
      for (const column of columns) total += ((column[a] as number) - (column[b] as number)) ** 2;
      squares[a * n + b] = total;
      squares[b * n + a] = total;
    }
  }
  const largest = rows.reduce((most, row) => Math.max(most, Math.abs(residuals[row] as number)), 0) || 1;
  const own = Float64Array.from(rows, (row) => (residuals[row] as number) / largest);
  const size = own.reduce((total, value) => total + value * value, 0);
  if (!(size > 0) || n < 10) return { predicted: 0, significant: false };
  const inverses = WIDTHS.flatMap((kernel) => {
    const gram = squares.map((square) => Math.exp(-square / (2 * kernel * kernel * width)));
    for (let k = 0; k < n; k++) gram[k * n + k] = 1 + RIDGE;
    return invert(gram, n) ?? [];
  });
  const explained = (values: Float64Array): number =>
    Math.max(
      ...inverses.map((inverse) => {
        let left = 0;
        for (let a = 0; a < n; a++) {
          let dot = 0;
          for (let b = 0; b < n; b++) dot += (inverse[a * n + b] as number) * (values[b] as number);
          left += (dot / (inverse[a * n + a] as number)) ** 2;
        }
        return 1 - left / size;
      }),
    );
  const predicted = explained(own);
  if (!(predicted > policy.smooth)) return { predicted, significant: false };
  const random = createRandom(1, 0x5107);
  for (let draw = 1; draw < policy.chance; draw++) {
    if (explained(own.map((value) => (random.uniform() < 0.5 ? -value : value))) >= predicted) {
      return { predicted, significant: false };
    }
  }
  return { predicted, significant: true };
}

function standardised(given: readonly number[]): Float64Array {
  const size = Math.max(...given.map(Math.abs)) || 1;
  const values = given.map((value) => value / size);
  const mean = values.reduce((total, value) => total + value / values.length, 0);
  const deviation =
    Math.sqrt(values.reduce((total, value) => total + (value - mean) ** 2 / values.length, 0)) || 1;
  return Float64Array.from(values, (value) => (value - mean) / deviation);
}

/** The inverse of a positive matrix, by Gauss and Jordan's steps without pivots. */
function invert(matrix: Float64Array, n: number): Float64Array | undefined {
  const a = matrix.slice();
  for (let k = 0; k < n; k++) {
    const pivot = a[k * n + k] as number;
    if (!(pivot > 1e-12)) return undefined;
    a[k * n + k] = 1;
    for (let j = 0; j < n; j++) a[k * n + j] = (a[k * n + j] as number) / pivot;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const factor = a[i * n + k] as number;
      if (factor === 0) continue;
      a[i * n + k] = 0;
      for (let j = 0; j < n; j++) a[i * n + j] = (a[i * n + j] as number) - factor * (a[k * n + j] as number);
    }
  }
  return a;
}
