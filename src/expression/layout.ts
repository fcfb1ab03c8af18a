/**
 * An expression as it is written: differences, quotients, roots and signs instead of negative factors and exponents. What
 * every printer starts from, so that they differ in spelling only.
 */

import {
  type Call,
  constant,
  type Expression,
  type FunctionName,
  isCall,
  type NamedSymbol,
  op,
  type Variable,
} from './tree.ts';

export type Layout =
  /** At least 0. */
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'leaf'; readonly leaf: Variable | NamedSymbol }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Layout[] }
  /** The exponent is neither a negative number nor 1. */
  | { readonly kind: 'power'; readonly base: Layout; readonly exponent: Layout }
  /** At least two factors, none of them a product, a fraction or a sign. */
  | { readonly kind: 'product'; readonly factors: readonly Layout[] }
  | { readonly kind: 'fraction'; readonly numerator: Layout; readonly denominator: Layout }
  /** −of. */
  | { readonly kind: 'negation'; readonly of: Layout }
  /** At least two terms, each with its sign; the first has a minus only if all have. */
  | { readonly kind: 'sum'; readonly terms: readonly { readonly minus: boolean; readonly term: Layout }[] };

/** Whether a language has a function; what it lacks is written with others. */
export type Has = (name: FunctionName) => boolean;

const expansions: Readonly<Partial<Record<FunctionName, (a: Expression) => Expression>>> = {
  boundedExp: (a) => op.exp(a),
  boundedExpDerivative: (a) => op.exp(a),
  expm1: (a) => op.subtract(op.exp(a), 1),
  log1p: (a) => op.log(op.add(1, a)),
  sinpi: (a) => op.sin(op.multiply(constant(Math.PI), a)),
  cospi: (a) => op.cos(op.multiply(constant(Math.PI), a)),
  sigmoid: (a) => op.divide(1, op.add(1, op.exp(op.negate(a)))),
  sigmoidDerivative: (a) => op.multiply(op.sigmoid(a), op.sigmoid(op.negate(a))),
  softplus: (a) => op.add(op.max(a, 0), op.log1p(op.exp(op.negate(op.abs(a))))),
  tanhDerivative: (a) => op.divide(1, op.power(op.cosh(a), 2)),
};

export function layoutOf(expression: Expression, has: Has = () => true): Layout {
  if (expression.kind === 'constant') {
    return expression.value < 0
      ? { kind: 'negation', of: { kind: 'number', value: -expression.value } }
      : { kind: 'number', value: expression.value };
  }
  if (expression.kind !== 'call') return { kind: 'leaf', leaf: expression };
  switch (expression.name) {
    case 'add':
    case 'subtract':
      return sumOf(expression, has);
    case 'negate':
      return negationOf(layoutOf(expression.args[0] as Expression, has));
    case 'multiply':
    case 'divide':
    case 'power':
      return quotientOf(expression, has);
    default:
      return callOf(expression.name, expression, has);
  }
}

function callOf(name: FunctionName, { args }: Call, has: Has): Layout {
  const expansion = has(name) ? undefined : expansions[name];
  if (expansion) return layoutOf(expansion(args[0] as Expression), has);
  return { kind: 'call', name, args: args.map((arg) => layoutOf(arg, has)) };
}

const negationOf = (of: Layout): Layout => (of.kind === 'negation' ? of.of : { kind: 'negation', of });

type Terms = Extract<Layout, { kind: 'sum' }>['terms'];

/** Terms of sums and differences whose first part is one again, as they are added up from left to right. */
function sumOf(expression: Call, has: Has): Layout {
  const termOf = (part: Expression, minus: boolean) => {
    const term = layoutOf(part, has);
    return term.kind === 'negation' ? { minus: !minus, term: term.of } : { minus, term };
  };
  const termsOf = ({ name, args: [first, ...others] }: Call): Terms => {
    const start =
      first && (isCall(first, 'add') || isCall(first, 'subtract'))
        ? termsOf(first)
        : [termOf(first as Expression, false)];
    return [...start, ...others.map((part) => termOf(part, name === 'subtract'))];
  };
  const terms = positiveFirst(termsOf(expression));
  const [only, ...others] = terms;
  if (only && others.length === 0) return only.minus ? negationOf(only.term) : only.term;
  return { kind: 'sum', terms };
}

