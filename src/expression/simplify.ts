/**
 * Builds expressions in their simplest form: neutral elements go, constants are folded, equal terms and factors are gathered,
 * terms are sorted. What comes out has sums, products, powers and functions only: a − b is a + (−1) b, a / b is a b^−1, √a is
 * a^0.5. No step changes a value that is a number before and after it; a factor of zero makes zero even where another is
 * infinite, as in the units themselves, and x^−1 · x stays, since it is NaN at 0.
 */

import { isNegative, isNonNegative, isNonPositive, isPositive } from './domain.ts';
import { operators } from './operators.ts';
import {
  argsOf,
  type Call,
  type Constant,
  constant,
  type Expression,
  isCall,
  isConstant,
  keyOf,
  type Leaf,
  node,
  type OperatorName,
  one,
  zero,
} from './tree.ts';

/** A term as a constant and what it is multiplied by. */
interface Scaled {
  readonly factor: Constant;
  /** Undefined in a constant term. */
  readonly rest: Expression | undefined;
}

function scaledOf(term: Expression): Scaled {
  if (term.kind === 'constant') return { factor: term, rest: undefined };
  const [first, ...others] = isCall(term, 'multiply') ? term.args : [];
  if (!first || !isConstant(first)) return { factor: one, rest: term };
  return { factor: first, rest: productOf(others) };
}

/** Σ terms. */
export function sum(...terms: readonly Expression[]): Expression {
  const gathered = new Map<string, Scaled>();
  for (const term of terms.flatMap((t) => argsOf(t, 'add'))) {
    const { factor, rest } = scaledOf(term);
    const key = rest ? keyOf(rest) : '';
    const before = gathered.get(key)?.factor;
    gathered.set(key, {
      factor: before ? constant(before.value + factor.value, before.free || factor.free) : factor,
      rest,
    });
  }
  const kept = [...gathered]
    .filter(([, { factor }]) => factor.value !== 0)
    // The constant stands last.
    .sort(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1))
    .map(([, { factor, rest }]) => (rest ? scale(factor, rest) : factor));
  const [first, ...others] = kept;
  if (!first) return zero;
  return others.length === 0 ? first : node('add', ...kept);
}

/** factor · rest, where `rest` has no constant factor. */
function scale(factor: Constant, rest: Expression): Expression {
  return factor.value === 1 ? rest : node('multiply', factor, ...argsOf(rest, 'multiply'));
}

/** Π factors. */
export function product(...factors: readonly Expression[]): Expression {
  const flat = factors.flatMap((f) => argsOf(f, 'multiply'));
  const rest = gatherPowers(flat.filter((f) => f.kind !== 'constant')).flatMap((f) => argsOf(f, 'multiply'));
  let number: Constant = [...flat, ...rest].filter((f) => isConstant(f)).reduce(times, one);
  let others: Expression[] = rest.filter((f) => f.kind !== 'constant');
  if (number.value === 0) return zero;
  const [only] = others;
  if (only && others.length === 1 && isCall(only, 'add')) {
    // A constant times a sum is a sum.
    return number.value === 1 ? only : sum(...only.args.map((term) => product(number, term)));
  }
  // A sum among other factors gives away what all its terms have in common.
  others = others.map((factor) => {
    const { content, rest: bare } = withoutContent(factor);
    number = times(number, content);
    return bare;
  });
  others.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  if (others.length === 0) return number;
  return scale(number, productOf(others));
}

const times = (a: Constant, b: Constant): Constant => constant(a.value * b.value, a.free || b.free);

const productOf = (factors: readonly Expression[]): Expression =>
  factors.length === 1 ? (factors[0] as Expression) : node('multiply', ...factors);

/** x^a · x^b = x^(a + b), and sign(x) · |x|^n = x^n for odd n. */
function gatherPowers(factors: readonly Expression[]): Expression[] {
  const groups = new Map<string, Expression[]>();
  for (const factor of factors) {
    const { base } = asPower(factor);
    // sign(x) and |x| meet in one group.
    const meeting = isCall(base, 'sign') || isCall(base, 'abs');
    const key = keyOf(meeting ? (base.args[0] as Expression) : base);
    const group = groups.get(key) ?? [];
    const at = group.findIndex((other) => merged(other, factor) !== undefined);
    if (at < 0) group.push(factor);
    else group[at] = merged(group[at] as Expression, factor) as Expression;
    groups.set(key, group);
  }
  return [...groups.values()].flat();
}

