/** What signs the values of an expression can have, as far as its form shows. NaN does not count. */

import type { Domain, Expression, OperatorName } from './tree.ts';

/** Signs that may occur, as the sum of these. */
const NEGATIVE = 1;
const ZERO = 2;
const POSITIVE = 4;
const ANY = 7;
type Signs = number;

const ofDomain: Readonly<Record<Domain, Signs>> = {
  any: ANY,
  nonNegative: ZERO | POSITIVE,
  positive: POSITIVE,
  nonPositive: NEGATIVE | ZERO,
  negative: NEGATIVE,
};

/** Whether no value of `expression` is negative. */
export const isNonNegative = (expression: Expression): boolean => (signsOf(expression) & NEGATIVE) === 0;
/** Whether every value is above zero. */
export const isPositive = (expression: Expression): boolean => signsOf(expression) === POSITIVE;
/** Whether no value is above zero. */
export const isNonPositive = (expression: Expression): boolean => (signsOf(expression) & POSITIVE) === 0;
/** Whether every value is below zero. */
export const isNegative = (expression: Expression): boolean => signsOf(expression) === NEGATIVE;

const known = new WeakMap<Expression, Signs>();

function signsOf(expression: Expression): Signs {
  if (expression.kind === 'constant') {
    if (expression.value === 0) return ZERO;
    return expression.value > 0 ? POSITIVE : expression.value < 0 ? NEGATIVE : ANY;
  }
  if (expression.kind !== 'call') return ofDomain[expression.domain];
  const before = known.get(expression);
  if (before !== undefined) return before;
  const rule = rules[expression.name];
  const signs = rule ? rule(expression.args.map(signsOf), expression.args) : ANY;
  known.set(expression, signs);
  return signs;
}

type Rule = (signs: readonly Signs[], args: readonly Expression[]) => Signs;

const swap = (signs: Signs): Signs =>
  (signs & ZERO) | (signs & NEGATIVE ? POSITIVE : 0) | (signs & POSITIVE ? NEGATIVE : 0);

/** Zero goes unless no other sign is left; numbers of different sign may add up to anything. */
const added = (signs: readonly Signs[]): Signs => {
  const all = signs.reduce((union, one) => union | one, 0);
  if ((all & NEGATIVE) !== 0 && (all & POSITIVE) !== 0) return ANY;
  return signs.some((one) => (one & ZERO) === 0) ? all & ~ZERO : all;
};

const multiplied = (signs: readonly Signs[]): Signs =>
  signs.reduce((product, one) => {
    const zero = (product | one) & ZERO;
    const same = (product & one & POSITIVE) | (product & NEGATIVE && one & NEGATIVE ? POSITIVE : 0);
    const opposite = (product & NEGATIVE && one & POSITIVE) || (product & POSITIVE && one & NEGATIVE);
    return zero | same | (opposite ? NEGATIVE : 0);
  }, POSITIVE);

/** The union over all pairs of signs, of which `pick` takes one. */
const extreme =
  (pick: (a: number, b: number) => number): Rule =>
  ([first = ANY, second = ANY]) => {
    let union = 0;
    for (const a of [NEGATIVE, ZERO, POSITIVE]) {
      for (const b of [NEGATIVE, ZERO, POSITIVE]) {
        if (first & a && second & b) union |= pick(a, b);
      }
    }
    return union;
  };

const same: Rule = ([a = ANY]) => a;
const positive: Rule = () => POSITIVE;

const rules: Readonly<Partial<Record<OperatorName, Rule>>> = {
  add: added,
  subtract: ([a = ANY, b = ANY]) => added([a, swap(b)]),
  multiply: multiplied,
  divide: multiplied,
  negate: ([a = ANY]) => swap(a),
  power([base = ANY], [, exponent]) {
    const value = exponent?.kind === 'constant' ? exponent.value : undefined;
    if (value !== undefined && Math.abs(value % 2) === 1) return base;
    // An even power is not negative, nor is one that is NaN for a negative base.
    if (value !== undefined) return (base & ZERO) | (base & ~ZERO ? POSITIVE : 0);
    return (base & NEGATIVE) === 0 ? (base & ZERO ? ZERO | POSITIVE : POSITIVE) : ANY;
  },
  sqrt: ([a = ANY]) => a & (ZERO | POSITIVE),
  abs: ([a = ANY]) => (a & ZERO) | (a & ~ZERO ? POSITIVE : 0),
  sign: same,
  exp: positive,
  boundedExp: positive,
  boundedExpDerivative: () => ZERO | POSITIVE,
  expm1: same,
  log1p: same,
  asin: same,
  acos: () => ZERO | POSITIVE,
  atan: same,
  sinh: same,
  cosh: positive,
  tanh: same,
  tanhDerivative: positive,
  sigmoid: positive,
  sigmoidDerivative: positive,
  softplus: positive,
  floor: ([a = ANY]) => (a & POSITIVE ? a | ZERO : a),
  min: extreme(Math.min),
  max: extreme(Math.max),
  select: ([, , c = ANY, d = ANY]) => c | d,
};
