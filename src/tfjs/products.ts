/** Products of factors, and of all factors but one, without dividing by zero. */

import type { Tensor, TensorFlow } from './tensorflow.ts';

/** Where products saturate, as in the kernels. */
export const LARGEST = 3e38;

/** A product of factors: that of those which are not zero, and how many are. */
export interface Product {
  readonly size: Tensor;
  readonly zeros: Tensor;
}

/** Over the inputs of `factors`, `[rows, inputs, outputs]`. */
export function productOf(tf: TensorFlow, factors: Tensor): Product {
  const zero = tf.equal(factors, 0);
  // Numbers by `where`, not by `cast`: on the webgpu back end a truth value that is cast cannot be transposed.
  const held = tf.clipByValue(tf.where(zero, 1, factors), -LARGEST, LARGEST);
  return {
    size: tf.clipByValue(tf.prod(held, 1), -LARGEST, LARGEST),
    zeros: tf.sum(tf.where(zero, 1, 0), 1),
  };
}

export const productValue = (tf: TensorFlow, { size, zeros }: Product): Tensor =>
  tf.where(tf.greater(zeros, 0), 0, size);

/** For each of `factors` the product of the others; 0 where that no longer moves anything. */
export function productOfOthers(tf: TensorFlow, { size, zeros }: Product, factors: Tensor): Tensor {
  const zero = tf.equal(factors, 0);
  const others = tf.div(tf.expandDims(size, 1), tf.where(zero, 1, factors));
  const open = tf.logicalAnd(tf.less(zeros, 2), tf.less(tf.abs(size), LARGEST));
  const counts = tf.logicalAnd(
    tf.equal(tf.expandDims(zeros, 1), tf.where(zero, 1, 0)),
    tf.expandDims(open, 1),
  );
  return tf.where(counts, tf.clipByValue(others, -LARGEST, LARGEST), 0);
}
