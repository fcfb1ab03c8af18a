/** How far predictions are from what a table says. */

export interface Errors {
  readonly rows: number;
  /** Largest |ŷ − y| / |y|; where y is 0, in units of the root mean square of y. */
  readonly maxRelativeError: number;
  /** Root mean square of ŷ − y, relative to that of y. */
  readonly rmsRelativeError: number;
}

/** Errors of `predicted` on targets `y`; infinite where a prediction is not a number. */
export function errorsOf(predicted: ArrayLike<number>, y: Float64Array): Errors {
  const size = rootMeanSquare(y);
  let [largest, squares] = [0, 0];
  for (let row = 0; row < y.length; row++) {
    const wanted = y[row] as number;
    const error = Math.abs((predicted[row] as number) - wanted);
    if (!Number.isFinite(error)) {
      const infinite = Number.POSITIVE_INFINITY;
      return { rows: y.length, maxRelativeError: infinite, rmsRelativeError: infinite };
    }
    largest = Math.max(largest, error / (Math.abs(wanted) || size || 1));
    squares += (error / (size || 1)) ** 2;
  }
  return { rows: y.length, maxRelativeError: largest, rmsRelativeError: Math.sqrt(squares / y.length) };
}

export function rootMeanSquare(values: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < values.length; k++) largest = Math.max(largest, Math.abs(values[k] as number));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let squares = 0;
  // Scaled, so that the squares of numbers like 1e-300 and 1e300 stay numbers.
  for (let k = 0; k < values.length; k++) squares += ((values[k] as number) / largest) ** 2;
  return largest * Math.sqrt(squares / values.length);
}
