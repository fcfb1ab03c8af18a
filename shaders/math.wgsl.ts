/**
 * @file Elementary functions. WGSL's own may be wrong by 1e-5 (tanh), lose all relative accuracy (log near
 * 1), be only good to 2^-11 (sin, cos) or overflow to NaN (tanh, sinh); these are as good everywhere, and
 * finite for every finite argument. Largest error against float64 over every f32, with and without fused
 * multiply-adds:
 *
 *     m_exp(x)        e^x; 0 below M_EXP_MIN = -87.33654, where it would be            0.93 ulp
 *                     subnormal; M_EXP_TOP = 3.393e38 above M_EXP_MAX = 88.72
 *     m_expm1(x)      e^x - 1, accurate near 0; the same ceiling                       1.75 ulp
 *     m_log(x)        log x, accurate near 1; for all x below 2^-126, zero and         0.87 ulp
 *                     negative ones too, its log: -87.33655
 *     m_tanh(x)       exactly odd                                                      1.43 ulp
 *     m_sigmoid(x)    1 / (1 + e^-x); 0 below M_EXP_MIN                                2.41 ulp
 *     m_sincos(x)     (sin x, cos x) for |x| <= 12868; beyond, less and less           1e-7 absolute
 *                     accurate, and from 2^20 on the argument is held there
 *     m_sincospi(x)   (sin πx, cos πx), any x, however large                           1.1e-7 absolute
 *     m_sin, m_cos, m_sinpi, m_cospi   one half of these
 *     m_sign(x)       -1, 0 or 1
 *     m_is_finite(x), m_finite_bits(bits)   by the exponent bits; shaders may assume that NaN does not
 *                     happen, so test bits loaded from memory, not a value just computed
 *
 * Results that are subnormal may be 0. Where a device rounds quotients less well than to the nearest, m_tanh
 * and m_sigmoid add its error to theirs. Sums are taken to round to nearest, which WGSL does not promise but
 * devices do; on one that truncates, m_exp would be off by 1e-5. The argument NaN gives any number.
 *
 * Method: Cody and Waite, Software Manual for the Elementary Functions (1980): reduce by a constant split
 * into parts whose products with the multiple are exact, then a polynomial. The coefficients are minimax for
 * relative error, rounded to f32 one after the other: exp(r) - 1 on |r| <= 0.3467 (error 1.4e-8), log(1 + f)
 * on [√½, √2] (5.9e-9), tanh on |x| <= 0.55 (1.1e-9), sin (4.0e-9) and cos (1.2e-10) on |x| <= π/4. No loops,
 * one division in tanh and sigmoid, none elsewhere.
 *
 * WGSL lets a compiler reassociate sums, which would undo the split reductions. `m_pin` stops that: it passes
 * a value through its bits, or-ed with a zero that no compiler can know, the sign of a positive number. With
 * it, GCC's and LLVM's fast-math stay below 3.6 ulp everywhere; without, they cost m_sigmoid 66 ulp and
 * m_sincos 1e-3.
 */

import { wgsl } from './wgsl.ts';