function positiveFirst(terms: Terms): Terms {
  const first = terms.find(({ minus }) => !minus);
  return first ? [first, ...terms.filter((term) => term !== first)] : terms;
}

/** Products, quotients and powers as one fraction: factors with a negative exponent are below the line. */
function quotientOf(expression: Call, has: Has): Layout {
  const above: Layout[] = [];
  const below: Layout[] = [];
  let minus = false;
  const collect = (factor: Expression, under: boolean): void => {
    const [here, there] = under ? [below, above] : [above, below];
    if (isCall(factor, 'multiply')) for (const part of factor.args) collect(part, under);
    else if (isCall(factor, 'divide')) {
      collect(factor.args[0] as Expression, under);
      collect(factor.args[1] as Expression, !under);
    } else if (isCall(factor, 'power')) {
      const [base, exponent] = factor.args as [Expression, Expression];
      const negative = exponent.kind === 'constant' && exponent.value < 0;
      (negative ? there : here).push(powerOf(base, negative ? constant(-exponent.value) : exponent, has));
    } else {
      const layout = layoutOf(factor, has);
      const [bare, sign] = layout.kind === 'negation' ? [layout.of, true] : [layout, false];
      minus = minus !== sign;
      // A sign may stand before a product or a fraction.
      if (bare.kind === 'product') here.push(...bare.factors);
      else if (bare.kind === 'fraction') {
        here.push(bare.numerator);
        there.push(bare.denominator);
      } else if (bare.kind !== 'number' || bare.value !== 1) here.push(bare);
    }
  };
  collect(expression, false);
  // −(a − b) is b − a.
  const difference = above.findIndex((f) => f.kind === 'sum' && f.terms.some((term) => term.minus));
  const sum = above[difference];
  if (minus && sum?.kind === 'sum') {
    const opposite = sum.terms.map(({ minus: sign, term }) => ({ minus: !sign, term }));
    above[difference] = { kind: 'sum', terms: positiveFirst(opposite) };
    minus = false;
  }
  const numerator = factorsOf(above);
  const of: Layout =
    below.length > 0 ? { kind: 'fraction', numerator, denominator: factorsOf(below) } : numerator;
  return minus ? negationOf(of) : of;
}

function factorsOf(factors: readonly Layout[]): Layout {
  const [first, ...others] = factors;
  if (!first) return { kind: 'number', value: 1 };
  return others.length === 0 ? first : { kind: 'product', factors };
}

function powerOf(base: Expression, exponent: Expression, has: Has): Layout {
  const inner = layoutOf(base, has);
  if (exponent.kind === 'constant' && exponent.value === 1) return inner;
  if (exponent.kind === 'constant' && exponent.value === 0.5)
    return { kind: 'call', name: 'sqrt', args: [inner] };
  return { kind: 'power', base: inner, exponent: layoutOf(exponent, has) };
}

/**
 * How long `expression` is as it is written: one for every operation, function, number and column. a − b counts 3, as a / b
 * and √a + 1 do; a sign and a sum of three terms count an operation less than their parts.
 */
export function complexityOf(expression: Expression): number {
  const countOf = (layout: Layout): number => {
    const all = (parts: readonly Layout[]): number => parts.reduce((sum, part) => sum + countOf(part), 0);
    switch (layout.kind) {
      case 'number':
      case 'leaf':
        return 1;
      case 'call':
        return 1 + all(layout.args);
      case 'power':
        return 1 + all([layout.base, layout.exponent]);
      case 'product':
        return layout.factors.length - 1 + all(layout.factors);
      case 'fraction':
        return 1 + all([layout.numerator, layout.denominator]);
      case 'negation':
        return layout.of.kind === 'number' ? 1 : 1 + countOf(layout.of);
      case 'sum':
        return layout.terms.length - 1 + all(layout.terms.map(({ term }) => term));
    }
  };
  return countOf(layoutOf(expression));
}
