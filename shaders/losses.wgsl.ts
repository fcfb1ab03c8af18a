/**
 * @file Losses. Each fragment defines, for one output y and its target t,
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

export interface LossShader {
  /** Whether the loss is the mean over all elements; else it is their sum. */
  readonly mean: boolean;
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

/** Every loss by name. Huber: P. J. Huber, Robust Estimation of a Location Parameter, 1964. */
export const losses = {
  meanSquared: { mean: true, formula: 'e²', code: squared },
  sumSquared: { mean: false, formula: 'e²', code: squared },
  meanAbsolute: { mean: true, formula: '|e|', code: absolute },
  huber: { mean: true, formula: '½ e² where |e| ≤ δ, else δ (|e| − ½ δ)', code: huber },
} as const satisfies Record<string, LossShader>;

/** Losses that training minimises. */
export type LossName = keyof typeof losses;
