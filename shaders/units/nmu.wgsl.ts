/**
 * NMU, the neural multiplication unit: y = Π ( W x + 1 − W ) over the inputs, 0 ≤ W ≤ 1.
 *
 * x [B, in] · W [in, out] → y [B, out]. After each update W is clipped to [0, 1]; the penalty of an edge is
 * min(|W|, |1 − W|), which draws W to 0 (the input is ignored) and 1 (it is a factor); at ½ it pulls towards 1.
 * Madsen and Johansen, "Neural Arithmetic Units", 2020, arXiv:2001.05016, equations 10 to 12. As in their code, the
 * forward pass uses W as it is: weights set by hand may lie outside [0, 1].
 *
 * Where float32 cannot hold the product it saturates (see the product fragment). A factor that vanishes only by rounding
 * may be zero in one pass and not in another; its own derivative is then 0 for that row.
 */
import { type Fragment, wgsl } from '../wgsl.ts';
import { product } from './product.wgsl.ts';

export const nmu: Fragment = (p) => wgsl`
${product(p)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(e.W); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge { return ${p}_Edge(d.W); }
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge {
  return ${p}_Edge(select(-m_sign(1.0 - e.W), m_sign(e.W), e.W < 0.5));
}
fn ${p}_project_edge(e: ${p}_Edge) -> ${p}_Edge { return ${p}_Edge(clamp(e.W, 0.0, 1.0)); }
// W x + 1 − W: exactly x where W is 1 and exactly 1 where W is 0.
fn ${p}_factor(x: ${p}_Feature, w: ${p}_Weight) -> f32 { return ${p}_saturate(w.W * x.x + (1.0 - w.W)); }
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(1.0, 0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  let next = ${p}_product_step(vec2f(a.m, a.m_zeros), ${p}_factor(x, w));
  return ${p}_Accumulator(next.x, next.y);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 { return ${p}_product_value(vec2f(a.m, a.m_zeros)); }

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  return ${p}_Delta(select(0.0, dy, ${p}_product_open(vec2f(a.m, a.m_zeros))), a.m, a.m_zeros);
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  let others = d.m * ${p}_product_others(vec2f(d.m_product, d.m_zeros), ${p}_factor(x, w));
  return ${p}_Back(${p}_Feature(others * w.W), ${p}_Weight(others * (x.x - 1.0)));
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source { return ${p}_Source(d.x, s); }
`;
