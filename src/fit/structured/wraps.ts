/** Functions that the target is taken through before it is searched: y = f(t). */

import { type FunctionName, functions } from './functions.ts';
import { call, type Node } from './tree.ts';

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
export const wrapped = (node: Node, { outer }: Wrap): Node => (outer ? call(outer, node) : node);

/** |dt/dy| on every row. */
export const stretch = ({ outer }: Wrap, t: Float64Array): Float64Array =>
  outer ? t.map((value) => 1 / Math.abs(functions[outer].slope(value))) : t.map(() => 1);
