/**
 * NAC, the neural accumulator: a = x W, W = tanh(Ŵ) ⊙ σ(M̂).
 *
 * x [B, in] · Ŵ, M̂ [in, out] → a [B, out].
 * Trask et al., "Neural Arithmetic Logic Units", 2018, arXiv:1808.00508, equations 1 and 2.
 */
import { type Fragment, wgsl } from '../wgsl.ts';

/** W = tanh(Ŵ) ⊙ σ(M̂) and its chain rule. */
export const tanhSigmoid: Fragment = (p) => wgsl`
fn ${p}_squash(W_hat: f32, M_hat: f32) -> f32 {
  return m_tanh(W_hat) * m_sigmoid(M_hat);
}
// (∂W/∂Ŵ, ∂W/∂M̂). The derivatives come from exponentials, not from 1 − tanh², so that they stay exact where tanh is 1.
fn ${p}_squash_derivatives(W_hat: f32, M_hat: f32) -> vec2f {
  return vec2f(m_tanh_derivative(W_hat) * m_sigmoid(M_hat), m_tanh(W_hat) * m_sigmoid_derivative(M_hat));
}
`;

/** The same as the one weight of an edge. */
export const tanhSigmoidWeight: Fragment = (p) => wgsl`
${tanhSigmoid(p)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(${p}_squash(e.W_hat, e.M_hat)); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge {
  let derivatives = ${p}_squash_derivatives(e.W_hat, e.M_hat);
  return ${p}_Edge(d.W * derivatives.x, d.W * derivatives.y);
}
`;

/** a = x W, for any weight. */
export const accumulate: Fragment = (p) => wgsl`
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.a + x.x * w.W);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return a.a; }

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta { return ${p}_Delta(dy); }
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  return ${p}_Back(${p}_Feature(d.a * w.W), ${p}_Weight(d.a * x.x));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source { return ${p}_Source(d.x, s); }
`;

export const nac: Fragment = (p) => tanhSigmoidWeight(p) + accumulate(p);
