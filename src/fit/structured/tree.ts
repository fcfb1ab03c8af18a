/**
 * Candidates as trees over columns, computed column-wise in float64 with all derivatives by their parameters. A power product of
 * columns is one node whose exponents are parameters like any constant: so a search over structures leaves exponents to least
 * squares, as units with weights in log space leave them to training.
 */

import type { Columns } from './columns.ts';
import { type FunctionName, functions } from './functions.ts';

export type Node =
  | { readonly kind: 'number'; readonly value: number; readonly fixed: boolean }
  /** Π column_k ^ exponents_k. Exponents of columns that are not above zero everywhere are whole and fixed. */
  | { readonly kind: 'monomial'; readonly exponents: readonly number[]; readonly fixed: readonly boolean[] }
  | { readonly kind: 'sum' | 'product'; readonly parts: readonly Node[] }
  | { readonly kind: 'power'; readonly base: Node; readonly exponent: number; readonly fixed: boolean }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly of: Node };

export const number = (value: number, fixed = false): Node => ({ kind: 'number', value, fixed });
export const sum = (...parts: readonly Node[]): Node => ({ kind: 'sum', parts });
export const product = (...parts: readonly Node[]): Node =>
  parts.length === 1 ? (parts[0] as Node) : { kind: 'product', parts };
export const power = (base: Node, exponent: number, fixed = false): Node => ({
  kind: 'power',
  base,
  exponent,
  fixed,
});
export const call = (name: FunctionName, of: Node): Node => ({ kind: 'call', name, of });

/** A power product; exponents are free where the columns allow it and `fixed` does not forbid it. */
export function monomial(exponents: readonly number[], columns: Columns, fixed?: readonly boolean[]): Node {
  return {
    kind: 'monomial',
    exponents,
    fixed: exponents.map((_, k) => !columns.positive[k] || (fixed?.[k] ?? false)),
  };
}

/** Values of the free parameters, in the order of a walk. */
export function parametersOf(node: Node, into: number[] = []): number[] {
  switch (node.kind) {
    case 'number':
      if (!node.fixed) into.push(node.value);
      break;
    case 'monomial':
      node.exponents.forEach((exponent, k) => {
        if (!node.fixed[k]) into.push(exponent);
      });
      break;
    case 'power':
      parametersOf(node.base, into);
      if (!node.fixed) into.push(node.exponent);
      break;
    case 'call':
      parametersOf(node.of, into);
      break;
    default:
      for (const part of node.parts) parametersOf(part, into);
  }
  return into;
}

/** The same tree with other values of its free parameters. */
export function withParameters(node: Node, values: ArrayLike<number>): Node {
  let at = 0;
  const visit = (part: Node): Node => {
    switch (part.kind) {
      case 'number':
        return part.fixed ? part : { ...part, value: values[at++] as number };
      case 'monomial':
        if (part.fixed.every(Boolean)) return part;
        return {
          ...part,
          exponents: part.exponents.map((exponent, k) =>
            part.fixed[k] ? exponent : (values[at++] as number),
          ),
        };
      case 'power': {
        const base = visit(part.base);
        return { ...part, base, exponent: part.fixed ? part.exponent : (values[at++] as number) };
      }
      case 'call':
        return { ...part, of: visit(part.of) };
      default:
        return { ...part, parts: part.parts.map(visit) };
    }
  };
  return visit(node);
}

/** The same tree with its `index`-th free parameter fixed to `value`. */
export function withFixedParameter(node: Node, index: number, value: number): Node {
  let at = 0;
  const visit = (part: Node): Node => {
    switch (part.kind) {
      case 'number':
        if (part.fixed) return part;
        return at++ === index ? { kind: 'number', value, fixed: true } : part;
      case 'monomial': {
        const own = part.fixed.map((fixed) => !fixed && at++ === index);
        if (!own.includes(true)) return part;
        return {
          ...part,
          exponents: part.exponents.map((exponent, k) => (own[k] ? value : exponent)),
          fixed: part.fixed.map((fixed, k) => fixed || (own[k] as boolean)),
        };
      }
      case 'power': {
        const base = visit(part.base);
        if (part.fixed) return { ...part, base };
        return at++ === index ? { ...part, base, exponent: value, fixed: true } : { ...part, base };
      }
      case 'call':
        return { ...part, of: visit(part.of) };
      default:
        return { ...part, parts: part.parts.map(visit) };
    }
  };
  return visit(node);
}

