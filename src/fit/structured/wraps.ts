/** Functions that the target is taken through before it is searched: y = f(t). */

import { type FunctionName, functions } from './functions.ts';
import { call, type Node, number, product, sum } from './tree.ts';

export interface Wrap {
  readonly name: string;
  /** What t is taken through to give y; undefined where t is y. */
  readonly outer: FunctionName | undefined;
  readonly inverse: (y: number) => number;
  readonly fits: (y: Float64Array) => boolean;
}

const always = () => true;
const within = (low: number, high: number) => (y: Float64Array) =>
  y.every((value) => value > low && value < high);

export const identity: Wrap = { name: 'y', outer: undefined, inverse: (y) => y, fits: always };

export const wraps: readonly Wrap[] = [
  identity,
  { name: 'log y', outer: 'exp', inverse: Math.log, fits: within(0, Number.POSITIVE_INFINITY) },
  { name: 'exp y', outer: 'log', inverse: Math.exp, fits: within(-50, 50) },
  {
    name: 'sin y',
    outer: 'asin',
    inverse: Math.sin,
    fits: within(-Math.PI / 2 - 1e-12, Math.PI / 2 + 1e-12),
  },
  { name: 'cos y', outer: 'acos', inverse: Math.cos, fits: within(-1e-12, Math.PI + 1e-12) },
  { name: 'tan y', outer: 'atan', inverse: Math.tan, fits: within(-Math.PI / 2, Math.PI / 2) },
];

/** The tree of y where `node` is that of t. */
export function wrapped(node: Node, { outer }: Wrap): Node {
  if (!outer) return node;
  return outer === 'exp' ? exponentialOf(node) : call(outer, node);
}

/** e^node, where constants and logarithms of columns in a sum become factors. */
function exponentialOf(node: Node): Node {
  const parts = node.kind === 'sum' ? node.parts : [node];
  const factors: Node[] = [];
  const left: Node[] = [];
  for (const part of parts) {
    if (part.kind === 'number') factors.push({ ...part, value: Math.exp(part.value) });
    else {
      const power = powerOf(part);
      if (power) factors.push(power);
      else left.push(part);
    }
  }
  if (left.length > 0) factors.push(call('exp', left.length === 1 ? (left[0] as Node) : sum(...left)));
  return product(...factors);
}

/** x^c of c · log x; undefined for anything else. */
function powerOf(part: Node): Node | undefined {
  const [first, second, ...others] = part.kind === 'product' ? part.parts : [number(1, true), part];
  if (others.length > 0 || first?.kind !== 'number' || second?.kind !== 'call' || second.name !== 'log')
    return undefined;
  const { of } = second;
  if (of.kind !== 'monomial' || !Number.isFinite(first.value)) return undefined;
  return {
    kind: 'monomial',
    exponents: of.exponents.map((exponent) => exponent * first.value),
    fixed: of.exponents.map((exponent, k) => exponent === 0 || (first.fixed && (of.fixed[k] as boolean))),
  };
}

/** |dt/dy| on every row. */
export const stretch = ({ outer }: Wrap, t: Float64Array): Float64Array =>
  outer ? t.map((value) => 1 / Math.abs(functions[outer].slope(value))) : t.map(() => 1);
