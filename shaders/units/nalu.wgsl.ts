/**
 * NALU, the neural arithmetic logic unit: y = g ⊙ a + (1 − g) ⊙ m with a = x W, m = exp( log(|x| + ε) W ),
 * g = σ(x G), W = tanh(Ŵ) ⊙ σ(M̂).
 *
 * x [B, in] · Ŵ, M̂, G [in, out] → y [B, out].
 * Trask et al., 2018, arXiv:1808.00508, equations 1 to 3; ε = 1e-7 as in Madsen and Johansen, 2020, arXiv:2001.05016. Where
 * exp leaves float32 it saturates, with derivative zero (see the math fragment).
 *
 * The three products x W, log(|x| + ε) W and x G share one pass over the inputs.
 */
import { type Fragment, wgsl } from '../wgsl.ts';
import { tanhSigmoid } from './nac.wgsl.ts';
import { logMagnitude } from './nac-mul.wgsl.ts';

export const nalu =
  (epsilon: number): Fragment =>
  (p) =>
    wgsl`
${tanhSigmoid(p)}
${logMagnitude(p, epsilon)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(${p}_squash(e.W_hat, e.M_hat), e.G); }
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x, ${p}_log_magnitude(x)); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0, 0.0, 0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.a + x.x * w.W, a.l + x.logs * w.W, a.z + x.x * w.G);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 {
  let g = m_sigmoid_pair(a.z);
  return g.x * a.a + g.y * m_exp(a.l);
}

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  let g = m_sigmoid_pair(a.z);
  return ${p}_Delta(
    dy * g.x,
    dy * g.y * m_exp_derivative(a.l),
    dy * (a.a - m_exp(a.l)) * (g.x * g.y),
  );
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  return ${p}_Back(
    ${p}_Feature(d.a * w.W + d.z * w.G, d.l * w.W),
    ${p}_Weight(d.a * x.x + d.l * x.logs, d.z * x.x),
  );
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source {
  return ${p}_Source(d.x + d.logs * ${p}_log_magnitude_derivative(x), s);
}
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge {
  let derivatives = ${p}_squash_derivatives(e.W_hat, e.M_hat);
  return ${p}_Edge(d.W * derivatives.x, d.W * derivatives.y, d.G);
}
`;