/** Values of `node`, one per row. */
export function valuesOf(node: Node, columns: Columns): Float64Array {
  switch (node.kind) {
    case 'number':
      return new Float64Array(columns.rows).fill(node.value);
    case 'monomial':
      return monomialValues(node.exponents, columns);
    case 'sum':
    case 'product': {
      const total = valuesOf(node.parts[0] as Node, columns);
      for (let p = 1; p < node.parts.length; p++) {
        const values = valuesOf(node.parts[p] as Node, columns);
        if (node.kind === 'sum') {
          for (let row = 0; row < total.length; row++)
            total[row] = (total[row] as number) + (values[row] as number);
        } else {
          for (let row = 0; row < total.length; row++)
            total[row] = (total[row] as number) * (values[row] as number);
        }
      }
      return total;
    }
    case 'power': {
      const values = valuesOf(node.base, columns);
      raise(values, node.exponent);
      return values;
    }
    case 'call': {
      const values = valuesOf(node.of, columns);
      const { value } = functions[node.name];
      for (let row = 0; row < values.length; row++) values[row] = value(values[row] as number);
      return values;
    }
  }
}

function raise(values: Float64Array, exponent: number): void {
  const n = values.length;
  if (exponent === 1) return;
  if (exponent === 2) for (let row = 0; row < n; row++) values[row] = (values[row] as number) ** 2;
  else if (exponent === -1) for (let row = 0; row < n; row++) values[row] = 1 / (values[row] as number);
  else if (exponent === 0.5) for (let row = 0; row < n; row++) values[row] = Math.sqrt(values[row] as number);
  else if (exponent === -0.5)
    for (let row = 0; row < n; row++) values[row] = 1 / Math.sqrt(values[row] as number);
  else if (exponent === -2) for (let row = 0; row < n; row++) values[row] = 1 / (values[row] as number) ** 2;
  else if (Number.isInteger(exponent))
    for (let row = 0; row < n; row++) values[row] = (values[row] as number) ** exponent;
  // Several times faster than **.
  else for (let row = 0; row < n; row++) values[row] = Math.exp(exponent * Math.log(values[row] as number));
}

/** Exponents that are applied by multiplication, which is more exact than by logarithms. */
const isSmallWhole = (exponent: number) => Number.isInteger(exponent) && Math.abs(exponent) <= 4;

export function monomialValues(exponents: readonly number[], columns: Columns): Float64Array {
  const n = columns.rows;
  const result = new Float64Array(n);
  let started = false;
  for (let k = 0; k < exponents.length; k++) {
    const exponent = exponents[k] as number;
    if (exponent === 0 || isSmallWhole(exponent) || !columns.positive[k]) continue;
    const logs = columns.logs[k] as Float64Array;
    for (let row = 0; row < n; row++)
      result[row] = (result[row] as number) + exponent * (logs[row] as number);
    started = true;
  }
  if (started) for (let row = 0; row < n; row++) result[row] = Math.exp(result[row] as number);
  else result.fill(1);
  for (let k = 0; k < exponents.length; k++) {
    const exponent = exponents[k] as number;
    if (exponent === 0) continue;
    const values = columns.values[k] as Float64Array;
    if (exponent === 1)
      for (let row = 0; row < n; row++) result[row] = (result[row] as number) * (values[row] as number);
    else if (exponent === -1)
      for (let row = 0; row < n; row++) result[row] = (result[row] as number) / (values[row] as number);
    else if (exponent === 2)
      for (let row = 0; row < n; row++) result[row] = (result[row] as number) * (values[row] as number) ** 2;
    else if (isSmallWhole(exponent) || !columns.positive[k])
      for (let row = 0; row < n; row++)
        result[row] = (result[row] as number) * (values[row] as number) ** exponent;
  }
  return result;
}

export interface Derivatives {
  readonly values: Float64Array;
  /** One column per free parameter, in the order of `parametersOf`. */
  readonly by: readonly Float64Array[];
}

