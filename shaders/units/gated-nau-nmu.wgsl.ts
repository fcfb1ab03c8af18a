/**
 * Gated NAU/NMU: y = g ⊙ a + (1 − g) ⊙ m with a = NAU(x) = x W, m = NMU(x) = Π ( W′ x + 1 − W′ ), g = σ(x G).
 *
 * x [B, in] · W, W′, G [in, out] → y [B, out]. W is clipped to [−1, 1] and W′ to [0, 1] after each update; both have
 * their unit's penalty, the gate has none.
 * Madsen and Johansen, "Neural Arithmetic Units", 2020, arXiv:2001.05016, appendix on the gate of NALU. Where float32
 * cannot hold the product it saturates, and passes no derivative (see the product fragment).
 */
import { wgsl } from '../wgsl.ts';
import { factor } from './nmu.wgsl.ts';
import { towardsMinusOneZeroOne, towardsZeroOne } from './penalties.wgsl.ts';
import { product } from './product.wgsl.ts';
import type { UnitShader } from './unit.ts';

export const gatedNauNmu: UnitShader = {
  edge: ['W', 'W_mul', 'G'],
  weight: ['w', 'w_mul', 'g'],
  feature: ['x'],
  accumulator: ['sum', 'product', 'zeros', 'gate'],
  delta: ['sum', 'y_mul', 'product', 'zeros', 'gate'],
  regularise: ['edge'],
  project: ['edge'],
  code: (p) => wgsl`
${towardsMinusOneZeroOne(p)}
${towardsZeroOne(p)}
${product(p)}
${factor(p)}
fn ${p}_weight(e: ${p}_Edge) -> ${p}_Weight { return ${p}_Weight(clamp(e.W, -1.0, 1.0), e.W_mul, e.G); }
fn ${p}_feature(x: f32, s: ${p}_Input) -> ${p}_Feature { return ${p}_Feature(x); }
fn ${p}_zero() -> ${p}_Accumulator { return ${p}_Accumulator(0.0, 1.0, 0.0, 0.0); }
fn ${p}_fold(a: ${p}_Accumulator, x: ${p}_Feature, w: ${p}_Weight) -> ${p}_Accumulator {
  let next = ${p}_product_step(vec2f(a.product, a.zeros), ${p}_factor(x.x, w.w_mul));
  return ${p}_Accumulator(a.sum + x.x * w.w, next.x, next.y, a.gate + x.x * w.g);
}
fn ${p}_out(a: ${p}_Accumulator, s: ${p}_Output) -> f32 {
  let g = m_sigmoid_pair(a.gate);
  return g.x * a.sum + g.y * ${p}_product_value(vec2f(a.product, a.zeros));
}

fn ${p}_out_back(a: ${p}_Accumulator, s: ${p}_Output, dy: f32) -> ${p}_Delta {
  let g = m_sigmoid_pair(a.gate);
  let m = vec2f(a.product, a.zeros);
  return ${p}_Delta(
    dy * g.x,
    select(0.0, dy * g.y, ${p}_product_open(m)),
    a.product,
    a.zeros,
    dy * (a.sum - ${p}_product_value(m)) * (g.x * g.y),
  );
}
fn ${p}_fold_back(x: ${p}_Feature, w: ${p}_Weight, d: ${p}_Delta) -> ${p}_Back {
  let others = d.y_mul * ${p}_product_others(vec2f(d.product, d.zeros), ${p}_factor(x.x, w.w_mul));
  return ${p}_Back(
    ${p}_Feature(d.sum * w.w + others * w.w_mul + d.gate * w.g),
    ${p}_Weight(d.sum * x.x, others * (x.x - 1.0), d.gate * x.x),
  );
}
fn ${p}_feature_back(x: f32, s: ${p}_Input, d: ${p}_Feature) -> ${p}_Source { return ${p}_Source(d.x, s); }
fn ${p}_weight_back(e: ${p}_Edge, d: ${p}_Weight) -> ${p}_Edge {
  return ${p}_Edge(select(0.0, d.w, abs(e.W) <= 1.0), d.w_mul, d.g);
}
fn ${p}_regularise_edge(e: ${p}_Edge) -> ${p}_Edge {
  return ${p}_Edge(${p}_towards_integers(e.W), ${p}_towards_bits(e.W_mul), 0.0);
}
fn ${p}_project_edge(e: ${p}_Edge) -> ${p}_Edge {
  return ${p}_Edge(clamp(e.W, -1.0, 1.0), clamp(e.W_mul, 0.0, 1.0), e.G);
}
`,
};
