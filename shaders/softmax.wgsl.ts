/**
 * @file The cross-entropy of a softmax, −Σ t log softmax(y) over the outputs y of a row, which are logits: with L = log Σ exp(y),
 * Σ t (L − y). Its derivative by y is softmax(y) Σ t − t. J. S. Bridle, Probabilistic interpretation of feedforward
 * classification network outputs, 1990.
 *
 * L is max(y) + log Σ exp(y − max(y)), whose sum is of numbers up to 1, one of them 1: no logit is too large or too small.
 */

import type { LossShader } from './loss.ts';
import { wgsl } from './wgsl.ts';

export const softmaxCrossEntropy: LossShader = {
  mean: true,
  perRow: true,
  targets: [0, 1],
  code: (p) => wgsl`
// largest: of the outputs; sum: of exp(y - largest); targets: their sum
struct ${p}_Row { largest: f32, sum: f32, targets: f32 }
// exp of what is not above 0; the difference of two logits may be infinite.
fn ${p}_power(difference: f32) -> f32 { return m_exp(max(difference, -200.0f)); }
fn ${p}_row() -> ${p}_Row { return ${p}_Row(-3.4028234e38f, 0.0f, 0.0f); }
fn ${p}_row_add(row: ${p}_Row, y: f32, t: f32) -> ${p}_Row {
  let largest = max(row.largest, y);
  let sum = row.sum * ${p}_power(row.largest - largest) + ${p}_power(y - largest);
  return ${p}_Row(largest, sum, row.targets + t);
}
// A target of 0 costs nothing, whatever its logit.
fn ${p}_loss(y: f32, t: f32, row: ${p}_Row) -> f32 { return select(t * ((row.largest - y) + m_log(row.sum)), 0.0f, t == 0.0f); }
fn ${p}_loss_grad(y: f32, t: f32, row: ${p}_Row) -> f32 { return ${p}_power(y - row.largest) / row.sum * row.targets - t; }
`,
};