/** Values and their derivatives by every free parameter (reverse mode, row by row). */
export function derivativesOf(node: Node, columns: Columns): Derivatives {
  const forward = new Map<Node, Float64Array>();
  const compute = (part: Node): Float64Array => {
    const known = forward.get(part);
    if (known) return known;
    let values: Float64Array;
    switch (part.kind) {
      case 'sum':
      case 'product': {
        const first = compute(part.parts[0] as Node);
        values = first.slice();
        for (let p = 1; p < part.parts.length; p++) {
          const other = compute(part.parts[p] as Node);
          if (part.kind === 'sum')
            for (let row = 0; row < values.length; row++)
              values[row] = (values[row] as number) + (other[row] as number);
          else
            for (let row = 0; row < values.length; row++)
              values[row] = (values[row] as number) * (other[row] as number);
        }
        break;
      }
      case 'power':
        values = compute(part.base).slice();
        raise(values, part.exponent);
        break;
      case 'call': {
        const inner = compute(part.of);
        const { value } = functions[part.name];
        values = inner.map(value);
        break;
      }
      default:
        values = valuesOf(part, columns);
    }
    forward.set(part, values);
    return values;
  };
  const values = compute(node);
  const by: Float64Array[] = [];
  const n = columns.rows;
  const back = (part: Node, adjoint: Float64Array): void => {
    switch (part.kind) {
      case 'number':
        if (!part.fixed) by.push(adjoint);
        return;
      case 'monomial': {
        const own = forward.get(part) as Float64Array;
        part.exponents.forEach((_, k) => {
          if (part.fixed[k]) return;
          const logs = columns.logs[k] as Float64Array;
          const slope = new Float64Array(n);
          for (let row = 0; row < n; row++)
            slope[row] = (adjoint[row] as number) * (own[row] as number) * (logs[row] as number);
          by.push(slope);
        });
        return;
      }
      case 'sum':
        for (const each of part.parts) back(each, adjoint);
        return;
      case 'product':
        part.parts.forEach((each, p) => {
          if (isFixed(each)) return;
          const slope = adjoint.slice();
          part.parts.forEach((other, q) => {
            if (q === p) return;
            const factor = forward.get(other) as Float64Array;
            for (let row = 0; row < n; row++) slope[row] = (slope[row] as number) * (factor[row] as number);
          });
          back(each, slope);
        });
        return;
      case 'power': {
        const base = forward.get(part.base) as Float64Array;
        const own = forward.get(part) as Float64Array;
        const { exponent } = part;
        if (!isFixed(part.base)) {
          const slope = new Float64Array(n);
          for (let row = 0; row < n; row++)
            slope[row] = ((adjoint[row] as number) * exponent * (own[row] as number)) / (base[row] as number);
          back(part.base, slope);
        }
        if (!part.fixed) {
          const slope = new Float64Array(n);
          for (let row = 0; row < n; row++) {
            const b = base[row] as number;
            slope[row] =
              b === 0 ? 0 : (adjoint[row] as number) * (own[row] as number) * Math.log(Math.abs(b));
          }
          by.push(slope);
        }
        return;
      }
      case 'call': {
        if (isFixed(part.of)) return;
        const inner = forward.get(part.of) as Float64Array;
        const { slope: derivative } = functions[part.name];
        const slope = new Float64Array(n);
        for (let row = 0; row < n; row++)
          slope[row] = (adjoint[row] as number) * derivative(inner[row] as number);
        back(part.of, slope);
        return;
      }
    }
  };
  back(node, new Float64Array(n).fill(1));
  return { values, by };
}

const isFixed = (node: Node): boolean => parametersOf(node).length === 0;

/** What it costs to say `node`: one for every number, column and operation in it. */
export function nodeSize(node: Node): number {
  switch (node.kind) {
    case 'number':
      return 1;
    case 'monomial': {
      let size = 0;
      for (const exponent of node.exponents)
        if (exponent !== 0) size += exponent === 1 ? 2 : exponent === -1 ? 2 : 3;
      return Math.max(1, size - 1);
    }
    case 'power':
      return node.exponent === 1
        ? nodeSize(node.base)
        : node.exponent === -1
          ? nodeSize(node.base) + 1
          : nodeSize(node.base) + 2;
    case 'call':
      return 1 + nodeSize(node.of);
    default:
      return node.parts.reduce((size, part) => size + nodeSize(part) + 1, -1);
  }
}

/** A short text for people who debug the search. */
export function showNode(node: Node, names?: readonly string[]): string {
  switch (node.kind) {
    case 'number':
      return String(Number(node.value.toPrecision(6)));
    case 'monomial': {
      const parts = node.exponents.flatMap((exponent, k) =>
        exponent === 0
          ? []
          : [`${names?.[k] ?? `x${k}`}${exponent === 1 ? '' : `^${Number(exponent.toPrecision(4))}`}`],
      );
      return parts.join('*') || '1';
    }
    case 'power':
      return `(${showNode(node.base, names)})^${Number(node.exponent.toPrecision(4))}`;
    case 'call':
      return `${node.name}(${showNode(node.of, names)})`;
    case 'sum':
      return `(${node.parts.map((part) => showNode(part, names)).join(' + ')})`;
    case 'product':
      return node.parts.map((part) => showNode(part, names)).join('*');
  }
}
