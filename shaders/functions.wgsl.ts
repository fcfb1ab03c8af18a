import { type Fragment, f32, wgsl } from './wgsl.ts';

/**
 * Functions that the `math` fragment does not have, by what follows the prefix in their names. `p_product` multiplies a by itself,
 * n ≥ 1; `p_power` is a ^ b where that is a real number. `p_log1p` near 0 is
 * the series of 2 artanh(a / (2 + a)). The polynomials of `p_asin` and `p_atan` are from the Cephes library (Moshier, 1989), with
 * errors of 3 ulp at most.
 */
export const functions: Readonly<Record<string, Fragment>> = {
  product: (p) => wgsl`
fn ${p}_product(a: f32, n: u32) -> f32 {
  var result = select(1.0f, a, (n & 1u) == 1u);
  var factor = a;
  for (var rest = n >> 1u; rest > 0u; rest >>= 1u) {
    factor *= factor;
    if ((rest & 1u) == 1u) { result *= factor; }
  }
  return result;
}
`,
  power: (p) => wgsl`
fn ${p}_power(a: f32, b: f32) -> f32 {
  let size = m_exp(b * m_log(abs(a)));
  let half = 0.5f * b;
  let odd = floor(b) == b && floor(half) != half;
  return select(select(size, -size, a < 0.0f && odd), select(0.0f, 1.0f, b == 0.0f), a == 0.0f);
}
`,
  softplus: (p) => wgsl`
fn ${p}_softplus(a: f32) -> f32 { return max(a, 0.0f) + ${p}_log1p(m_exp(-abs(a))); }
`,
  log1p: (p) => wgsl`
fn ${p}_log1p(a: f32) -> f32 {
  let b = clamp(a, -0.25f, 1.0f);
  let z = b / (2.0f + b);
  let q = z * z;
  let series = ${[1, 3, 5, 7, 9, 11, 13].reduceRight((rest, odd) => `(${f32(1 / odd)} + q * ${rest})`, f32(1 / 15))};
  return select(m_log(1.0f + a), 2.0f * z * series, a == b);
}
`,
  tan: (p) => wgsl`
fn ${p}_tan(a: f32) -> f32 {
  let s = m_sincos(a);
  return s.x / s.y;
}
`,
  sinh: (p) => wgsl`
fn ${p}_sinh(a: f32) -> f32 { return 0.5f * (m_expm1(a) - m_expm1(-a)); }
`,
  cosh: (p) => wgsl`
fn ${p}_cosh(a: f32) -> f32 { return 0.5f * (m_exp(a) + m_exp(-a)); }
`,
  atan: (p) => wgsl`
fn ${p}_atan(a: f32) -> f32 {
  let size = abs(a);
  let large = size > 2.4142137f;
  let middle = size > 0.41421357f;
  let x = select(select(size, (size - 1.0f) / (size + 1.0f), middle), -1.0f / max(size, 1.0f), large);
  let z = x * x;
  let q = (((0.080537446f * z - 0.13877685f) * z + 0.19977711f) * z - 0.3333295f) * z * x + x;
  let y = select(select(0.0f, 0.78539816f, middle), 1.5707964f, large) + q;
  return select(y, -y, a < 0.0f);
}
`,
  acos: (p) => wgsl`
fn ${p}_acos(a: f32) -> f32 {
  let half = 2.0f * ${p}_asin(sqrt(max(0.5f * (1.0f - abs(a)), 0.0f)));
  let ends = select(half, 3.1415927f - half, a < 0.0f);
  return select(1.5707964f - ${p}_asin(a), ends, abs(a) > 0.5f);
}
`,
  asin: (p) => wgsl`
fn ${p}_asin(a: f32) -> f32 {
  let size = abs(a);
  let large = size > 0.5f;
  let z = select(size * size, 0.5f * (1.0f - size), large);
  let x = select(size, sqrt(z), large);
  let q = ((((0.0421632f * z + 0.024181312f) * z + 0.045470025f) * z + 0.074953005f) * z + 0.16666752f) * z * x + x;
  let y = select(q, 1.5707964f - 2.0f * q, large);
  return select(y, -y, a < 0.0f);
}
`,
};
