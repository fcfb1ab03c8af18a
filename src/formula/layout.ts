/**
 * An expression as it is written: differences, quotients, roots and signs instead of negative factors and exponents. What
 * every printer starts from, so that they differ in spelling only.
 */

import type { Expression, FunctionName } from './expression.ts';

export type Layout =
  /** At least 0. */
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly index: number }
  | { readonly kind: 'call'; readonly name: FunctionName | 'sqrt'; readonly args: readonly Layout[] }
  /** The exponent is above 0 and not 1. */
  | { readonly kind: 'power'; readonly base: Layout; readonly exponent: number }
  /** At least two factors, none of them a product, a fraction or a sign. */
  | { readonly kind: 'product'; readonly factors: readonly Layout[] }
  | { readonly kind: 'fraction'; readonly numerator: Layout; readonly denominator: Layout }
  /** −of, where `of` is no sum. */
  | { readonly kind: 'negation'; readonly of: Layout }
  /** At least two terms, each with its sign; the first has a minus only if all have. */
  | { readonly kind: 'sum'; readonly terms: readonly { readonly minus: boolean; readonly term: Layout }[] };

export function layoutOf(expression: Expression): Layout {
  switch (expression.kind) {
    case 'constant':
      return expression.value < 0
        ? { kind: 'negation', of: { kind: 'number', value: -expression.value } }
        : { kind: 'number', value: expression.value };
    case 'variable':
      return { kind: 'variable', index: expression.index };
    case 'call':
      return { kind: 'call', name: expression.name, args: expression.args.map(layoutOf) };
    case 'sum':
      return sumOf(expression.terms);
    default:
      return quotientOf(expression.kind === 'product' ? expression.factors : [expression]);
  }
}

function sumOf(expressions: readonly Expression[]): Layout {
  const terms = expressions.map((expression) => {
    const term = layoutOf(expression);
    return term.kind === 'negation' ? { minus: true, term: term.of } : { minus: false, term };
  });
  return { kind: 'sum', terms: positiveFirst(terms) };
}

type Terms = Extract<Layout, { kind: 'sum' }>['terms'];

function positiveFirst(terms: Terms): Terms {
  const first = terms.find(({ minus }) => !minus);
  return first ? [first, ...terms.filter((term) => term !== first)] : terms;
}

/** Factors with a negative exponent are below the line. */
function quotientOf(factors: readonly Expression[]): Layout {
  const above: Layout[] = [];
  const below: Layout[] = [];
  let minus = false;
  for (const factor of factors) {
    if (factor.kind === 'constant') {
      minus = factor.value < 0;
      if (Math.abs(factor.value) !== 1) above.push({ kind: 'number', value: Math.abs(factor.value) });
    } else if (factor.kind === 'power') {
      const { base, exponent } = factor;
      (exponent.value < 0 ? below : above).push(powerOf(base, Math.abs(exponent.value)));
    } else above.push(layoutOf(factor));
  }
  // −(a − b) is b − a.
  const difference = above.findIndex((f) => f.kind === 'sum' && f.terms.some((term) => term.minus));
  const sum = above[difference];
  if (minus && sum?.kind === 'sum') {
    const opposite = sum.terms.map(({ minus, term }) => ({ minus: !minus, term }));
    above[difference] = { kind: 'sum', terms: positiveFirst(opposite) };
    minus = false;
  }
  const numerator = factorsOf(above);
  const of: Layout =
    below.length > 0 ? { kind: 'fraction', numerator, denominator: factorsOf(below) } : numerator;
  return minus ? { kind: 'negation', of } : of;
}

function factorsOf(factors: readonly Layout[]): Layout {
  const [first, ...others] = factors;
  if (!first) return { kind: 'number', value: 1 };
  return others.length === 0 ? first : { kind: 'product', factors };
}

function powerOf(base: Expression, exponent: number): Layout {
  const inner = layoutOf(base);
  if (exponent === 1) return inner;
  if (exponent === 0.5) return { kind: 'call', name: 'sqrt', args: [inner] };
  return { kind: 'power', base: inner, exponent };
}
