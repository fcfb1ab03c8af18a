/**
 * Reverse-mode automatic differentiation over float64 matrices: the independent yardstick for the kernels. A unit's
 * reference is its equation, written with these operations and nothing else; the derivatives follow by themselves.
 */

export interface Matrix64 {
  readonly rows: number;
  readonly cols: number;
  readonly data: Float64Array;
  /** Adjoint, filled by `backward`. */
  readonly grad: Float64Array;
  readonly parents: readonly Matrix64[];
  readonly pull: () => void;
}

/** A unit's parameters by name: [in, out] per edge, [1, in] per input, [1, out] per output. */
export type Parameters64 = Readonly<Record<string, Matrix64>>;
/** The equation of a unit: x [rows, in] → y [rows, out]. */
export type Reference = (x: Matrix64, p: Parameters64) => Matrix64;

/** A value with the pull of its adjoint to those of its parents. */
export function node(
  rows: number,
  cols: number,
  parents: readonly Matrix64[],
  data: Float64Array,
  pull: (out: Matrix64) => void,
): Matrix64 {
  const out: Matrix64 = {
    rows,
    cols,
    data,
    grad: new Float64Array(data.length),
    parents,
    pull: () => pull(out),
  };
  return out;
}

export function matrix(rows: number, cols: number, values: ArrayLike<number>): Matrix64 {
  if (values.length !== rows * cols) throw new Error(`${values.length} values for ${rows} × ${cols}`);
  return node(rows, cols, [], Float64Array.from(values), () => {});
}

/** Adjoints of everything `output` depends on, for the adjoint `seed` of `output`. */
export function backward(output: Matrix64, seed: ArrayLike<number>): void {
  const order: Matrix64[] = [];
  const seen = new Set<Matrix64>();
  const visit = (m: Matrix64): void => {
    if (seen.has(m)) return;
    seen.add(m);
    m.parents.forEach(visit);
    order.push(m);
  };
  visit(output);
  output.grad.set(Float64Array.from(seed));
  for (const m of order.reverse()) m.pull();
}

/** a [n, k] · b [k, m] → [n, m] */
export function matmul(a: Matrix64, b: Matrix64): Matrix64 {
  const [n, k, m] = [a.rows, a.cols, b.cols];
  const data = new Float64Array(n * m);
  for (let i = 0; i < n; i++)
    for (let l = 0; l < k; l++) {
      const left = a.data[i * k + l] as number;
      for (let j = 0; j < m; j++) data[i * m + j]! += left * (b.data[l * m + j] as number);
    }
  return node(n, m, [a, b], data, (out) => {
    for (let i = 0; i < n; i++)
      for (let l = 0; l < k; l++) {
        let sum = 0;
        const left = a.data[i * k + l] as number;
        for (let j = 0; j < m; j++) {
          const g = out.grad[i * m + j] as number;
          sum += g * (b.data[l * m + j] as number);
          b.grad[l * m + j]! += g * left;
        }
        a.grad[i * k + l]! += sum;
      }
  });
}

/** f applied to every element, with its derivative. */
export function map(a: Matrix64, f: (x: number) => number, slope: (x: number) => number): Matrix64 {
  return node(a.rows, a.cols, [a], a.data.map(f), (out) => {
    for (let i = 0; i < a.data.length; i++)
      a.grad[i]! += (out.grad[i] as number) * slope(a.data[i] as number);
  });
}

/** f applied to two equally large matrices, element by element, with its derivatives by both. */
export function zip(
  a: Matrix64,
  b: Matrix64,
  f: (x: number, y: number) => number,
  slopes: (x: number, y: number) => readonly [number, number],
): Matrix64 {
  if (a.rows !== b.rows || a.cols !== b.cols)
    throw new Error(`${a.rows} × ${a.cols} against ${b.rows} × ${b.cols}`);
  return node(
    a.rows,
    a.cols,
    [a, b],
    a.data.map((x, i) => f(x, b.data[i] as number)),
    (out) => {
      for (let i = 0; i < a.data.length; i++) {
        const [da, db] = slopes(a.data[i] as number, b.data[i] as number);
        a.grad[i]! += (out.grad[i] as number) * da;
        b.grad[i]! += (out.grad[i] as number) * db;
      }
    },
  );
}

export const add = (a: Matrix64, b: Matrix64): Matrix64 =>
  zip(
    a,
    b,
    (x, y) => x + y,
    () => [1, 1],
  );
export const mul = (a: Matrix64, b: Matrix64): Matrix64 =>
  zip(
    a,
    b,
    (x, y) => x * y,
    (x, y) => [y, x],
  );

const logistic = (x: number): number => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const sech = (x: number): number => 1 / Math.cosh(x);

export const tanh = (a: Matrix64): Matrix64 => map(a, Math.tanh, (x) => sech(x) ** 2);
export const sigmoid = (a: Matrix64): Matrix64 => map(a, logistic, (x) => logistic(x) * logistic(-x));
/** 1 − σ(x) = σ(−x), without cancellation. */
export const sigmoidOpposite = (a: Matrix64): Matrix64 =>
  map(
    a,
    (x) => logistic(-x),
    (x) => -logistic(x) * logistic(-x),
  );
export const exp = (a: Matrix64): Matrix64 => map(a, Math.exp, Math.exp);
/** log(|x| + ε), with derivative 0 at x = 0. */
export const logMagnitude = (a: Matrix64, epsilon: number): Matrix64 =>
  map(
    a,
    (x) => Math.log(Math.abs(x) + epsilon),
    (x) => Math.sign(x) / (Math.abs(x) + epsilon),
  );
