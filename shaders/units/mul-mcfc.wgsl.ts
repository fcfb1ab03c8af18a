/**
 * MulMCFC, MCFC in log space, alone and with two ways to find the sign of the output:
 *
 *     y = s ⊙ exp( o ⊙ (log(x) J) + α ),  J = softmax of r over the outputs, o = σ(w + b)
 *
 * - `none`: s = 1, for positive inputs;
 * - `product`, as iNALU finds it: |x| instead of x, s = Π ( sign(x) J + 1 − J ) over the inputs, sign(0) = 0;
 * - `cosine`, as RealNPU finds it: |x| instead of x, s = cos( k J ), k = ĝ ⊙ π [x < 0], ĝ = clamp(g, 0, 1).
 *
 * x [B, in] · r [in, out], w, b, α [out] and, with `cosine`, g [in] → y [B, out]. The penalty of r, w and b is −v²; α has
 * none; that of g is min(|g|, |1 − g|) / 10, which at the benchmark's strength of 10 is its strength of 1.
 * Hoedt et al., "MC-LSTM: Mass-Conserving LSTM", 2021, arXiv:2101.05186; the sign variants are from the later benchmark of
 * the Primer (arXiv:2101.09530).
 *
 * The slope of the cosine is that of the original's cos(fl(π) t), whose π is rounded to float32: −π (sin(πt) + δ t cos(πt)),
 * δ = fl(π) − π = 8.742278e-8. Everything begins at g = 0.5, and two negative inputs of one output then have a phase of
 * exactly π, where the true slope is 0 and training would never leave. With the rounded π it is −2.7e-7, which Adam's
 * normalisation is enough for: 25 of 25 models solve the ranges below zero, as published, and without it none.
 *
 * Deviation: the original takes log(x) as it is: −∞ at 0, not a number below. Here log(x) is log(max(x, 2⁻¹²⁶)), and
 * derivative 0 below, so an input that is not positive counts as the smallest number. Where exp leaves float32 it
 * saturates and passes no derivative; a derivative by x that float32 cannot hold saturates at ±3e38.
 */
import { wgsl } from '../wgsl.ts';
import { shares } from './mcfc.wgsl.ts';
import { towardsZeroOne } from './penalties.wgsl.ts';
import { product } from './product.wgsl.ts';
import type { UnitShader } from './unit.ts';

/** How the sign of the output is found. */
export type MulMcfcSign = 'none' | 'product' | 'cosine';

/** Fields that each kind adds to those of the magnitude. */
const signFields = {
  none: { feature: [], accumulator: [], delta: [] },
  product: { feature: ['flip'], accumulator: ['sign', 'zeros'], delta: ['sign', 'zeros'] },
  cosine: { feature: ['turns'], accumulator: ['turns'], delta: ['phase'] },
} as const;

