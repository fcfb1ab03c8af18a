/**
 * MCFC, the mass-conserving fully-connected layer: y = o ⊙ (x J), J = softmax of r over the outputs, o = σ(w + b). Every
 * input is shared out among the outputs, and a gate lets a part of each output through.
 *
 * x [B, in] · r [in, out], w, b [out] → y [B, out]. The gate's auxiliary input is the constant 1, so w and b act as one
 * number; both are kept because their penalties and updates count twice. The penalty of every parameter v is −v².
 * Hoedt et al., "MC-LSTM: Mass-Conserving LSTM", 2021, arXiv:2101.05186, in the form of the later benchmark of the Primer
 * (arXiv:2101.09530). With one output J is 1 and y = σ(w + b) Σ x: it is the sum within float32 from w + b = 16.6 on.
 */
import { f32, wgsl } from '../wgsl.ts';
import type { UnitShader } from './unit.ts';

/** The shares J: a softmax over the outputs of each input, from its running maximum and sum. */
export const shares = {
  edge: ['r'],
  group: ['max', 'sum'],
  weight: ['share'],
  code: (p: string): string => wgsl`
fn ${p}_group_zero() -> ${p}_Group { return ${p}_Group(${f32(-3e38)}, 0.0); }
fn ${p}_group_fold(g: ${p}_Group, e: ${p}_Edge) -> ${p}_Group {
  let top = max(g.max, e.r);
  return ${p}_Group(top, g.sum * m_exp(g.max - top) + m_exp(e.r - top));
}
fn ${p}_weight(e: ${p}_Edge, g: ${p}_Group) -> ${p}_Weight { return ${p}_Weight(m_exp(e.r - g.max) / g.sum); }
// The adjoint of the group: Σ J dJ over the outputs, in the first of its floats.
fn ${p}_group_back(e: ${p}_Edge, g: ${p}_Group, d: ${p}_Weight) -> ${p}_Group {
  return ${p}_Group(${p}_weight(e, g).share * d.share, 0.0);
}
fn ${p}_weight_back(e: ${p}_Edge, g: ${p}_Group, d: ${p}_Weight, dg: ${p}_Group) -> ${p}_Edge {
  return ${p}_Edge(${p}_weight(e, g).share * (d.share - dg.max));
}
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(-2.0 * e.r); }
`,
};

export const mcfc: UnitShader = {
  edge: shares.edge,
  output: ['w', 'b'],
  group: shares.group,
  weight: shares.weight,
  feature: ['x'],
  accumulator: ['sum'],
  delta: ['sum', 'gate'],
  regularise: ['edge', 'output'],
  code: (p) => wgsl`
${shares.code(p)}
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  return ${p}_Accumulator(a.sum + x.x * w.share);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return m_sigmoid(s.w + s.b) * a.sum; }

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  let o = m_sigmoid_pair(s.w + s.b);
  return ${p}_Delta(dy * o.x, dy * a.sum * (o.x * o.y));
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  return ${p}_Back(${p}_Feature(d.sum * w.share), ${p}_Weight(d.sum * x.x));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source { return ${p}_Source(d.x, s); }
fn ${p}_output_back(d: ${p}_Delta) -> ${p}_Output { return ${p}_Output(d.gate, d.gate); }
fn ${p}_regularise_output(s: ${p}_Output) -> ${p}_Output { return ${p}_Output(-2.0 * s.w, -2.0 * s.b); }
`,
};
