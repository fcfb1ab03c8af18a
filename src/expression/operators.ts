/**
 * The operators of expressions: number of arguments and value in float64. Their derivatives are in `differentiate.ts`, the signs
 * of their values in `domain.ts`, and what a language calls them with the language (`languages.ts`, `wgsl.ts`).
 */

import type { OperatorName } from './tree.ts';

export interface Operator {
  /** Number of arguments; of sums and products at least this many. */
  readonly arity: number;
  readonly variadic?: true;
  readonly value: (a: number, b: number, c: number, d: number) => number;
}

const unary = (value: (a: number) => number): Operator => ({ arity: 1, value });
const binary = (value: (a: number, b: number) => number): Operator => ({ arity: 2, value });

/** Where e^z stays below the largest number of float64. */
const LARGEST_EXPONENT = 709;

const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));

export const operators: Readonly<Record<OperatorName, Operator>> = {
  add: { arity: 1, variadic: true, value: (a, b) => a + b },
  subtract: binary((a, b) => a - b),
  multiply: { arity: 1, variadic: true, value: (a, b) => a * b },
  divide: binary((a, b) => a / b),
  negate: unary((a) => -a),
  /** a ^ b; not a number where a is negative and b is not whole. */
  power: binary((a, b) => (b === 0.5 ? Math.sqrt(a) : a ** b)),
  sqrt: unary(Math.sqrt),
  abs: unary(Math.abs),
  /** 1, 0 or −1. */
  sign: unary(Math.sign),
  exp: unary(Math.exp),
  /** e^a that ends at the largest number a language has instead of infinity, so that zero times it is zero. */
  boundedExp: unary((a) => Math.exp(Math.min(a, LARGEST_EXPONENT))),
  /** e^a, and 0 where `boundedExp` has ended: its derivative. */
  boundedExpDerivative: unary((a) => (a < LARGEST_EXPONENT ? Math.exp(a) : Number.isNaN(a) ? a : 0)),
  /** e^a − 1. */
  expm1: unary(Math.expm1),
  log: unary(Math.log),
  /** log(1 + a). */
  log1p: unary(Math.log1p),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  asin: unary(Math.asin),
  acos: unary(Math.acos),
  atan: unary(Math.atan),
  sinh: unary(Math.sinh),
  cosh: unary(Math.cosh),
  tanh: unary(Math.tanh),
  /** 1 − tanh² a, with all its digits where tanh a is near 1. */
  tanhDerivative: unary((a) => 1 / Math.cosh(a) ** 2),
  /** sin(π a) and cos(π a), exact for whole and half a however large. */
  sinpi: unary(sinPi),
  cospi: unary(cosPi),
  /** 1 / (1 + e^−a). */
  sigmoid: unary(sigmoid),
  /** σ(a) σ(−a): its derivative. */
  sigmoidDerivative: unary((a) => sigmoid(a) * sigmoid(-a)),
  /** log(1 + e^a). */
  softplus: unary((a) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)))),
  floor: unary(Math.floor),
  min: binary((a, b) => Math.min(a, b)),
  max: binary((a, b) => Math.max(a, b)),
  /** c where a > b, else d. */
  select: { arity: 4, value: (a, b, c, d) => (a > b ? c : a <= b ? d : Number.NaN) },
};

function sinPi(a: number): number {
  const t = a % 2;
  return Number.isInteger(t) ? 0 * t : Math.sin(Math.PI * t);
}

function cosPi(a: number): number {
  const t = Math.abs(a % 2);
  return t === 0.5 || t === 1.5 ? 0 : Math.cos(Math.PI * t);
}
