/** Expressions in WGSL. The text needs the fragments `math` and `derivatives`, and `wgslHelpers` of it. */

import { type Fragment, f32, wgsl } from '../../shaders/wgsl.ts';
import type { NameOf } from './print.ts';
import type { Expression, OperatorName } from './tree.ts';

/** Whole exponents up to this size are products; beyond, the power goes through logarithms. */
const LARGEST_PRODUCT = 64;

/**
 * Functions that the `math` fragment does not have, by what follows the prefix in their names. `p_product` multiplies a by itself,
 * n ≥ 1; `p_power` is a ^ b where that is a real number. `p_log1p` near 0 is
 * the series of 2 artanh(a / (2 + a)). The polynomials of `p_asin` and `p_atan` are from the Cephes library (Moshier, 1989), with
 * errors of 3 ulp at most.
 */
const helpers: Readonly<Record<string, Fragment>> = {
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

/** The functions with prefix `p` that `code`, as `wgslOf` writes it, calls. */
export function wgslHelpers(code: string, p: string): string {
  let found = '';
  for (const [name, fragment] of Object.entries(helpers)) {
    if (`${code}${found}`.includes(`${p}_${name}(`)) found += fragment(p);
  }
  return found;
}

/** How each operator is written: an infix operator, a function ($ is the prefix of helpers), or a text from its arguments. */
const spellings: Readonly<Record<OperatorName, string | ((...args: string[]) => string)>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  negate: (a) => `(-${a})`,
  power: '$_power',
  sqrt: 'sqrt',
  abs: 'abs',
  sign: 'm_sign',
  exp: 'm_exp',
  boundedExp: 'm_exp',
  boundedExpDerivative: 'm_exp_derivative',
  expm1: 'm_expm1',
  log: 'm_log',
  log1p: '$_log1p',
  sin: 'm_sin',
  cos: 'm_cos',
  tan: '$_tan',
  asin: '$_asin',
  acos: '$_acos',
  atan: '$_atan',
  sinh: '$_sinh',
  cosh: '$_cosh',
  tanh: 'm_tanh',
  tanhDerivative: 'm_tanh_derivative',
  sinpi: 'm_sinpi',
  cospi: 'm_cospi',
  sigmoid: 'm_sigmoid',
  sigmoidDerivative: 'm_sigmoid_derivative',
  softplus: '$_softplus',
  floor: 'floor',
  min: 'min',
  max: 'max',
  select: (a, b, c, d) => `select(${d}, ${c}, ${a} > ${b})`,
};

/** `expression` as one WGSL expression, in brackets where it needs any; helpers have the prefix `p`. */
export function wgslOf(expression: Expression, nameOf: NameOf, p: string): string {
  if (expression.kind === 'constant') {
    // What float32 has nothing near to but zero is zero.
    return f32(Math.fround(expression.value) === 0 ? 0 : expression.value);
  }
  if (expression.kind !== 'call') return nameOf(expression);
  const { name, args } = expression;
  const texts = args.map((arg) => wgslOf(arg, nameOf, p));
  const [first = '', ...others] = texts;
  const [a, b] = args as [Expression, Expression | undefined];
  const whole = name === 'power' && b?.kind === 'constant' ? powerOf(first, b.value, p) : undefined;
  if (whole !== undefined) return whole;
  const spelling = spellings[name];
  if (typeof spelling !== 'string') return spelling(...texts);
  if (!/^[-+*/]$/.test(spelling)) return `${spelling.replace('$', p)}(${texts.join(', ')})`;
  // What WGSL groups to the left anyway needs no brackets, of which compilers allow few inside each other.
  const open = continues(name, a) ? first.slice(1, -1) : first;
  return others.length === 0 ? first : `(${[open, ...others].join(` ${spelling} `)})`;
}

/** a · a · … for whole exponents, and √a; undefined for others. */
function powerOf(a: string, exponent: number, p: string): string | undefined {
  if (exponent === 0.5) return `sqrt(${a})`;
  const size = Math.abs(exponent);
  if (!Number.isInteger(size) || size === 0 || size > LARGEST_PRODUCT) return undefined;
  const product = size === 1 ? a : `${p}_product(${a}, ${size}u)`;
  return exponent > 0 ? product : `(${f32(1)} / ${product})`;
}

const SUMS: readonly OperatorName[] = ['add', 'subtract'];
const PRODUCTS: readonly OperatorName[] = ['multiply', 'divide'];

const continues = (name: OperatorName, left: Expression): boolean =>
  left.kind === 'call' &&
  left.args.length > 1 &&
  [SUMS, PRODUCTS].some((names) => names.includes(name) && names.includes(left.name));
