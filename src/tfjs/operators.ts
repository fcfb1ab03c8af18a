/** The operators of expressions as operations of TensorFlow.js, with the ends that float32 has in the kernels. */

import type { OperatorName } from '../expression/tree.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';

/** A tensor, or a number that stands for one. */
export type Operand = Tensor | number;

/** Where `boundedExp` ends, so that e^a is a number in float32. */
const LARGEST_EXPONENT = 88.72;
/** The smallest normal number of float32: the logarithm of all below it is its own. */
const SMALLEST = 2 ** -126;
/** Whole exponents up to this size are products; beyond, the power goes through logarithms. */
const LARGEST_PRODUCT = 64;

/** What each operator is on tensors, which are broadcast. */
export const tensorOperators = (
  tf: TensorFlow,
): Readonly<Record<OperatorName, (...args: readonly Operand[]) => Tensor>> => {
  const unary =
    (f: (a: Operand) => Tensor) =>
    (...[a]: readonly Operand[]): Tensor =>
      f(a as Operand);
  const binary =
    (f: (a: Operand, b: Operand) => Tensor) =>
    (...[a, b]: readonly Operand[]): Tensor =>
      f(a as Operand, b as Operand);
  const all =
    (f: (a: Operand, b: Operand) => Tensor) =>
    (...[first, ...others]: readonly Operand[]): Tensor =>
      others.reduce<Operand>((result, other) => f(result, other), first as Operand) as Tensor;
  const derivative = (a: Operand): Tensor => {
    const e = tf.exp(tf.mul(-2, tf.abs(a)));
    const whole = tf.add(1, e);
    return tf.div(tf.mul(4, e), tf.mul(whole, whole));
  };
  return {
    add: all(tf.add),
    subtract: binary(tf.sub),
    multiply: all(tf.mul),
    divide: binary(tf.div),
    negate: unary(tf.neg),
    power: binary((a, b) => powerOf(tf, a, b)),
    sqrt: unary(tf.sqrt),
    abs: unary(tf.abs),
    sign: unary(tf.sign),
    exp: unary(tf.exp),
    boundedExp: unary((a) => tf.exp(tf.minimum(a, LARGEST_EXPONENT))),
    boundedExpDerivative: unary((a) =>
      tf.where(tf.greaterEqual(a, LARGEST_EXPONENT), 0, tf.exp(tf.minimum(a, LARGEST_EXPONENT))),
    ),
    expm1: unary(tf.expm1),
    log: unary((a) => tf.log(tf.maximum(a, SMALLEST))),
    log1p: unary(tf.log1p),
    sin: unary(tf.sin),
    cos: unary(tf.cos),
    tan: unary(tf.tan),
    asin: unary(tf.asin),
    acos: unary(tf.acos),
    atan: unary(tf.atan),
    sinh: unary(tf.sinh),
    cosh: unary(tf.cosh),
    tanh: unary(tf.tanh),
    tanhDerivative: unary(derivative),
    sinpi: unary((a) => turned(tf, a).sine),
    cospi: unary((a) => turned(tf, a).cosine),
    sigmoid: unary(tf.sigmoid),
    sigmoidDerivative: unary((a) => tf.mul(tf.sigmoid(a), tf.sigmoid(tf.neg(a)))),
    softplus: unary((a) => tf.add(tf.maximum(a, 0), tf.log1p(tf.exp(tf.neg(tf.abs(a)))))),
    floor: unary(tf.floor),
    min: binary(tf.minimum),
    max: binary(tf.maximum),
    select: (...args) => {
      const [a, b, c, d] = args as [Operand, Operand, Operand, Operand];
      return tf.where(tf.greater(a, b), c, d);
    },
  };
};

/** a ^ b; √a and whole exponents without logarithms. */
function powerOf(tf: TensorFlow, a: Operand, b: Operand): Tensor {
  if (b === 0.5) return tf.sqrt(a);
  if (typeof b !== 'number' || !Number.isInteger(b) || b === 0 || Math.abs(b) > LARGEST_PRODUCT) {
    return tf.pow(a, b);
  }
  let product: Tensor | undefined;
  let factor = tf.mul(a, 1);
  for (let rest = Math.abs(b); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) product = product ? tf.mul(product, factor) : factor;
    if (rest > 1) factor = tf.mul(factor, factor);
  }
  return b > 0 ? (product as Tensor) : tf.div(1, product as Tensor);
}

/** sin(π a) and cos(π a), exact for whole and half a. */
function turned(tf: TensorFlow, a: Operand): { readonly sine: Tensor; readonly cosine: Tensor } {
  const t = tf.sub(a, tf.mul(2, tf.round(tf.mul(0.5, a))));
  const quarters = tf.round(tf.mul(2, t));
  const rest = tf.mul(Math.PI, tf.sub(t, tf.mul(0.5, quarters)));
  const [sin, cos] = [tf.sin(rest), tf.cos(rest)];
  const odd = tf.equal(tf.abs(quarters), 1);
  const sign = tf.sign(quarters);
  const opposite = tf.equal(tf.abs(quarters), 2);
  const sine = tf.where(odd, tf.mul(sign, cos), tf.where(opposite, tf.neg(sin), sin));
  const cosine = tf.where(odd, tf.mul(tf.neg(sign), sin), tf.where(opposite, tf.neg(cos), cos));
  return { sine, cosine };
}
