/**
 * Builds expressions, and simplifies them on the way: neutral elements go, constants are folded, equal terms and factors
 * are gathered, terms are sorted. No step changes a value that is a number before and after it; a factor of zero is zero
 * even where another is infinite, as in the units themselves, and x^−1 · x stays, since it is no number at 0.
 */

import {
  type Constant,
  type Domain,
  type Expression,
  type FunctionName,
  isNonNegative,
  isPositive,
  keyOf,
} from './expression.ts';
import { applyFunction } from './functions.ts';

/** A number of the unit's equation. */
export const constant = (value: number, free = false): Constant => ({
  kind: 'constant',
  value: value === 0 ? 0 : value,
  free,
});

/** A number out of a trained weight. */
export const weight = (value: number): Constant => constant(value, true);

export const variable = (index: number, domain: Domain = 'any'): Expression => ({
  kind: 'variable',
  index,
  domain,
});

export const zero = constant(0);
export const one = constant(1);

const isConstant = (expression: Expression, value?: number): expression is Constant =>
  expression.kind === 'constant' && (value === undefined || expression.value === value);

/** A term as a constant and what it is multiplied by. */
interface Scaled {
  readonly factor: Constant;
  /** Undefined in a constant term. */
  readonly rest: Expression | undefined;
}

function scaledOf(term: Expression): Scaled {
  if (term.kind === 'constant') return { factor: term, rest: undefined };
  const [first, ...others] = term.kind === 'product' ? term.factors : [];
  if (!first || !isConstant(first)) return { factor: one, rest: term };
  return { factor: first, rest: productOf(others) };
}

