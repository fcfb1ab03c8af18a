/** What an expression becomes: a function in float64, and the text of a WGSL expression. */

import { f32 } from '../../../shaders/wgsl.ts';
import { LARGEST_PRODUCT, type OperationName, operations } from './operations.ts';
import type { Expression } from './parse.ts';

/** The value for the variables' values in their order. */
export type RealFunction = (x: ArrayLike<number>) => number;

/** The expression as a function in float64. */
export function toFunction(tree: Expression): RealFunction {
  if (tree.kind === 'number') return () => tree.value;
  if (tree.kind === 'variable') return (x) => x[tree.index] as number;
  const { compute, operands } = operations[tree.name];
  const [first, second] = tree.operands.map(toFunction) as [RealFunction, RealFunction];
  return operands === 1 ? (x) => compute(first(x), Number.NaN) : (x) => compute(first(x), second(x));
}

/** The expression in WGSL; it needs the fragment `math` and the declarations `powers`. */
export function toWgsl(tree: Expression, variable: (index: number) => string): string {
  if (tree.kind === 'number') return f32(tree.value);
  if (tree.kind === 'variable') return variable(tree.index);
  const [first, second] = tree.operands;
  const a = toWgsl(first as Expression, variable);
  if (tree.name === '^' && second?.kind === 'number')
    return wholePower(a, second.value) ?? powerText(a, second);
  const b = second ? toWgsl(second, variable) : '';
  // What WGSL groups to the left anyway needs no parentheses, of which compilers allow few inside each other.
  const open = continues(tree.name, first as Expression) ? a.slice(1, -1) : a;
  return operations[tree.name].text(open, b);
}

/** a · a · … for whole exponents; undefined for others. */
function wholePower(a: string, exponent: number): string | undefined {
  const size = Math.abs(exponent);
  if (!Number.isInteger(exponent) || size === 0 || size > LARGEST_PRODUCT) return undefined;
  const product = `t_product(${a}, ${size}u)`;
  return exponent > 0 ? product : `(${f32(1)} / ${product})`;
}

const powerText = (a: string, { value }: { readonly value: number }): string =>
  operations['^'].text(a, f32(value));

const SUMS: readonly OperationName[] = ['+', '-'];
const PRODUCTS: readonly OperationName[] = ['*', '/'];

const continues = (name: OperationName, left: Expression): boolean =>
  left.kind === 'operation' &&
  [SUMS, PRODUCTS].some((chain) => chain.includes(name) && chain.includes(left.name));