interface Power {
  readonly base: Expression;
  readonly exponent: Constant;
}

/** A power with a constant exponent; of anything else the first. */
function asPower(expression: Expression): Power {
  if (!isCall(expression, 'power')) return { base: expression, exponent: one };
  const [base, exponent] = expression.args as [Expression, Expression];
  return exponent.kind === 'constant' ? { base, exponent } : { base: expression, exponent: one };
}

function merged(first: Expression, second: Expression): Expression | undefined {
  const [a, b] = [asPower(first), asPower(second)];
  const signed = signTimesPower(a, b) ?? signTimesPower(b, a);
  if (signed) return signed;
  if (keyOf(a.base) !== keyOf(b.base)) return undefined;
  const [p, q] = [a.exponent.value, b.exponent.value];
  const whole = Number.isInteger(p) && Number.isInteger(q);
  if (p * q <= 0 || !(whole || isNonNegative(a.base))) return undefined;
  return power(a.base, constant(p + q, a.exponent.free || b.exponent.free));
}

function signTimesPower(s: Power, p: Power): Expression | undefined {
  if (!isCall(s.base, 'sign') || s.exponent.value !== 1) return undefined;
  if (!isCall(p.base, 'abs') || Math.abs(p.exponent.value % 2) !== 1) return undefined;
  const [x, y] = [s.base.args[0] as Expression, p.base.args[0] as Expression];
  return keyOf(x) === keyOf(y) ? power(x, p.exponent) : undefined;
}

/** What all terms of a sum have in common: a constant of the size of each term's, with the sign of the first. */
function withoutContent(expression: Expression): { content: Constant; rest: Expression } {
  if (isCall(expression, 'multiply')) {
    const { factor, rest } = scaledOf(expression);
    return rest ? { content: factor, rest } : { content: one, rest: expression };
  }
  if (!isCall(expression, 'add')) return { content: one, rest: expression };
  const [first, ...others] = expression.args.map((term) => scaledOf(term).factor) as [
    Constant,
    ...Constant[],
  ];
  const equal = others.every(({ value }) => Math.abs(value) === Math.abs(first.value));
  if (!equal || first.value === 1) return { content: one, rest: expression };
  const free = first.free || others.some((other) => other.free);
  const inverse = constant(1 / first.value);
  const rest = sum(...expression.args.map((term) => withSign(inverse, term)));
  return { content: constant(first.value, free), rest };
}

/** term · inverse, which is the term's rest or its opposite. */
function withSign(inverse: Constant, term: Expression): Expression {
  const { factor, rest } = scaledOf(term);
  const sign = constant(Math.sign(factor.value * inverse.value));
  return rest ? scale(sign, rest) : sign;
}

/** base ^ exponent. */
export function power(base: Expression, exponent: Expression): Expression {
  if (!isConstant(exponent)) return isConstant(base, 1) ? one : node('power', base, exponent);
  const { value } = exponent;
  if (value === 0) return one;
  if (value === 1) return base;
  if (isConstant(base)) {
    const number = base.value ** value;
    if (Number.isFinite(number)) return constant(number, base.free || exponent.free);
  }
  const whole = Number.isInteger(value);
  const inner = asPower(base);
  if (
    inner.base !== base &&
    ((whole && Number.isInteger(inner.exponent.value)) || isNonNegative(inner.base))
  ) {
    return power(inner.base, times(inner.exponent, exponent));
  }
  if (isCall(base, 'abs') && value % 2 === 0) return power(base.args[0] as Expression, exponent);
  const { content, rest } = withoutContent(base);
  if (content.value !== 1 && (content.value > 0 || whole)) {
    const number = constant(content.value ** value, content.free || exponent.free);
    if (Number.isFinite(number.value) && number.value !== 0) return product(number, power(rest, exponent));
  }
  if (isCall(base, 'multiply') && (whole || base.args.every(isNonNegative))) {
    return product(...base.args.map((factor) => power(factor, exponent)));
  }
  return node('power', base, exponent);
}

export const negate = (expression: Expression): Expression => product(constant(-1), expression);
export const subtract = (a: Expression, b: Expression): Expression => sum(a, negate(b));
export const invert = (expression: Expression): Expression => power(expression, constant(-1));