/** The functions `m_*` above. */
export const math: string = wgsl`
// Largest argument that m_exp follows, and its result.
const M_EXP_MAX = 88.72f;
const M_EXP_TOP = 3.3931806e38f;
// Least argument with m_exp > 0.
const M_EXP_MIN = -87.33654f;
// 1.5 * 2^23: added to |x| < 2^22 it rounds x to a whole number, which is then in the low bits of the sum.
const M_ROUND = 12582912.0f;
const M_ROUND_BITS = 0x4b400000u;
// 2^n as an f32 has the bits (n + 127) * M_ONE_EXPONENT. The product compiles to a shift, or to what is faster.
const M_ONE_EXPONENT = 0x00800000u;
// The bits of 2^-126, the least normal number, of √½, and those of a number's fraction.
const M_LEAST_BITS = 0x00800000i;
const M_ROOT_HALF_BITS = 0x3f3504f3i;
const M_MANTISSA = 0x007fffffi;
// The bit of the sign.
const M_SIGN = 0x80000000u;
// log 2: times a whole number up to 255, the high part is exact.
const M_LN2_HIGH = 0.693145751953125f;
const M_LN2_LOW = 1.42860682e-6f;

fn m_pin(x: f32, rounded: u32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) | (rounded & M_SIGN));
}

// exp(x) = 2^n (1 + p), |p| < 0.42, for |x| < 2^21; no use beyond, where its callers discard it.
struct m_Exp { n: u32, p: f32 }

fn m_exp_parts(x: f32) -> m_Exp {
  let rounded = bitcast<u32>(x * 1.44269504f + M_ROUND);
  let n = rounded - M_ROUND_BITS;
  let k = f32(bitcast<i32>(n));
  let high = m_pin(x - k * M_LN2_HIGH, rounded);
  let low = k * M_LN2_LOW;
  let r = high - low;
  let q = (((0.0013870657f * r + 0.008366262f) * r + 0.041667435f) * r + 0.16666546f) * r + 0.49999997f;
  return m_Exp(n, high + (r * r * q - low));
}

fn m_scale_exp(e: m_Exp) -> f32 {
  return bitcast<f32>(bitcast<u32>(1.0f + e.p) + e.n * M_ONE_EXPONENT);
}

fn m_exp(x: f32) -> f32 {
  let e = m_scale_exp(m_exp_parts(x));
  return select(select(e, 0.0f, x < M_EXP_MIN), M_EXP_TOP, x > M_EXP_MAX);
}

fn m_expm1(x: f32) -> f32 {
  let e = m_exp_parts(x);
  let half = bitcast<f32>((e.n + 126u) * M_ONE_EXPONENT);
  let y = select(2.0f * (half * e.p + (half - 0.5f)), e.p, e.n == 0u);
  return select(select(y, -1.0f, x < -18.0f), M_EXP_TOP, x > M_EXP_MAX);
}

// k is the exponent times 2^23, as it stands in the bits: 1.1920929e-7 is 2^-23.
fn m_log(x: f32) -> f32 {
  let bits = max(bitcast<i32>(x), M_LEAST_BITS) - M_ROOT_HALF_BITS;
  let k = f32(bits & ~M_MANTISSA);
  let f = bitcast<f32>((bits & M_MANTISSA) + M_ROOT_HALF_BITS) - 1.0f;
  let f2 = f * f;
  var p = ((-0.076359876f * f + 0.12762125f) * f - 0.1315973f) * f + 0.14201608f;
  p = (((p * f - 0.16623403f) * f + 0.2000124f) * f - 0.2500082f) * f + 0.3333333f;
  let low = f2 * f * p + k * (M_LN2_LOW * 1.1920929e-7f) - 0.5f * f2;
  return k * (M_LN2_HIGH * 1.1920929e-7f) + (f + low);
}

fn m_tanh(x: f32) -> f32 {
  let a = abs(x);
  let z = a * a;
  let p = (((-0.0062428494f * z + 0.021050714f) * z - 0.053847548f) * z + 0.13332544f) * z - 0.33333316f;
  let large = 1.0f - 2.0f / (m_scale_exp(m_exp_parts(a + a)) + 1.0f);
  let y = select(select(large, a + a * z * p, a < 0.55f), 1.0f, a > 9.1f);
  return bitcast<f32>(bitcast<u32>(y) | (bitcast<u32>(x) & M_SIGN));
}

fn m_sigmoid(x: f32) -> f32 {
  let a = abs(x);
  let e = select(m_scale_exp(m_exp_parts(-a)), 0.0f, a > -M_EXP_MIN);
  return select(e, 1.0f, x >= 0.0f) / (1.0f + e);
}

// (sin, cos) of r + quarters * π/2, |r| <= π/4.
fn m_sincos_parts(r: f32, quarters: u32) -> vec2f {
  let z = r * r;
  let s = r + r * z * ((-0.00019517897f * z + 0.008332187f) * z - 0.16666655f);
  let c = (1.0f - 0.5f * z) + z * z * ((2.4432327e-5f * z - 0.001388731f) * z + 0.041666646f);
  let turned = select(vec2f(s, c), vec2f(c, s), (quarters & 1u) == 1u);
  let signs = (vec2u(quarters, quarters + 1u) & vec2u(2u)) * 0x40000000u;
  return bitcast<vec2f>(bitcast<vec2u>(turned) ^ signs);
}

fn m_sincos(x: f32) -> vec2f {
  let t = select(x, select(-1048576.0f, 1048576.0f, x > 0.0f), abs(x) > 1048576.0f);
  let rounded = bitcast<u32>(t * 0.636619772f + M_ROUND);
  let n = rounded - M_ROUND_BITS;
  let k = f32(bitcast<i32>(n));
  let r = m_pin(m_pin(t - k * 1.5703125f, rounded) - k * 0.0004837512969970703125f, rounded);
  return m_sincos_parts(r - k * 7.5497899e-8f, n);
}

fn m_sincospi(x: f32) -> vec2f {
  let t = x - 2.0f * round(0.5f * x);
  let n = bitcast<u32>(2.0f * t + M_ROUND) - M_ROUND_BITS;
  return m_sincos_parts((t - 0.5f * f32(bitcast<i32>(n))) * 3.14159265f, n);
}

fn m_sin(x: f32) -> f32 { return m_sincos(x).x; }
fn m_cos(x: f32) -> f32 { return m_sincos(x).y; }
fn m_sinpi(x: f32) -> f32 { return m_sincospi(x).x; }
fn m_cospi(x: f32) -> f32 { return m_sincospi(x).y; }

fn m_sign(x: f32) -> f32 {
  return select(select(0.0f, 1.0f, x > 0.0f), -1.0f, x < 0.0f);
}

fn m_finite_bits(bits: u32) -> bool { return (bits & 0x7f800000u) != 0x7f800000u; }
fn m_is_finite(x: f32) -> bool { return m_finite_bits(bitcast<u32>(x)); }
`;
