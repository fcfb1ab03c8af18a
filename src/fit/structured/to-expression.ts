/** Candidates as expressions: of the ways to write one, the shortest. */

import { complexityOf } from '../../expression/layout.ts';
import { call, power, product, sum } from '../../expression/simplify.ts';
import { node as asWritten, constant, type Expression, variable } from '../../expression/tree.ts';
import type { Columns } from './columns.ts';
import { type Node, number as numberNode, product as productNode, sum as sumNode } from './tree.ts';

/** The expression of `node`, whose value is the same on all rows, up to rounding, over columns that are `scales` times larger. */
export function expressionOf(node: Node, columns: Columns, scales: readonly number[]): Expression {
  const forms = formsOf(node).map((form) => write(form, columns, scales));
  return forms.reduce((best, form) => (complexityOf(form) < complexityOf(best) ? form : best));
}

function write(node: Node, columns: Columns, scales: readonly number[]): Expression {
  const column = (k: number): Expression =>
    product(
      constant(1 / (scales[k] ?? 1)),
      variable(k, columns.positive[k] ? 'positive' : columns.nonNegative[k] ? 'nonNegative' : 'any'),
    );
  switch (node.kind) {
    case 'number':
      return constant(node.value);
    case 'monomial': {
      const powerOf = (exponent: number, k: number) =>
        exponent === 0 ? [] : [power(column(k), constant(exponent))];
      const halves = node.exponents.map((exponent) => (Math.abs(exponent % 1) === 0.5 ? 2 * exponent : 0));
      if (halves.filter((exponent) => exponent !== 0).length < 2)
        return product(...node.exponents.flatMap(powerOf));
      // One root of several columns, which is shorter, and has a value where two of them are negative.
      const root = asWritten('power', product(...halves.flatMap(powerOf)), constant(0.5));
      return product(
        ...node.exponents.flatMap((exponent, k) => (halves[k] === 0 ? powerOf(exponent, k) : [])),
        root,
      );
    }
    case 'sum':
      return sum(...node.parts.map((part) => expressionOf(part, columns, scales)));
    case 'product':
      return product(...joined(node.parts).map((part) => expressionOf(part, columns, scales)));
    case 'power':
      return power(expressionOf(node.base, columns, scales), constant(node.exponent));
    case 'call': {
      const split = node.name === 'exp' ? columnExponent(node.of) : undefined;
      if (!split) return call(node.name, expressionOf(node.of, columns, scales));
      return power(expressionOf(split.base, columns, scales), expressionOf(split.exponent, columns, scales));
    }
  }
}

/** u and n of n log u, which e is taken to: u^n is shorter. */
function columnExponent(of: Node): { base: Node; exponent: Node } | undefined {
  if (of.kind !== 'product') return undefined;
  const parts = of.parts.flatMap((part) => (part.kind === 'product' ? part.parts : [part]));
  const logs = parts.filter((part) => part.kind === 'call' && part.name === 'log');
  const [log] = logs;
  if (logs.length !== 1 || log?.kind !== 'call') return undefined;
  return { base: log.of, exponent: productNode(...parts.filter((part) => part !== log)) };
}

/** Factors with their power products made one: x / x is none. */
function joined(parts: readonly Node[]): readonly Node[] {
  const flat = parts.flatMap((part) => (part.kind === 'product' ? part.parts : [part]));
  const powers = flat.filter((part) => part.kind === 'monomial');
  if (powers.length < 2) return flat;
  const [{ exponents }] = powers as [(typeof powers)[number]];
  const whole = exponents.map((_, k) =>
    powers.reduce((total, each) => total + (each.exponents[k] as number), 0),
  );
  return [...flat.filter((part) => part.kind !== 'monomial'), monomialNode(whole)];
}

