/** Least squares in float64: linear by Householder reflections, nonlinear by Levenberg and Marquardt's steps over them. */

/** A matrix by columns, all of one length. */
export type Columns = readonly Float64Array[];

/**
 * The vector v with the smallest ‖A v − b‖, by a QR decomposition of `a`, which is overwritten as `b` is. A column that
 * depends on those before it, to 1e-13 of its own length, gets 0.
 */
export function solveLeastSquares(a: Columns, b: Float64Array): Float64Array {
  const diagonal = new Float64Array(a.length);
  /** The row of R that belongs to each column; columns that depend on others have none. */
  const pivots: number[] = [];
  let rank = 0;
  const dot = (u: Float64Array, v: Float64Array, from: number): number => {
    let total = 0;
    for (let row = from; row < u.length; row++) total += (u[row] as number) * (v[row] as number);
    return total;
  };
  a.forEach((column, k) => {
    const whole = Math.sqrt(dot(column, column, 0));
    const pivot = rank;
    const below = Math.sqrt(dot(column, column, pivot));
    if (!(below > 1e-13 * whole)) return;
    rank += 1;
    pivots[k] = pivot;
    const head = column[pivot] as number;
    const reflected = head > 0 ? -below : below;
    diagonal[k] = reflected;
    // The column from the pivot on becomes the reflection's vector u; R's entries of later columns stand above.
    column[pivot] = head - reflected;
    const size = dot(column, column, pivot);
    for (const other of [...a.slice(k + 1), b]) {
      const share = (2 * dot(column, other, pivot)) / size;
      for (let row = pivot; row < other.length; row++) {
        other[row] = (other[row] as number) - share * (column[row] as number);
      }
    }
  });
  const v = new Float64Array(a.length);
  for (let k = a.length - 1; k >= 0; k--) {
    const pivot = pivots[k];
    if (pivot === undefined) continue;
    let rest = b[pivot] as number;
    for (let j = k + 1; j < a.length; j++)
      rest -= ((a[j] as Float64Array)[pivot] as number) * (v[j] as number);
    v[k] = rest / (diagonal[k] as number);
  }
  return v;
}

/** Values f(parameters) that should be near to given ones; undefined where they are not finite. */
export type Residuals = (parameters: Float64Array) => Float64Array | undefined;

export interface Minimum {
  readonly parameters: Float64Array;
  /** Sum of the squared residuals. */
  readonly error: number;
}

const MAX_STEPS = 60;
/** A step that lowers the error by a smaller part is the last. */
const LEAST_GAIN = 1e-5;

/**
 * A local minimum of ‖residuals‖² from `start` on. The first step is Gauss and Newton's, so that a problem that is linear in
 * its parameters is solved by it; derivatives are central differences, which are exact there. The error never rises, and
 * one of `enough` ends the search.
 */
export function minimize(residuals: Residuals, start: Float64Array, enough = 0): Minimum | undefined {
  let parameters: Float64Array = Float64Array.from(start);
  let current: Float64Array | undefined = residuals(parameters);
  if (!current) return undefined;
  let error = squares(current);
  let damping = 0;
  for (let step = 0; step < MAX_STEPS && error > enough && parameters.length > 0; step++) {
    const jacobian = differences(residuals, parameters);
    if (!jacobian) break;
    let better: { next: Float64Array; values: Float64Array; sum: number } | undefined;
    for (let trial = 0; trial < 20 && !better; trial++) {
      const change = dampedStep(jacobian, current, damping);
      const next = parameters.map((value, k) => value - (change[k] as number));
      const values = residuals(next);
      const sum = values ? squares(values) : Number.NaN;
      if (values && sum < error) better = { next, values, sum };
      else damping = damping === 0 ? 1e-8 : 10 * damping;
    }
    if (!better) break;
    const gain = (error - better.sum) / error;
    parameters = better.next;
    current = better.values;
    error = better.sum;
    damping = damping < 1e-8 ? 0 : damping / 10;
    if (gain < LEAST_GAIN) break;
  }
  return { parameters, error };
}

const squares = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

function differences(residuals: Residuals, parameters: Float64Array): Float64Array[] | undefined {
  const columns: Float64Array[] = [];
  for (const [k, value] of parameters.entries()) {
    // The cube root of the machine epsilon balances rounding against curvature.
    const h = 6e-6 * Math.max(Math.abs(value), 1e-3);
    const after = residuals(parameters.with(k, value + h));
    const before = residuals(parameters.with(k, value - h));
    if (!after || !before) return undefined;
    columns.push(after.map((v, row) => (v - (before[row] as number)) / (value + h - (value - h))));
  }
  return columns;
}

/** Solves (JᵀJ + λ diag JᵀJ) v = Jᵀ r, as least squares of J above √λ diag. */
function dampedStep(jacobian: readonly Float64Array[], values: Float64Array, damping: number): Float64Array {
  const rows = values.length;
  const columns = jacobian.map((column, k) => {
    const longer = new Float64Array(rows + jacobian.length);
    longer.set(column);
    longer[rows + k] = Math.sqrt(damping * squares(column));
    return longer;
  });
  const right = new Float64Array(rows + jacobian.length);
  right.set(values);
  return solveLeastSquares(columns, right);
}
