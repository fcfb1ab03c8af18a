/**
 * More differentiable operations for the units' equations: broadcasting, products over the inputs, softmax, and functions
 * with corners. At a corner the derivative is PyTorch's: |v|′ = 0 at 0, clamp′ = 1 on its bounds, and of two equal
 * arguments min passes the adjoint to the second.
 */
import { type Matrix64, map, matrix, node, zip } from './autodiff.ts';

/** A row [1, cols] repeated `rows` times. */
export function rowsOf(a: Matrix64, rows: number): Matrix64 {
  const data = Float64Array.from({ length: rows * a.cols }, (_, index) => a.data[index % a.cols] as number);
  return node(rows, a.cols, [a], data, (out) => {
    for (let index = 0; index < out.grad.length; index++) {
      a.grad[index % a.cols]! += out.grad[index] as number;
    }
  });
}

/**
 * y[n, m] = Π over k of factor(x[n, k], w[k, m]). The derivative by a factor is the product of the factors before it
 * times that of the factors after it, so that zeros need no special case.
 */
export function productOver(
  x: Matrix64,
  w: Matrix64,
  factor: (x: number, w: number) => number,
  slopes: (x: number, w: number) => readonly [number, number],
): Matrix64 {
  const [n, k, m] = [x.rows, x.cols, w.cols];
  const data = new Float64Array(n * m).fill(1);
  const each = (visit: (row: number, col: number) => void) => {
    for (let row = 0; row < n; row++) for (let col = 0; col < m; col++) visit(row, col);
  };
  const at = (row: number, i: number, col: number) =>
    [x.data[row * k + i] as number, w.data[i * m + col] as number] as const;
  each((row, col) => {
    for (let i = 0; i < k; i++) data[row * m + col]! *= factor(...at(row, i, col));
  });
  return node(n, m, [x, w], data, (out) => {
    each((row, col) => {
      const after = new Float64Array(k + 1).fill(1);
      for (let i = k - 1; i >= 0; i--) after[i] = (after[i + 1] as number) * factor(...at(row, i, col));
      let before = out.grad[row * m + col] as number;
      for (let i = 0; i < k; i++) {
        const others = before * (after[i + 1] as number);
        const [dx, dw] = slopes(...at(row, i, col));
        x.grad[row * k + i]! += others * dx;
        w.grad[i * m + col]! += others * dw;
        before *= factor(...at(row, i, col));
      }
    });
  });
}

/** exp(a) / Σ exp(a) along each row. */
export function softmaxRows(a: Matrix64): Matrix64 {
  const data = new Float64Array(a.data.length);
  for (let start = 0; start < data.length; start += a.cols) {
    const row = a.data.subarray(start, start + a.cols);
    const top = Math.max(...row);
    const powers = row.map((value) => Math.exp(value - top));
    const sum = powers.reduce((total, power) => total + power, 0);
    data.set(
      powers.map((power) => power / sum),
      start,
    );
  }
  return node(a.rows, a.cols, [a], data, (out) => {
    for (let start = 0; start < data.length; start += a.cols) {
      let mean = 0;
      for (let c = start; c < start + a.cols; c++) mean += (data[c] as number) * (out.grad[c] as number);
      for (let c = start; c < start + a.cols; c++)
        a.grad[c]! += (data[c] as number) * ((out.grad[c] as number) - mean);
    }
  });
}

export const cos = (a: Matrix64): Matrix64 => map(a, Math.cos, (v) => -Math.sin(v));
export const log = (a: Matrix64): Matrix64 => map(a, Math.log, (v) => 1 / v);
export const abs = (a: Matrix64): Matrix64 => map(a, Math.abs, Math.sign);
/** scale · a + shift. */
export const affine = (a: Matrix64, scale: number, shift = 0): Matrix64 =>
  map(
    a,
    (v) => scale * v + shift,
    () => scale,
  );
/** A function whose derivative is 0 everywhere, such as sign. */
export const step = (a: Matrix64, f: (v: number) => number): Matrix64 => map(a, f, () => 0);
export const clamp = (a: Matrix64, low: number, high: number): Matrix64 =>
  map(
    a,
    (v) => Math.max(low, Math.min(high, v)),
    (v) => (v >= low && v <= high ? 1 : 0),
  );
export const min = (a: Matrix64, b: Matrix64): Matrix64 =>
  zip(a, b, Math.min, (v, w) => (v < w ? [1, 0] : [0, 1]));
/** A constant in the shape of `a`. */
export const like = (a: Matrix64, value: number): Matrix64 =>
  matrix(a.rows, a.cols, new Float64Array(a.data.length).fill(value));
