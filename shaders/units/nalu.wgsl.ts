/**
 * NALU, the neural arithmetic logic unit: y = g ⊙ a + (1 − g) ⊙ m with a = x W, m = exp( log(|x| + ε) W′ ),
 * g = σ(x G), W = tanh(Ŵ) ⊙ σ(M̂).
 *
 * x [B, in] · Ŵ, M̂, G [in, out] → y [B, out]. Tied weights share W between both paths (W′ = W, the paper's form);
 * untied ones give the multiplicative path its own Ŵ′, M̂′.
 * Trask et al., 2018, arXiv:1808.00508, equations 1 to 3; ε = 1e-7 and the untied form as in Madsen and Johansen,
 * 2020, arXiv:2001.05016. Where exp leaves float32 it saturates, with derivative zero (see the math fragment).
 *
 * The three products x W, log(|x| + ε) W′ and x G share one pass over the inputs.
 *
 * G-NALU (Rana et al., 2020, arXiv:2004.06674) replaces e by the golden ratio φ: tanh_φ(v) = (φ²ᵛ − 1) / (φ²ᵛ + 1),
 * σ_φ(v) = 1 / (1 + φ⁻ᵛ), and m = φ^( log_φ(|x| + ε) W ). With tanh_φ(v) = tanh(v ln φ), σ_φ(v) = σ(v ln φ) and
 * m = exp( log(|x| + ε) W ), all exact, it is NALU with every raw parameter times `scale` = ln φ, and free of φ²ᵛ, which
 * overflows.
 */
import { f32, wgsl } from '../wgsl.ts';
import { tanhSigmoid } from './nac.wgsl.ts';
import { logMagnitude } from './nac-mul.wgsl.ts';
import type { UnitShader } from './unit.ts';

const tiedEdge = ['W_hat', 'M_hat', 'G'];
const untiedEdge = ['W_hat', 'M_hat', 'W_hat_mul', 'M_hat_mul', 'G'];

export const nalu = (epsilon: number, tied: boolean, scale = 1): UnitShader => ({
  edge: tied ? tiedEdge : untiedEdge,
  weight: tied ? ['w', 'g'] : ['w', 'g', 'w_mul'],
  feature: ['x', 'log_x'],
  accumulator: ['sum', 'log_m', 'gate'],
  delta: ['sum', 'log_m', 'gate'],
  bilinear: [
    ['sum', 'x', 'w'],
    ['log_m', 'log_x', tied ? 'w' : 'w_mul'],
    ['gate', 'x', 'g'],
  ],
  code: (p) => wgsl`
${tanhSigmoid(p)}
${logMagnitude(p, epsilon)}
const ${p}_SCALE = ${f32(scale)};
fn ${p}_scaled(e: ${p}_Edge) -> ${p}_Edge {
  return ${p}_Edge(${(tied ? tiedEdge : untiedEdge).map((name) => `${p}_SCALE * e.${name}`).join(', ')});
}
fn ${p}_weight(raw: ${p}_Edge) -> ${p}_Weight {
  let e = ${p}_scaled(raw);
#if ${tied}
  return ${p}_Weight(${p}_squash(e.W_hat, e.M_hat), e.G);
#else
  return ${p}_Weight(${p}_squash(e.W_hat, e.M_hat), e.G, ${p}_squash(e.W_hat_mul, e.M_hat_mul));
#endif
}
fn ${p}_mul_weight(w: ${p}_Weight) -> f32 {
#if ${tied}
  return w.w;
#else
  return w.w_mul;
#endif
}
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x, ${p}_log_magnitude(x)); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0, 0.0, 0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.sum + x.x * w.w, a.log_m + x.log_x * ${p}_mul_weight(w), a.gate + x.x * w.g);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 {
  let g = m_sigmoid_pair(a.gate);
  return g.x * a.sum + g.y * m_exp(a.log_m);
}

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  let g = m_sigmoid_pair(a.gate);
  return ${p}_Delta(
    dy * g.x,
    dy * g.y * m_exp_slope(a.log_m),
    dy * (a.sum - m_exp(a.log_m)) * (g.x * g.y),
  );
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
#if ${tied}
  let dw = ${p}_Weight(d.sum * x.x + d.log_m * x.log_x, d.gate * x.x);
#else
  let dw = ${p}_Weight(d.sum * x.x, d.gate * x.x, d.log_m * x.log_x);
#endif
  return ${p}_Back(${p}_Feature(d.sum * w.w + d.gate * w.g, d.log_m * ${p}_mul_weight(w)), dw);
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source {
  return ${p}_Source(d.x + d.log_x * ${p}_log_magnitude_slope(x), s);
}
fn ${p}_weight_back(raw: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge {
  let e = ${p}_scaled(raw);
  let slopes = ${p}_squash_slopes(e.W_hat, e.M_hat);
#if ${tied}
  return ${p}_scaled(${p}_Edge(d.w * slopes.x, d.w * slopes.y, d.g));
#else
  let mul = ${p}_squash_slopes(e.W_hat_mul, e.M_hat_mul);
  return ${p}_scaled(${p}_Edge(d.w * slopes.x, d.w * slopes.y, d.w_mul * mul.x, d.w_mul * mul.y, d.g));
#endif
}
`,
});
