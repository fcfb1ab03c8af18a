/**
 * NAC•, the accumulator in log space: m = exp( log(|x| + ε) W ), W = tanh(Ŵ) ⊙ σ(M̂). Products and quotients of
 * magnitudes; the sign of x is lost.
 *
 * x [B, in] · Ŵ, M̂ [in, out] → m [B, out], always positive.
 * Trask et al., 2018, arXiv:1808.00508, section 3 (the multiplicative path); ε = 1e-7 as in Madsen and Johansen,
 * 2020, arXiv:2001.05016. Where exp leaves float32 it saturates, with derivative zero (see the math fragment).
 *
 * Two variants of Madsen and Johansen's ablation keep the form and change the weight: NAC•,σ has W = σ(Ŵ), and NAC•,NMU
 * has the NMU's W, clipped to [0, 1] after each update and with its penalty.
 */
import { f32, wgsl } from '../wgsl.ts';
import { type EdgeWeight, withWeight } from './edge-weight.ts';
import { tanhSigmoidWeight } from './nac.wgsl.ts';
import { multiplicationWeight } from './nmu.wgsl.ts';
import type { UnitShader } from './unit.ts';

/** log(|x| + ε) with its derivative sign(x) / (|x| + ε), which is zero at x = 0. */
export const logMagnitude = (p: string, epsilon: number): string => wgsl`
fn ${p}_log_magnitude(x: f32) -> f32 { return m_log(abs(x) + ${f32(epsilon)}); }
fn ${p}_log_magnitude_slope(x: f32) -> f32 { return sign(x) / (abs(x) + ${f32(epsilon)}); }
`;

/** W = σ(Ŵ): between 0 and 1, so that inputs are multiplied and never divided. */
const sigmoidWeight: EdgeWeight = {
  edge: ['W_hat'],
  code: (p) => wgsl`
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(m_sigmoid(e.W_hat)); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge {
  return ${p}_Edge(d.w * m_sigmoid_slope(e.W_hat));
}
`,
};

/** m = exp( log(|x| + ε) W ) for any weight. */
const inLogSpace = (epsilon: number, weight: EdgeWeight): UnitShader => ({
  ...withWeight(weight),
  feature: ['log_x'],
  accumulator: ['log_m'],
  delta: ['log_m'],
  bilinear: [['log_m', 'log_x', 'w']],
  code: (p) => wgsl`
${weight.code(p)}
${logMagnitude(p, epsilon)}
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(${p}_log_magnitude(x)); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.log_m + x.log_x * w.w);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return m_exp(a.log_m); }

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  return ${p}_Delta(dy * m_exp_slope(a.log_m));
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  return ${p}_Back(${p}_Feature(d.log_m * w.w), ${p}_Weight(d.log_m * x.log_x));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source {
  return ${p}_Source(d.log_x * ${p}_log_magnitude_slope(x), s);
}
`,
});

export const nacMul = (epsilon: number): UnitShader => inLogSpace(epsilon, tanhSigmoidWeight);
export const nacMulSigma = (epsilon: number): UnitShader => inLogSpace(epsilon, sigmoidWeight);
export const nacMulNmu = (epsilon: number): UnitShader => inLogSpace(epsilon, multiplicationWeight);
