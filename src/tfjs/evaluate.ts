/** Expressions over tensors. */

import { gradient } from '../expression/differentiate.ts';
import { Numbering } from '../expression/numbering.ts';
import { operators } from '../expression/operators.ts';
import { type Expression, symbol } from '../expression/tree.ts';
import { type Operand, tensorOperators } from './operators.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';

/** Tensors by the names of symbols. */
export type Values = Readonly<Record<string, Tensor>>;

/** `expressions` over `values`, which are broadcast; equal parts are computed once, and numbers stay numbers. */
export function evaluate(tf: TensorFlow, expressions: readonly Expression[], values: Values): Operand[] {
  const functions = tensorOperators(tf);
  const numbering = new Numbering();
  const known: Operand[] = [];
  const tensorOf = (expression: Expression): Operand => {
    const number = numbering.add(expression);
    const before = known[number];
    if (before !== undefined) return before;
    const value = compute(expression);
    known[number] = value;
    return value;
  };
  const compute = (expression: Expression): Operand => {
    if (expression.kind === 'constant') return expression.value;
    if (expression.kind !== 'call') {
      const name = expression.kind === 'symbol' ? expression.name : `x${expression.index}`;
      const value = values[name];
      if (!value) throw new Error(`the symbol ${name} has no value`);
      return value;
    }
    const args = expression.args.map(tensorOf);
    if (!args.every((arg) => typeof arg === 'number')) return functions[expression.name](...args);
    const { value, variadic } = operators[expression.name];
    const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = Number.NaN] = args;
    return variadic ? args.reduce((result, arg) => value(result, arg, 0, 0)) : value(a, b, c, d);
  };
  return expressions.map(tensorOf);
}

/** A value as a tensor of `shape`. */
export function filled(tf: TensorFlow, value: Operand, shape: number[]): Tensor {
  if (typeof value === 'number') return tf.fill(shape, value);
  const same = value.shape.length === shape.length && value.shape.every((size, axis) => size === shape[axis]);
  return same ? value : tf.broadcastTo(value, shape as [number]);
}

/** `expressions` as tensors of `shape`. */
export const evaluateAs = (
  tf: TensorFlow,
  expressions: readonly Expression[],
  values: Values,
  shape: number[],
): Tensor[] => evaluate(tf, expressions, values).map((value) => filled(tf, value, shape));

/** Σ `expression` over the elements of `value`, the symbol `name` in it, with the derivative of the expression. */
export function summed(tf: TensorFlow, expression: Expression, name: string, value: Tensor): Tensor {
  const derivatives = gradient(expression, [symbol(name)]);
  return tf.customGrad((given, save) => {
    const x = given as Tensor;
    (save as (tensors: Tensor[]) => void)([x]);
    const [terms] = evaluateAs(tf, [expression], { [name]: x }, x.shape);
    return {
      value: tf.sum(terms as Tensor),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x] = saved as [Tensor];
        const [derivative] = evaluateAs(tf, derivatives, { [name]: x }, x.shape);
        return tf.mul(dy, derivative as Tensor);
      },
    };
  })(value);
}
