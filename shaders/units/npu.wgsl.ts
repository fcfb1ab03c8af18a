/**
 * NPU, the neural power unit: products of powers through complex arithmetic, with a relevance gate per input:
 *
 *     ĝ = clamp(g, 0, 1),  r = ĝ ⊙ (|x| + ε) + 1 − ĝ,  k = ĝ ⊙ π [x < 0]
 *     y = exp( log(r) W − k W″ ) ⊙ cos( k W + log(r) W″ )
 *
 * with W the real and W″ the imaginary part of the weights. The RealNPU has W″ = 0.
 *
 * x [B, in] · W, W″ [in, out], g [in] → y [B, out]. ε = 2⁻²³. The penalty of every parameter is its magnitude (L1).
 * Heim, Pevný and Šmídl, "Neural Power Units", 2020, arXiv:2006.01681, in the form of the Primer's benchmark
 * (arXiv:2101.09530), where no derivative passes a gate outside [0, 1]; in the authors' own code it passes.
 *
 * The modified RealNPU (Mistry, Farrahi and Hare, "Learning Division with Neural Arithmetic Logic Modules", 2021,
 * arXiv:2110.05177) clips W to [−1, 1] and g to [0, 1] after each update; its penalty is |1 − |W|| for weights and
 * min(|g|, |1 − g|) for gates. The published runs add the L1 penalty of the RealNPU, at most 1e-7, which is left out here.
 *
 * The part k W of the phase is summed in half turns, without π, so that whole powers have an exact sign. Where exp leaves
 * float32 it saturates; then neither its argument nor the phase gets a derivative.
 */
import { f32, wgsl } from '../wgsl.ts';
import { towardsZeroOne } from './penalties.wgsl.ts';
import type { UnitShader } from './unit.ts';

/** Struct fields and functions of the inputs, which NPU and RealNPU share: log r, and k in half turns. */
const gatedInput = {
  input: ['g'],
  feature: ['log_r', 'turns'],
  code: (p: string, epsilon: number): string => wgsl`
const ${p}_PI = 3.14159265f;
fn ${p}_gated(x: f32, g: f32) -> f32 { return g * (abs(x) + ${f32(epsilon)}) + (1.0 - g); }
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature {
  let g = clamp(s.g, 0.0, 1.0);
  return ${p}_Feature(m_log(${p}_gated(x, g)), select(0.0, g, x < 0.0));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source {
  let g = clamp(s.g, 0.0, 1.0);
  let dr = d.log_r / ${p}_gated(x, g);
  let dg = dr * ((abs(x) - 1.0) + ${f32(epsilon)}) + select(0.0, d.turns, x < 0.0);
  return ${p}_Source(dr * g * m_sign(x), ${p}_Input(select(0.0, dg, s.g == g)));
}
`,
};

export const npu = (epsilon: number): UnitShader => ({
  edge: ['W_re', 'W_im'],
  input: gatedInput.input,
  weight: ['w_re', 'w_im'],
  feature: gatedInput.feature,
  accumulator: ['log_m', 'turns', 'angle'],
  delta: ['log_m', 'phase'],
  regularise: ['edge', 'input'],
  code: (p) => wgsl`
${gatedInput.code(p, epsilon)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(e.W_re, e.W_im); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0, 0.0, 0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(
    a.log_m + (x.log_r * w.w_re - ${p}_PI * x.turns * w.w_im),
    a.turns + x.turns * w.w_re,
    a.angle + x.log_r * w.w_im,
  );
}
// (sin, cos) of π turns + angle.
fn ${p}_phase(a: ${p}_Accumulator) -> vec2f {
  let s = m_sincospi(a.turns);
  let c = m_sincos(a.angle);
  return vec2f(s.x * c.y + s.y * c.x, s.y * c.y - s.x * c.x);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return m_exp(a.log_m) * ${p}_phase(a).y; }

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  let both = dy * m_exp_slope(a.log_m) * ${p}_phase(a);
  return ${p}_Delta(both.y, -both.x);
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  let k = ${p}_PI * x.turns;
  return ${p}_Back(
    ${p}_Feature(d.log_m * w.w_re + d.phase * w.w_im, ${p}_PI * (d.phase * w.w_re - d.log_m * w.w_im)),
    ${p}_Weight(d.log_m * x.log_r + d.phase * k, d.phase * x.log_r - d.log_m * k),
  );
}
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge { return ${p}_Edge(d.w_re, d.w_im); }
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(m_sign(e.W_re), m_sign(e.W_im)); }
fn ${p}_regularise_input(s: ${p}_Input) -> ${p}_Input { return ${p}_Input(m_sign(s.g)); }
`,
});

/** `modified`: with clipping and penalties towards whole numbers. */
export const realNpu = (epsilon: number, modified: boolean): UnitShader => ({
  edge: ['W_re'],
  input: gatedInput.input,
  weight: ['w'],
  feature: gatedInput.feature,
  accumulator: ['log_m', 'turns'],
  delta: ['log_m', 'phase'],
  regularise: ['edge', 'input'],
  ...(modified && { project: ['edge', 'input'] }),
  code: (p) => wgsl`
${gatedInput.code(p, epsilon)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(e.W_re); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0, 0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.log_m + x.log_r * w.w, a.turns + x.turns * w.w);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return m_exp(a.log_m) * m_cospi(a.turns); }

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  let both = dy * m_exp_slope(a.log_m) * m_sincospi(a.turns);
  return ${p}_Delta(both.y, -${p}_PI * both.x);
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  return ${p}_Back(${p}_Feature(d.log_m * w.w, d.phase * w.w), ${p}_Weight(d.log_m * x.log_r + d.phase * x.turns));
}
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge { return ${p}_Edge(d.w); }
#if ${modified}
${towardsZeroOne(p)}
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(-m_sign(e.W_re) * m_sign(1.0 - abs(e.W_re))); }
fn ${p}_regularise_input(s: ${p}_Input) -> ${p}_Input { return ${p}_Input(${p}_towards_bits(s.g)); }
fn ${p}_project_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(clamp(e.W_re, -1.0, 1.0)); }
fn ${p}_project_input(s: ${p}_Input) -> ${p}_Input { return ${p}_Input(clamp(s.g, 0.0, 1.0)); }
#else
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(m_sign(e.W_re)); }
fn ${p}_regularise_input(s: ${p}_Input) -> ${p}_Input { return ${p}_Input(m_sign(s.g)); }
#endif
`,
});
