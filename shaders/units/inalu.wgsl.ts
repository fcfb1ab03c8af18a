/**
 * iNALU, the improved NALU: y = g ⊙ a + (1 − g) ⊙ m ⊙ s with separate weights for both paths and a gate that does not
 * look at the input:
 *
 *     a = x W,  W = tanh(Ŵ) ⊙ σ(M̂)
 *     m = exp( min( log(max(|x|, ε)) W′, ω ) ),  W′ = tanh(Ŵ′) ⊙ σ(M̂′)
 *     s = Π ( sign(x) |W′| + 1 − |W′| )  over the inputs, sign(0) = 0
 *     g = σ(ĝ)
 *
 * x [B, in] · Ŵ, M̂, Ŵ′, M̂′ [in, out], ĝ [out] → y [B, out]. ε = 1e-7, ω = 20. The penalty of every raw parameter v, the
 * gate included, is max(20 − |v|, 0).
 * Schlör, Ring and Hotho, "iNALU: Improved Neural Arithmetic Logic Unit", 2020, arXiv:2003.07629, section 3, in the form
 * with independent weights and gates that the Primer's benchmark runs (arXiv:2101.09530): max(|x|, ε) instead of
 * |x| + ε. No derivative passes below ε, above ω, or through sign(x).
 *
 * The factors of s are written 1 − (1 − sign(x)) |W′|: for a positive input exactly 1, and free of rounding otherwise, so
 * that every pass finds the same zeros; the derivative is the product of the other factors, without a division by zero.
 */
import { f32, wgsl } from '../wgsl.ts';
import { tanhSigmoid } from './nac.wgsl.ts';
import { product } from './product.wgsl.ts';
import type { UnitShader } from './unit.ts';

export const inalu = (epsilon: number, omega: number): UnitShader => ({
  edge: ['W_hat', 'M_hat', 'W_hat_mul', 'M_hat_mul'],
  output: ['g'],
  weight: ['w', 'w_mul'],
  feature: ['x', 'log_x', 'flip'],
  accumulator: ['sum', 'log_m', 'sign', 'zeros'],
  delta: ['sum', 'log_m', 'sign', 'zeros', 'gate'],
  regularise: ['edge', 'output'],
  code: (p) => wgsl`
${tanhSigmoid(p)}
${product(p)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight {
  return ${p}_Weight(${p}_squash(e.W_hat, e.M_hat), ${p}_squash(e.W_hat_mul, e.M_hat_mul));
}
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature {
  return ${p}_Feature(x, m_log(max(abs(x), ${f32(epsilon)})), 1.0 - m_sign(x));
}
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0, 0.0, 1.0, 0.0); }
fn ${p}_factor(flip: f32, w: f32) -> f32 { return 1.0 - flip * abs(w); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  let next = ${p}_product_step(vec2f(a.sign, a.zeros), ${p}_factor(x.flip, w.w_mul));
  return ${p}_Accumulator(a.sum + x.x * w.w, a.log_m + x.log_x * w.w_mul, next.x, next.y);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 {
  let g = m_sigmoid_pair(s.g);
  let m = m_exp(min(a.log_m, ${f32(omega)}));
  return g.x * a.sum + g.y * m * ${p}_product_value(vec2f(a.sign, a.zeros));
}

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  let g = m_sigmoid_pair(s.g);
  let m = m_exp(min(a.log_m, ${f32(omega)}));
  let sign = vec2f(a.sign, a.zeros);
  let value = ${p}_product_value(sign);
  return ${p}_Delta(
    dy * g.x,
    select(0.0, dy * g.y * m * value, a.log_m <= ${f32(omega)}),
    select(0.0, dy * g.y * m * a.sign, ${p}_product_open(sign)),
    a.zeros,
    dy * (a.sum - m * value) * (g.x * g.y),
  );
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  let others = ${p}_product_others(vec2f(d.sign, d.zeros), ${p}_factor(x.flip, w.w_mul));
  return ${p}_Back(
    ${p}_Feature(d.sum * w.w, d.log_m * w.w_mul, 0.0),
    ${p}_Weight(d.sum * x.x, d.log_m * x.log_x - others * x.flip * m_sign(w.w_mul)),
  );
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source {
  let inside = abs(x) >= ${f32(epsilon)};
  return ${p}_Source(d.x + select(0.0, d.log_x / select(1.0, x, inside), inside), s);
}
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge {
  let slopes = ${p}_squash_slopes(e.W_hat, e.M_hat);
  let mul = ${p}_squash_slopes(e.W_hat_mul, e.M_hat_mul);
  return ${p}_Edge(d.w * slopes.x, d.w * slopes.y, d.w_mul * mul.x, d.w_mul * mul.y);
}
fn ${p}_output_back(d: ${p}_Delta) -> ${p}_Output { return ${p}_Output(d.gate); }

// Derivative of max(20 − |v|, 0), at 0 that of −v.
fn ${p}_outwards(v: f32) -> f32 { return select(0.0, select(-1.0, 1.0, v < 0.0), abs(v) < 20.0); }
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge {
  return ${p}_Edge(${p}_outwards(e.W_hat), ${p}_outwards(e.M_hat), ${p}_outwards(e.W_hat_mul), ${p}_outwards(e.M_hat_mul));
}
fn ${p}_regularise_output(s: ${p}_Output) -> ${p}_Output { return ${p}_Output(${p}_outwards(s.g)); }
`,
});
