/** Dense layers in float64: f(x W + b) with the activations as PyTorch's documentation defines them. */

import {
  add,
  type Matrix64,
  map,
  matmul,
  mul,
  type Parameters64,
  type Reference,
  sigmoid,
  tanh,
} from './autodiff.ts';
import { affine, rowsOf } from './operations.ts';

const dense =
  (activation: (z: Matrix64, p: Parameters64) => Matrix64): Reference =>
  (x, p) => {
    const { W, b } = p;
    if (!W || !b) throw new Error('the reference needs W and b');
    return activation(add(matmul(x, W), rowsOf(b, x.rows)), p);
  };

/** Two branches: one where `first` holds, another elsewhere, each with its derivative. */
const branches = (
  first: (z: number) => boolean,
  [f, fSlope]: readonly [(z: number) => number, (z: number) => number],
  [g, gSlope]: readonly [(z: number) => number, (z: number) => number],
) =>
  dense((z) =>
    map(
      z,
      (v) => (first(v) ? f(v) : g(v)),
      (v) => (first(v) ? fSlope(v) : gSlope(v)),
    ),
  );

const line = (slope: number, shift = 0) => [(z: number) => slope * z + shift, () => slope] as const;
const exponential = (scale: number) =>
  [(z: number) => scale * Math.expm1(z), (z: number) => scale * Math.exp(z)] as const;
const positive = (z: number): boolean => z > 0;

/** Klambauer et al. 2017, equation 14. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

export const denseReferences: Readonly<Record<string, Reference>> = {
  Linear: dense((z) => z),
  'Dense ReLU': branches(positive, line(1), line(0)),
  'Dense ReLU6': branches((z) => z > 0 && z < 6, line(1), [(z) => (z > 0 ? 6 : 0), () => 0]),
  'Dense leaky ReLU': branches(positive, line(1), line(0.01)),
  'Dense PReLU': dense((z, p) => {
    const above = map(
      z,
      (v) => Math.max(v, 0),
      (v) => (v > 0 ? 1 : 0),
    );
    const below = map(
      z,
      (v) => Math.min(v, 0),
      (v) => (v > 0 ? 0 : 1),
    );
    return add(above, mul(below, rowsOf(p.slope as Matrix64, z.rows)));
  }),
  // The slope that prediction uses: the middle of 1/8 and 1/3.
  'Dense RReLU': branches(positive, line(1), line(11 / 48)),
  'Dense ELU': branches(positive, line(1), exponential(1)),
  'Dense SELU': branches(positive, line(SELU_SCALE), exponential(SELU_SCALE * SELU_ALPHA)),
  'Dense softplus': dense((z) =>
    map(
      z,
      (v) => (v > 0 ? v : 0) + Math.log1p(Math.exp(-Math.abs(v))),
      (v) => 1 / (1 + Math.exp(-v)),
    ),
  ),
  'Dense softsign': dense((z) =>
    map(
      z,
      (v) => v / (1 + Math.abs(v)),
      (v) => (1 + Math.abs(v)) ** -2,
    ),
  ),
  'Dense tanh': dense(tanh),
  'Dense hardtanh': branches((z) => Math.abs(z) < 1, line(1), [Math.sign, () => 0]),
  'Dense tanhshrink': dense((z) => add(z, affine(tanh(z), -1))),
  'Dense sigmoid': dense(sigmoid),
  'Dense hardshrink': branches((z) => Math.abs(z) > 0.5, line(1), line(0)),
  'Dense softshrink': branches((z) => Math.abs(z) > 0.5, [(z) => z - 0.5 * Math.sign(z), () => 1], line(0)),
  'Dense threshold': branches((z) => z > 1, line(1), line(0)),
};
