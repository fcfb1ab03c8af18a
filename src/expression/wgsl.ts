/** Expressions in WGSL. The text needs the fragments `math` and `derivatives`, and `wgslHelpers` of it. */

import { functions } from '../../shaders/functions.wgsl.ts';
import { f32 } from '../../shaders/wgsl.ts';
import type { NameOf } from './print.ts';
import type { Expression, OperatorName } from './tree.ts';

/** Whole exponents up to this size are products; beyond, the power goes through logarithms. */
const LARGEST_PRODUCT = 64;

/** The functions with prefix `p` that `code`, as `wgslOf` writes it, calls. */
export function wgslHelpers(code: string, p: string): string {
  let found = '';
  for (const [name, fragment] of Object.entries(functions)) {
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
