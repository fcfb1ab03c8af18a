/**
 * The operators of expressions: number of arguments, value in float64 and derivative. What a language calls them stands with
 * the language (`languages.ts`, `wgsl.ts`), and what sign their values have in `domain.ts`; the compiler asks for a line in each.
 */

import { constant, type Expression, type OperatorName, op } from './tree.ts';

export interface Operator {
  /** Number of arguments; of sums and products at least this many. */
  readonly arity: number;
  readonly variadic?: true;
  readonly value: (a: number, b: number, c: number, d: number) => number;
  /**
   * ∂/∂args at `args`, where `result` is the node itself. At a corner it is one of the one-sided derivatives or 0: that of abs
   * and sign is 0 at 0, min and max follow their second argument where both are equal.
   */
  readonly derivative: (args: readonly Expression[], result: Expression) => readonly Expression[];
}

type Derivative = (a: Expression, result: Expression) => Expression;

const unary = (value: (a: number) => number, derivative: Derivative): Operator => ({
  arity: 1,
  value,
  derivative: ([a], result) => [derivative(a as Expression, result)],
});

const zero = constant(0);
const one = constant(1);
const square = (a: Expression): Expression => op.multiply(a, a);
/** 1 − a². */
const rest = (a: Expression): Expression => op.multiply(op.subtract(one, a), op.add(one, a));

/** Where e^z stays below the largest number of float64. */
export const LARGEST_EXPONENT = 709;

export const operators: Readonly<Record<OperatorName, Operator>> = {
  add: {
    arity: 1,
    variadic: true,
    value: (a, b) => a + b,
    derivative: (args) => args.map(() => one),
  },
  subtract: { arity: 2, value: (a, b) => a - b, derivative: () => [one, constant(-1)] },
  multiply: {
    arity: 1,
    variadic: true,
    value: (a, b) => a * b,
    derivative: (args) =>
      args.map((_, k) => {
        const others = args.filter((_, other) => other !== k);
        return others.length === 1 ? (others[0] as Expression) : op.multiply(...others);
      }),
  },
  divide: {
    arity: 2,
    value: (a, b) => a / b,
    derivative: ([, b], result) => [
      op.divide(one, b as Expression),
      op.negate(op.divide(result, b as Expression)),
    ],
  },
  negate: unary(
    (a) => -a,
    () => constant(-1),
  ),
  /** a ^ b; not a number where a is negative and b is not whole. */
  power: {
    arity: 2,
    value: (a, b) => (b === 0.5 ? Math.sqrt(a) : a ** b),
    derivative: ([a, b], result) => {
      const [base, exponent] = [a as Expression, b as Expression];
      const lower = exponent.kind === 'constant' ? constant(exponent.value - 1) : op.subtract(exponent, one);
      return [
        op.multiply(exponent, op.power(base, lower)),
        // At a = 0 the power does not change with b, where it is defined around it.
        op.select(op.abs(base), zero, op.multiply(result, op.log(base)), zero),
      ];
    },
  },
  sqrt: unary(Math.sqrt, (_a, root) => op.divide(0.5, root)),
  abs: unary(Math.abs, (a) => op.sign(a)),
  /** 1, 0 or −1. */
  sign: unary(Math.sign, () => zero),
  exp: unary(Math.exp, (_a, result) => result),
  /**
   * e^a that ends at the largest number a language has instead of infinity, so that zero times it is zero. Its derivative is 0
   * there.
   */
  boundedExp: unary(
    (a) => Math.exp(Math.min(a, LARGEST_EXPONENT)),
    (a, result) => op.select(LARGEST_EXPONENT, a, result, zero),
  ),
  /** e^a − 1. */
  expm1: unary(Math.expm1, (a) => op.exp(a)),
  log: unary(Math.log, (a) => op.divide(one, a)),
  /** log(1 + a). */
  log1p: unary(Math.log1p, (a) => op.divide(one, op.add(one, a))),
  sin: unary(Math.sin, (a) => op.cos(a)),
  cos: unary(Math.cos, (a) => op.negate(op.sin(a))),
  tan: unary(Math.tan, (_a, result) => op.add(one, square(result))),
  asin: unary(Math.asin, (a) => op.divide(one, op.sqrt(rest(a)))),
  acos: unary(Math.acos, (a) => op.negate(op.divide(one, op.sqrt(rest(a))))),
  atan: unary(Math.atan, (a) => op.divide(one, op.add(one, square(a)))),
  sinh: unary(Math.sinh, (a) => op.cosh(a)),
  cosh: unary(Math.cosh, (a) => op.sinh(a)),
  tanh: unary(Math.tanh, (_a, result) => rest(result)),
  /** sin(π a) and cos(π a), exact for whole and half a however large. */
  sinpi: unary(
    (a) => sinPi(a),
    (a) => op.multiply(Math.PI, op.cospi(a)),
  ),
  cospi: unary(
    (a) => cosPi(a),
    (a) => op.multiply(-Math.PI, op.sinpi(a)),
  ),
  /** 1 / (1 + e^−a). */
  sigmoid: unary(
    (a) => 1 / (1 + Math.exp(-a)),
    (a, result) => op.multiply(result, op.sigmoid(op.negate(a))),
  ),
  floor: unary(Math.floor, () => zero),
  min: {
    arity: 2,
    value: (a, b) => Math.min(a, b),
    derivative: ([a, b]) => choice(b as Expression, a as Expression),
  },
  max: {
    arity: 2,
    value: (a, b) => Math.max(a, b),
    derivative: ([a, b]) => choice(a as Expression, b as Expression),
  },
  /** c where a > b, else d. */
  select: {
    arity: 4,
    value: (a, b, c, d) => (a > b ? c : d),
    derivative: ([a, b]) => [zero, zero, ...choice(a as Expression, b as Expression)],
  },
};

/** 1 and 0 where a > b, else 0 and 1. */
const choice = (a: Expression, b: Expression): readonly [Expression, Expression] => [
  op.select(a, b, one, zero),
  op.select(a, b, zero, one),
];

/** What is left of whole turns: a in (−2, 2) with the sign of a. */
function sinPi(a: number): number {
  const t = a % 2;
  return Number.isInteger(t) ? 0 * t : Math.sin(Math.PI * t);
}

function cosPi(a: number): number {
  const t = Math.abs(a % 2);
  return t === 0.5 || t === 1.5 ? 0 : Math.cos(Math.PI * t);
}