/** Σ terms. */
export function sum(...terms: readonly Expression[]): Expression {
  const gathered = new Map<string, Scaled>();
  for (const term of terms.flatMap((t) => (t.kind === 'sum' ? t.terms : [t]))) {
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
  return others.length === 0 ? first : { kind: 'sum', terms: kept };
}

/** factor · rest, where `rest` has no constant factor. */
function scale(factor: Constant, rest: Expression): Expression {
  if (factor.value === 1) return rest;
  return { kind: 'product', factors: [factor, ...(rest.kind === 'product' ? rest.factors : [rest])] };
}

/** Π factors. */
export function product(...factors: readonly Expression[]): Expression {
  const flat = factors.flatMap((f) => (f.kind === 'product' ? f.factors : [f]));
  const rest = gatherPowers(flat.filter((f) => f.kind !== 'constant')).flatMap((f) =>
    f.kind === 'product' ? f.factors : [f],
  );
  let number: Constant = [...flat, ...rest].filter((f) => isConstant(f)).reduce(times, one);
  let others: Expression[] = rest.filter((f) => f.kind !== 'constant');
  if (number.value === 0) return zero;
  if (others.length === 1 && others[0]?.kind === 'sum') {
    // A constant times a sum is a sum.
    return number.value === 1 ? others[0] : sum(...others[0].terms.map((term) => product(number, term)));
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
  factors.length === 1 ? (factors[0] as Expression) : { kind: 'product', factors };

/** x^a · x^b = x^(a + b), and sign(x) · |x|^n = x^n for odd n. */
function gatherPowers(factors: readonly Expression[]): Expression[] {
  const groups = new Map<string, Expression[]>();
  for (const factor of factors) {
    const { base } = asPower(factor);
    // sign(x) and |x| meet in one group.
    const meeting = base.kind === 'call' && (base.name === 'sign' || base.name === 'abs');
    const key = keyOf(meeting ? (base.args[0] as Expression) : base);
    const group = groups.get(key) ?? [];
    const at = group.findIndex((other) => merged(other, factor) !== undefined);
    if (at < 0) group.push(factor);
    else group[at] = merged(group[at] as Expression, factor) as Expression;
    groups.set(key, group);
  }
  return [...groups.values()].flat();
}

const asPower = (e: Expression): { base: Expression; exponent: Constant } =>
  e.kind === 'power' ? e : { base: e, exponent: one };

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

function signTimesPower(
  s: { base: Expression; exponent: Constant },
  p: { base: Expression; exponent: Constant },
): Expression | undefined {
  const { base: signOf, exponent: once } = s;
  const { base: absOf, exponent } = p;
  if (signOf.kind !== 'call' || signOf.name !== 'sign' || once.value !== 1) return undefined;
  if (absOf.kind !== 'call' || absOf.name !== 'abs' || Math.abs(exponent.value % 2) !== 1) return undefined;
  const [x, y] = [signOf.args[0] as Expression, absOf.args[0] as Expression];
  return keyOf(x) === keyOf(y) ? power(x, exponent) : undefined;
}

/** What all terms of a sum have in common: a constant of the size of each term's, with the sign of the first. */
function withoutContent(expression: Expression): { content: Constant; rest: Expression } {
  if (expression.kind === 'product') {
    const { factor, rest } = scaledOf(expression);
    return rest ? { content: factor, rest } : { content: one, rest: expression };
  }
  if (expression.kind !== 'sum') return { content: one, rest: expression };
  const [first, ...others] = expression.terms.map((term) => scaledOf(term).factor) as [
    Constant,
    ...Constant[],
  ];
  const equal = others.every(({ value }) => Math.abs(value) === Math.abs(first.value));
  if (!equal || first.value === 1) return { content: one, rest: expression };
  const free = first.free || others.some((other) => other.free);
  const inverse = constant(1 / first.value);
  const rest = sum(...expression.terms.map((term) => withSign(inverse, term)));
  return { content: constant(first.value, free), rest };
}

/** term · inverse, which is the term's rest or its opposite. */
function withSign(inverse: Constant, term: Expression): Expression {
  const { factor, rest } = scaledOf(term);
  const sign = constant(Math.sign(factor.value * inverse.value));
  return rest ? scale(sign, rest) : sign;
}

/** base ^ exponent. */
export function power(base: Expression, exponent: Constant): Expression {
  const { value } = exponent;
  if (value === 0) return one;
  if (value === 1) return base;
  if (isConstant(base)) {
    const number = base.value ** value;
    if (Number.isFinite(number)) return constant(number, base.free || exponent.free);
  }
  const whole = Number.isInteger(value);
  if (
    base.kind === 'power' &&
    ((whole && Number.isInteger(base.exponent.value)) || isNonNegative(base.base))
  ) {
    return power(base.base, times(base.exponent, exponent));
  }
  if (base.kind === 'call' && base.name === 'abs' && value % 2 === 0) {
    return power(base.args[0] as Expression, exponent);
  }
  const { content, rest } = withoutContent(base);
  if (content.value !== 1 && (content.value > 0 || whole)) {
    const number = constant(content.value ** value, content.free || exponent.free);
    if (Number.isFinite(number.value) && number.value !== 0) return product(number, power(rest, exponent));
  }
  if (base.kind === 'product' && (whole || base.factors.every(isNonNegative))) {
    return product(...base.factors.map((factor) => power(factor, exponent)));
  }
  return { kind: 'power', base, exponent };
}

/** name(args). */
export function call(name: FunctionName, ...args: readonly Expression[]): Expression {
  const [first, second] = args as [Expression, Expression | undefined];
  if (args.every((arg) => isConstant(arg))) {
    const value = applyFunction(
      name,
      args.map((arg) => arg.value),
    );
    if (Number.isFinite(value)) {
      return constant(
        value,
        args.some((arg) => arg.free),
      );
    }
  }
  if (name === 'abs' || name === 'sign') return absOrSign(name, first);
  if (second && (name === 'max' || name === 'min')) return extreme(name, first, second);
  return { kind: 'call', name, args };
}

function absOrSign(name: 'abs' | 'sign', arg: Expression): Expression {
  if (name === 'abs' && isNonNegative(arg)) return arg;
  if (name === 'sign' && isPositive(arg)) return one;
  const { content, rest } = withoutContent(arg);
  if (content.value !== 1) {
    const apart = name === 'abs' ? Math.abs(content.value) : Math.sign(content.value);
    return product(constant(apart, name === 'abs' && content.free), call(name, rest));
  }
  if (arg.kind === 'product') return product(...arg.factors.map((factor) => call(name, factor)));
  return { kind: 'call', name, args: [arg] };
}

/** Of two, where the form tells which is larger: one is zero and the other has a sign. */
function extreme(name: 'min' | 'max', first: Expression, second: Expression): Expression {
  if (keyOf(first) === keyOf(second)) return first;
  const [a, b] = isConstant(first, 0) ? [second, first] : [first, second];
  if (isConstant(b, 0)) {
    if (isNonNegative(a)) return name === 'max' ? a : zero;
    if (isNonNegative(negate(a))) return name === 'max' ? zero : a;
  }
  return { kind: 'call', name, args: [first, second] };
}

export const negate = (expression: Expression): Expression => product(constant(-1), expression);
export const subtract = (a: Expression, b: Expression): Expression => sum(a, negate(b));
export const invert = (expression: Expression): Expression => power(expression, constant(-1));
