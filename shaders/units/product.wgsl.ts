/**
 * A product over the inputs as a fold whose derivative needs no division by zero: the accumulator is the product of the
 * non-zero factors and the count of zero factors, kept as (x, y) of a vec2f.
 *
 *     p_product_step(a, factor) -> vec2f     one more factor
 *     p_product_value(a) -> f32              the product: 0 if any factor is
 *     p_product_open(a) -> bool              whether any factor can still move it: fewer than two zeros, not saturated
 *     p_product_others(a, factor) -> f32     the product of all factors but this one
 *     p_saturate(v) -> f32                       v, held in ±3e38, where a product saturates
 *
 * Products saturate at ±3e38 on the way, factor after factor, so that they stay finite; what saturates at the end passes
 * no derivative. A product below float32's range is 0 without a zero factor, again without derivative.
 */
import type { Fragment } from '../wgsl.ts';
import { f32, wgsl } from '../wgsl.ts';

const LARGEST = 3e38;

export const product: Fragment = (p) => wgsl`
fn ${p}_saturate(v: f32) -> f32 { return clamp(v, ${f32(-LARGEST)}, ${f32(LARGEST)}); }
fn ${p}_product_step(a: vec2f, factor: f32) -> vec2f {
  let zero = factor == 0.0;
  return vec2f(${p}_saturate(a.x * select(factor, 1.0, zero)), a.y + select(0.0, 1.0, zero));
}
fn ${p}_product_value(a: vec2f) -> f32 { return select(0.0, a.x, a.y == 0.0); }
fn ${p}_product_open(a: vec2f) -> bool { return (a.y < 2.0) & (abs(a.x) < ${f32(LARGEST)}); }
fn ${p}_product_others(a: vec2f, factor: f32) -> f32 {
  let zero = factor == 0.0;
  let others = ${p}_saturate(a.x / select(factor, 1.0, zero));
  return select(0.0, others, a.y == select(0.0, 1.0, zero));
}
`;