/** name(args). */
export function call(name: OperatorName, ...args: readonly Expression[]): Expression {
  const [a, b, c, d] = args as [Expression, Expression, Expression, Expression];
  switch (name) {
    case 'add':
      return sum(...args);
    case 'multiply':
      return product(...args);
    case 'subtract':
      return subtract(a, b);
    case 'divide':
      return product(a, invert(b));
    case 'negate':
      return negate(a);
    case 'power':
      return power(a, b);
    case 'sqrt':
      return power(a, constant(0.5));
  }
  const folded = foldedCall(name, args);
  if (folded) return folded;
  switch (name) {
    case 'boundedExp':
      return call('exp', a);
    case 'sigmoid':
      return invert(sum(one, call('exp', negate(a))));
    case 'softplus':
      // log(1 + e^a) without overflow.
      return sum(call('max', a, zero), call('log', sum(one, call('exp', negate(call('abs', a))))));
    case 'cospi':
      return call('cos', product(constant(Math.PI), a));
    case 'sinpi':
      return call('sin', product(constant(Math.PI), a));
    case 'abs':
      return absolute(a);
    case 'sign':
      return signOf(a);
    case 'min':
    case 'max':
      return extreme(name, a, b);
    case 'select':
      return choice(a, b, c, d);
    default:
      return node(name, ...args);
  }
}

function foldedCall(name: OperatorName, args: readonly Expression[]): Constant | undefined {
  const constants = args.filter((arg) => isConstant(arg));
  if (constants.length < args.length) return undefined;
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN] = constants.map((arg) => arg.value);
  const value = operators[name].value(a, b, c, d);
  if (!Number.isFinite(value)) return undefined;
  return constant(
    value,
    constants.some((arg) => arg.free),
  );
}

function absolute(a: Expression): Expression {
  if (isNonNegative(a)) return a;
  if (isNonPositive(a)) return negate(a);
  const { content, rest } = withoutContent(a);
  if (content.value !== 1) {
    return product(constant(Math.abs(content.value), content.free), absolute(rest));
  }
  // |b^n| is |b|^n.
  const { base, exponent } = asPower(a);
  if (base !== a && Number.isInteger(exponent.value)) return power(absolute(base), exponent);
  return isCall(a, 'multiply') ? product(...a.args.map(absolute)) : node('abs', a);
}

function signOf(a: Expression): Expression {
  if (isPositive(a)) return one;
  if (isNegative(a)) return constant(-1);
  const { content, rest } = withoutContent(a);
  if (content.value !== 1) return product(constant(Math.sign(content.value)), signOf(rest));
  return isCall(a, 'multiply') ? product(...a.args.map(signOf)) : node('sign', a);
}

/** Of two, where the form shows which is larger. */
function extreme(name: 'min' | 'max', first: Expression, second: Expression): Expression {
  if (keyOf(first) === keyOf(second)) return first;
  const end = name === 'max' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (isConstant(first, end)) return second;
  if (isConstant(second, end)) return first;
  const difference = subtract(first, second);
  if (isNonNegative(difference)) return name === 'max' ? first : second;
  if (isNonPositive(difference)) return name === 'max' ? second : first;
  return node(name, first, second);
}

/** `c` where a > b, else `d`. */
function choice(a: Expression, b: Expression, c: Expression, d: Expression): Expression {
  if (keyOf(c) === keyOf(d)) return c;
  const difference = subtract(a, b);
  if (isPositive(difference)) return c;
  return isNonPositive(difference) ? d : node('select', a, b, c, d);
}

/** Rebuilds `expression` with other leaves, visited from left to right, and simplifies it with what they are now. */
export function rebuild(expression: Expression, leaf: (leaf: Leaf) => Expression): Expression {
  const done = new Map<Call, Expression>();
  const visit = (part: Expression): Expression => {
    if (part.kind !== 'call') return leaf(part);
    const before = done.get(part);
    if (before) return before;
    const built = call(part.name, ...part.args.map(visit));
    done.set(part, built);
    return built;
  };
  return visit(expression);
}

/** `expression` in its simplest form. */
export const simplify = (expression: Expression): Expression => rebuild(expression, (leaf) => leaf);
