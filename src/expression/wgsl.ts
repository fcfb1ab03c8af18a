/** Expressions in WGSL. The text needs the `math` fragment, and `elementary` where a formula of one's own may hold anything. */

import { f32, wgsl } from '../../shaders/wgsl.ts';
import type { NameOf } from './print.ts';
import { type Call, type Expression, isCall, type OperatorName } from './tree.ts';

/** Whole exponents up to this size are products; beyond, the power goes through logarithms. */
const LARGEST_PRODUCT = 64;

/**
 * Functions that the `math` fragment does not have: t_product multiplies a by itself, n ≥ 1; t_power is a ^ b where that is a
 * real number. The polynomials of t_log1p are the series of log(1 + a); those of t_asin and t_atan are from the Cephes library
 * (Moshier, 1989), with errors of 3 ulp at most.
 */
export const elementary: string = wgsl`
fn t_product(a: f32, n: u32) -> f32 {
  var result = select(1.0f, a, (n & 1u) == 1u);
  var factor = a;
  for (var rest = n >> 1u; rest > 0u; rest >>= 1u) {
    factor *= factor;
    if ((rest & 1u) == 1u) { result *= factor; }
  }
  return result;
}
fn t_power(a: f32, b: f32) -> f32 {
  let size = m_exp(b * m_log(abs(a)));
  let half = 0.5f * b;
  let odd = floor(b) == b && floor(half) != half;
  return select(select(size, -size, a < 0.0f && odd), select(0.0f, 1.0f, b == 0.0f), a == 0.0f);
}
fn t_log1p(a: f32) -> f32 {
  let series = a * (1.0f - a * (0.5f - a * (0.33333334f - a * (0.25f - a * (0.2f - a * 0.16666667f)))));
  return select(m_log(1.0f + a), series, abs(a) < 0.0625f);
}
fn t_tan(a: f32) -> f32 {
  let s = m_sincos(a);
  return s.x / s.y;
}
fn t_sinh(a: f32) -> f32 { return 0.5f * (m_expm1(a) - m_expm1(-a)); }
fn t_cosh(a: f32) -> f32 { return 0.5f * (m_exp(a) + m_exp(-a)); }
fn t_atan(a: f32) -> f32 {
  let size = abs(a);
  let large = size > 2.4142137f;
  let middle = size > 0.41421357f;
  let x = select(select(size, (size - 1.0f) / (size + 1.0f), middle), -1.0f / max(size, 1.0f), large);
  let z = x * x;
  let p = (((0.080537446f * z - 0.13877685f) * z + 0.19977711f) * z - 0.3333295f) * z * x + x;
  let y = select(select(0.0f, 0.78539816f, middle), 1.5707964f, large) + p;
  return select(y, -y, a < 0.0f);
}
fn t_asin(a: f32) -> f32 {
  let size = abs(a);
  let large = size > 0.5f;
  let z = select(size * size, 0.5f * (1.0f - size), large);
  let x = select(size, sqrt(z), large);
  let p = ((((0.0421632f * z + 0.024181312f) * z + 0.045470025f) * z + 0.074953005f) * z + 0.16666752f) * z * x + x;
  let y = select(p, 1.5707964f - 2.0f * p, large);
  return select(y, -y, a < 0.0f);
}
fn t_acos(a: f32) -> f32 {
  let half = 2.0f * t_asin(sqrt(max(0.5f * (1.0f - abs(a)), 0.0f)));
  let ends = select(half, 3.1415927f - half, a < 0.0f);
  return select(1.5707964f - t_asin(a), ends, abs(a) > 0.5f);
}
`;

/** How each operator is written, from its arguments; sums and products are spread by `wgslOf`. */
const spellings: Readonly<Record<OperatorName, string | ((...args: string[]) => string)>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  negate: (a) => `(-${a})`,
  power: 't_power',
  sqrt: 'sqrt',
  abs: 'abs',
  sign: 'm_sign',
  exp: 'm_exp',
  boundedExp: 'm_exp',
  expm1: 'm_expm1',
  log: 'm_log',
  log1p: 't_log1p',
  sin: 'm_sin',
  cos: 'm_cos',
  tan: 't_tan',
  asin: 't_asin',
  acos: 't_acos',
  atan: 't_atan',
  sinh: 't_sinh',
  cosh: 't_cosh',
  tanh: 'm_tanh',
  sinpi: 'm_sinpi',
  cospi: 'm_cospi',
  sigmoid: 'm_sigmoid',
  floor: 'floor',
  min: 'min',
  max: 'max',
  select: (a, b, c, d) => `select(${d}, ${c}, ${a} > ${b})`,
};

/** `expression` as one WGSL expression, in brackets where it needs any. */
export function wgslOf(expression: Expression, nameOf: NameOf): string {
  if (expression.kind === 'constant') {
    // What float32 has nothing near to but zero is zero.
    return f32(Math.fround(expression.value) === 0 ? 0 : expression.value);
  }
  if (expression.kind !== 'call') return nameOf(expression);
  const whole = wholePower(expression, nameOf);
  if (whole !== undefined) return whole;
  const args = expression.args.map((arg) => wgslOf(arg, nameOf));
  const spelling = spellings[expression.name];
  if (typeof spelling !== 'string') return spelling(...args);
  if (!/^[-+*/]$/.test(spelling)) return `${spelling}(${args.join(', ')})`;
  const [first = '', ...others] = args;
  // What WGSL groups to the left anyway needs no brackets, of which compilers allow few inside each other.
  const open = continues(expression.name, expression.args[0] as Expression) ? first.slice(1, -1) : first;
  return others.length === 0 ? first : `(${[open, ...others].join(` ${spelling} `)})`;
}

/** a · a · … for whole exponents, and √a; undefined for other calls. */
function wholePower(expression: Call, nameOf: NameOf): string | undefined {
  if (!isCall(expression, 'power')) return undefined;
  const [base, exponent] = expression.args as [Expression, Expression];
  if (exponent.kind !== 'constant') return undefined;
  const a = wgslOf(base, nameOf);
  if (exponent.value === 0.5) return `sqrt(${a})`;
  const size = Math.abs(exponent.value);
  if (!Number.isInteger(size) || size === 0 || size > LARGEST_PRODUCT) return undefined;
  const product = size === 1 ? a : `t_product(${a}, ${size}u)`;
  return exponent.value > 0 ? product : `(${f32(1)} / ${product})`;
}

const SUMS: readonly OperatorName[] = ['add', 'subtract'];
const PRODUCTS: readonly OperatorName[] = ['multiply', 'divide'];

const continues = (name: OperatorName, left: Expression): boolean =>
  left.kind === 'call' &&
  left.args.length > 1 &&
  [SUMS, PRODUCTS].some((names) => names.includes(name) && names.includes(left.name));
