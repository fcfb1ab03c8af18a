/**
 * @file Losses. Each fragment needs the `math` fragment before it and defines, for one output y and its target t,
 *
 *     p_loss(y: f32, t: f32) -> f32        the loss of this element
 *     p_loss_grad(y: f32, t: f32) -> f32   its derivative by y
 *
 * Whoever adds the elements up divides both by rows × outputs where `mean` is true. Where a loss has a
 * corner, its derivative there is 0.
 */

import { f32, wgsl } from './wgsl.ts';

/** Numbers fixed when the shader is built; every loss ignores those it does not have. */
export interface LossConstants {
  /** Huber: where the square turns into a line; positive, 1 unless given. */
  readonly delta?: number;
}

/** A loss of one's own, as those here are: a sum or mean over all elements, each of which depends on its output and target alone. */
export interface OwnLoss {
  /** Whether the loss is the mean over all elements; else it is their sum. */
  readonly mean: boolean;
  /**
   * WGSL of `p_loss(y: f32, t: f32) -> f32` and of its derivative by y, `p_loss_grad(y: f32, t: f32) -> f32`, for a prefix `p`. The
   * functions `m_exp`, `m_log`, `m_tanh`, `m_sigmoid` and others of the package are there to be called. The same prefix must
   * give the same text each time.
   */
  readonly code: (prefix: string) => string;
}

export interface LossShader extends OwnLoss {
  /** The element's loss, for documents; e = y − t. */
  readonly formula: string;
  /** The two functions above, for a prefix. */
  readonly code: (prefix: string, constants?: LossConstants) => string;
}

const squared = (p: string): string => wgsl`
fn ${p}_loss(y: f32, t: f32) -> f32 { return (y - t) * (y - t); }
fn ${p}_loss_grad(y: f32, t: f32) -> f32 { return 2.0f * (y - t); }
`;

const absolute = (p: string): string => wgsl`
fn ${p}_loss(y: f32, t: f32) -> f32 { return abs(y - t); }
fn ${p}_loss_grad(y: f32, t: f32) -> f32 { return select(select(0.0f, 1.0f, y > t), -1.0f, y < t); }
`;

// min(|e|, δ) is e where the loss is a square and δ where it is a line: one formula for both.
const huber = (p: string, { delta = 1 }: LossConstants = {}): string => wgsl`
fn ${p}_loss(y: f32, t: f32) -> f32 {
  let e = abs(y - t);
  let bent = min(e, ${f32(delta)});
  return bent * (e - 0.5f * bent);
}
fn ${p}_loss_grad(y: f32, t: f32) -> f32 { return clamp(y - t, ${f32(-delta)}, ${f32(delta)}); }
`;

/**
 * −t log σ(y) − (1 − t) log(1 − σ(y)) of a logit y and a target t from 0 to 1, as max(y, 0) − t y + log(1 + e) with e = exp(−|y|);
 * the logarithm as 2 artanh(e / (2 + e)), by its series, which is as accurate where e is small.
 */
const binaryCrossEntropy = (p: string): string => wgsl`
fn ${p}_loss(y: f32, t: f32) -> f32 {
  let e = m_exp(-abs(y));
  let z = e / (2.0f + e);
  let q = z * z;
  let series = ${[1, 3, 5, 7, 9, 11, 13].reduceRight((rest, odd) => `(${f32(1 / odd)} + q * ${rest})`, f32(1 / 15))};
  return select(-t, 1.0f - t, y > 0.0f) * y + 2.0f * z * series;
}
fn ${p}_loss_grad(y: f32, t: f32) -> f32 { return m_sigmoid(y) - t; }
`;

/** Every loss by name. Huber: P. J. Huber, Robust Estimation of a Location Parameter, 1964. */
export const losses = {
  meanSquared: { mean: true, formula: 'e²', code: squared },
  sumSquared: { mean: false, formula: 'e²', code: squared },
  meanAbsolute: { mean: true, formula: '|e|', code: absolute },
  huber: { mean: true, formula: '½ e² where |e| ≤ δ, else δ (|e| − ½ δ)', code: huber },
  binaryCrossEntropy: {
    mean: true,
    formula: '−t log σ(y) − (1 − t) log(1 − σ(y))',
    code: binaryCrossEntropy,
  },
} as const satisfies Record<string, LossShader>;

/** Losses that training minimises. */
export type LossName = keyof typeof losses;