export const mulMcfc = (sign: MulMcfcSign): UnitShader => {
  const byProduct = sign === 'product';
  const byCosine = sign === 'cosine';
  const fields = signFields[sign];
  return {
    edge: shares.edge,
    ...(byCosine && { input: ['g'] }),
    output: ['w', 'b', 'alpha'],
    group: shares.group,
    weight: shares.weight,
    feature: ['log_x', ...fields.feature],
    accumulator: ['sum', ...fields.accumulator],
    delta: ['sum', 'gate', 'alpha', ...fields.delta],
    regularise: byCosine ? ['edge', 'input', 'output'] : ['edge', 'output'],
    code: (p) => wgsl`
${shares.code(p)}
${product(p)}
${towardsZeroOne(p)}
const ${p}_PI = 3.14159265f;
fn ${p}_magnitude(x: f32) -> f32 {
#if ${sign === 'none'}
  return x;
#else
  return abs(x);
#endif
}
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature {
  let log_x = m_log(${p}_magnitude(x));
#if ${byProduct}
  return ${p}_Feature(log_x, 1.0 - m_sign(x));
#elif ${byCosine}
  return ${p}_Feature(log_x, select(0.0, clamp(s.g, 0.0, 1.0), x < 0.0));
#else
  return ${p}_Feature(log_x);
#endif
}
fn ${p}_zero() -> ${p}_Accumulator {
#if ${byProduct}
  return ${p}_Accumulator(0.0, 1.0, 0.0);
#else
  return ${p}_Accumulator();
#endif
}
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  let sum = a.sum + x.log_x * w.share;
#if ${byProduct}
  let next = ${p}_product_step(vec2f(a.sign, a.zeros), 1.0 - x.flip * w.share);
  return ${p}_Accumulator(sum, next.x, next.y);
#elif ${byCosine}
  return ${p}_Accumulator(sum, a.turns + x.turns * w.share);
#else
  return ${p}_Accumulator(sum);
#endif
}
fn ${p}_sign(a: ${p}_Accumulator) -> f32 {
#if ${byProduct}
  return ${p}_product_value(vec2f(a.sign, a.zeros));
#elif ${byCosine}
  return m_cospi(a.turns);
#else
  return 1.0;
#endif
}
#if ${byCosine}
fn ${p}_slope(turns: f32) -> f32 { return m_sinpi(turns) + 8.742278e-8f * turns * m_cospi(turns); }
#endif
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 {
  return ${p}_sign(a) * m_exp(m_sigmoid(s.w + s.b) * a.sum + s.alpha);
}

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  let o = m_sigmoid_pair(s.w + s.b);
  let dsign = dy * m_exp_slope(o.x * a.sum + s.alpha);
  let dlog = dsign * ${p}_sign(a);
  let dsum = dlog * o.x;
  let dgate = dlog * a.sum * (o.x * o.y);
#if ${byProduct}
  let open = ${p}_product_open(vec2f(a.sign, a.zeros));
  return ${p}_Delta(dsum, dgate, dlog, select(0.0, dsign * a.sign, open), a.zeros);
#elif ${byCosine}
  return ${p}_Delta(dsum, dgate, dlog, -${p}_PI * dsign * ${p}_slope(a.turns));
#else
  return ${p}_Delta(dsum, dgate, dlog);
#endif
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  let dlog_x = d.sum * w.share;
  let dshare = d.sum * x.log_x;
#if ${byProduct}
  let others = ${p}_product_others(vec2f(d.sign, d.zeros), 1.0 - x.flip * w.share);
  return ${p}_Back(${p}_Feature(dlog_x, 0.0), ${p}_Weight(dshare - others * x.flip));
#elif ${byCosine}
  return ${p}_Back(${p}_Feature(dlog_x, d.phase * w.share), ${p}_Weight(dshare + d.phase * x.turns));
#else
  return ${p}_Back(${p}_Feature(dlog_x), ${p}_Weight(dshare));
#endif
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source {
  let inside = ${p}_magnitude(x) >= 1.17549435e-38f;
  let dx = select(0.0, ${p}_hold(d.log_x / select(1.0, x, inside)), inside);
#if ${byCosine}
  let open = (x < 0.0) & (s.g == clamp(s.g, 0.0, 1.0));
  return ${p}_Source(dx, ${p}_Input(select(0.0, d.turns, open)));
#else
  return ${p}_Source(dx, s);
#endif
}
fn ${p}_output_back(d: ${p}_Delta) -> ${p}_Output { return ${p}_Output(d.gate, d.gate, d.alpha); }
fn ${p}_regularise_output(s: ${p}_Output) -> ${p}_Output { return ${p}_Output(-2.0 * s.w, -2.0 * s.b, 0.0); }
#if ${byCosine}
fn ${p}_regularise_input(s: ${p}_Input) -> ${p}_Input { return ${p}_Input(0.1 * ${p}_towards_bits(s.g)); }
#endif
`,
  };
};
