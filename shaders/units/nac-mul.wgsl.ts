/**
 * NAC•, the accumulator in log space: m = exp( log(|x| + ε) W ), W = tanh(Ŵ) ⊙ σ(M̂). Products and quotients of
 * magnitudes; the sign of x is lost.
 *
 * x [B, in] · Ŵ, M̂ [in, out] → m [B, out], always positive.
 * Trask et al., 2018, arXiv:1808.00508, section 3 (the multiplicative path); ε = 1e-7 as in Madsen and Johansen,
 * 2020, arXiv:2001.05016. Where exp leaves float32 it saturates, with derivative zero (see the math fragment).
 */
import { type Fragment, f32, wgsl } from '../wgsl.ts';
import { tanhSigmoidWeight } from './nac.wgsl.ts';

/** log(|x| + ε) with its derivative sign(x) / (|x| + ε), which is zero at x = 0. */
export const logMagnitude = (p: string, epsilon: number): string => wgsl`
fn ${p}_log_magnitude(x: f32) -> f32 { return m_log(abs(x) + ${f32(epsilon)}); }
fn ${p}_log_magnitude_derivative(x: f32) -> f32 { return sign(x) / (abs(x) + ${f32(epsilon)}); }
`;

export const nacMul =
  (epsilon: number): Fragment =>
  (p) =>
    wgsl`
${tanhSigmoidWeight(p)}
${logMagnitude(p, epsilon)}
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(${p}_log_magnitude(x)); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.l + x.logs * w.W);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return m_exp(a.l); }

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  return ${p}_Delta(dy * m_exp_derivative(a.l));
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  return ${p}_Back(${p}_Feature(d.l * w.W), ${p}_Weight(d.l * x.logs));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source {
  return ${p}_Source(d.logs * ${p}_log_magnitude_derivative(x), s);
}
`;
