/**
 * NMU, the neural multiplication unit: y = Π ( W x + 1 − W ) over the inputs, 0 ≤ W ≤ 1.
 *
 * x [B, in] · W [in, out] → y [B, out]. After each update W is clipped to [0, 1]; the penalty of an edge is
 * min(|W|, |1 − W|), which draws W to 0 (the input is ignored) and 1 (it is a factor).
 * Madsen and Johansen, "Neural Arithmetic Units", 2020, arXiv:2001.05016, equations 10 to 12. As in their code, the
 * forward pass uses W as it is: weights set by hand may lie outside [0, 1].
 *
 * Where float32 cannot hold the product it saturates (see the product fragment). A factor that vanishes only by rounding
 * may be zero in one pass and not in another; its own derivative is then 0 for that row.
 */
import { wgsl } from '../wgsl.ts';
import { type EdgeWeight, withWeight } from './edge-weight.ts';
import { towardsZeroOne } from './penalties.wgsl.ts';
import { product } from './product.wgsl.ts';
import type { UnitShader } from './unit.ts';

/** W as it is, clipped to [0, 1] after each update. */
export const multiplicationWeight: EdgeWeight = {
  edge: ['W'],
  regularise: ['edge'],
  project: ['edge'],
  code: (p) => wgsl`
${towardsZeroOne(p)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(e.W); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge { return ${p}_Edge(d.w); }
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(${p}_towards_bits(e.W)); }
fn ${p}_project_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(clamp(e.W, 0.0, 1.0)); }
`,
};

/** `p_factor(x, w)`: w x + 1 − w, exactly x where w is 1 and exactly 1 where w is 0. Needs the product fragment. */
export const factor = (p: string): string => wgsl`
fn ${p}_factor(x: f32, w: f32) -> f32 { return ${p}_hold(w * x + (1.0 - w)); }
`;

export const nmu: UnitShader = {
  ...withWeight(multiplicationWeight),
  feature: ['x'],
  accumulator: ['product', 'zeros'],
  delta: ['y', 'product', 'zeros'],
  code: (p) => wgsl`
${multiplicationWeight.code(p)}
${product(p)}
${factor(p)}
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(1.0, 0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  let next = ${p}_product_step(vec2f(a.product, a.zeros), ${p}_factor(x.x, w.w));
  return ${p}_Accumulator(next.x, next.y);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return ${p}_product_value(vec2f(a.product, a.zeros)); }

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  return ${p}_Delta(select(0.0, dy, ${p}_product_open(vec2f(a.product, a.zeros))), a.product, a.zeros);
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  let others = d.y * ${p}_product_others(vec2f(d.product, d.zeros), ${p}_factor(x.x, w.w));
  return ${p}_Back(${p}_Feature(others * w.w), ${p}_Weight(others * (x.x - 1.0)));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source { return ${p}_Source(d.x, s); }
`,
};