/** A product with a power of a sum in it can be written with the factors inside of the sum, or some of them. */
function formsOf(node: Node): Node[] {
  if (node.kind !== 'product') return [node];
  const at = node.parts.findIndex((part) => sumIn(part) !== undefined);
  if (at < 0) return [node];
  const part = node.parts[at] as Node;
  const { terms, exponent } = sumIn(part) as { terms: readonly Node[]; exponent: number };
  const others = node.parts.filter((_, k) => k !== at);
  let constantPart = 1;
  let exponents: number[] | undefined;
  const rest: Node[] = [];
  for (const other of others) {
    if (other.kind === 'number') constantPart *= other.value;
    else if (other.kind === 'monomial') {
      exponents = other.exponents.map((value, k) => value + (exponents?.[k] ?? 0));
    } else rest.push(other);
  }
  const width = exponents?.length ?? widthOf(node);
  const before = exponents ?? Array.from({ length: width }, () => 0);
  /** With c and the power product `moved` multiplied into the terms. */
  const moved = (c: number, inner: readonly number[]): Node => {
    const whole = sumNode(...terms.map((term) => timesMonomial(term, c, inner)));
    const left = before.map((value, k) => value - exponent * (inner[k] as number));
    return productNode(
      numberNode(constantPart / c ** exponent),
      monomialNode(left),
      ...rest,
      exponent === 1 ? whole : { kind: 'power', base: whole, exponent, fixed: true },
    );
  };
  const forms: Node[] = [node];
  const zeros = before.map(() => 0);
  // Common denominators of the terms.
  const least = zeros.map((_, k) => Math.min(0, ...terms.map((term) => exponentIn(term, k))));
  const all = before.map((value) => value / exponent);
  const root = Math.abs(constantPart) ** (1 / exponent);
  const constants = [
    1,
    ...(Number.isInteger(exponent) || constantPart > 0 ? [Math.sign(constantPart) * root] : []),
  ].filter((c) => Number.isFinite(c) && c !== 0 && (c > 0 || Math.abs(exponent % 2) === 1));
  for (const c of constants) {
    for (const inner of [zeros, least.map((value) => -value), all]) forms.push(moved(c, inner));
  }
  // What the first term is multiplied by may stand before the sum.
  const first = terms.find((term) => term.kind === 'product');
  const factor =
    first?.kind === 'product' && first.parts[0]?.kind === 'number' ? first.parts[0].value : undefined;
  if (factor && (factor > 0 || Math.abs(exponent % 2) === 1)) {
    for (const inner of [zeros, least.map((value) => -value)]) forms.push(moved(1 / factor, inner));
    if (factor < 0) for (const inner of [zeros, least.map((value) => -value)]) forms.push(moved(-1, inner));
  }
  return forms.filter((form) => allFinite(form));
}

function sumIn(part: Node): { terms: readonly Node[]; exponent: number } | undefined {
  if (part.kind === 'sum') return { terms: part.parts, exponent: 1 };
  if (part.kind === 'power' && part.base.kind === 'sum')
    return { terms: part.base.parts, exponent: part.exponent };
  return undefined;
}

function widthOf(node: Node): number {
  if (node.kind === 'monomial') return node.exponents.length;
  if (node.kind === 'power') return widthOf(node.base);
  if (node.kind === 'call') return widthOf(node.of);
  if (node.kind === 'number') return 0;
  return Math.max(0, ...node.parts.map(widthOf));
}

const monomialNode = (exponents: readonly number[]): Node => ({
  kind: 'monomial',
  exponents,
  fixed: exponents.map(() => true),
});

const timesMonomial = (term: Node, c: number, exponents: readonly number[]): Node =>
  productNode(numberNode(c), monomialNode(exponents), ...(term.kind === 'product' ? term.parts : [term]));

/** The exponent of column `k` in a term that is a product. */
function exponentIn(term: Node, k: number): number {
  if (term.kind === 'monomial') return term.exponents[k] ?? 0;
  if (term.kind !== 'product') return 0;
  return term.parts.reduce(
    (total, part) => total + (part.kind === 'monomial' ? (part.exponents[k] ?? 0) : 0),
    0,
  );
}

function allFinite(node: Node): boolean {
  switch (node.kind) {
    case 'number':
      return Number.isFinite(node.value);
    case 'monomial':
      return node.exponents.every(Number.isFinite);
    case 'power':
      return allFinite(node.base);
    case 'call':
      return allFinite(node.of);
    default:
      return node.parts.every(allFinite);
  }
}
