/** Sums of tensors by name. */

import type { Values } from './evaluate.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';

export class Sums {
  readonly #tf: TensorFlow;
  readonly #sums = new Map<string, Tensor>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  add(name: string, value: Tensor): void {
    const before = this.#sums.get(name);
    this.#sums.set(name, before ? this.#tf.add(before, value) : value);
  }

  /** The sums of `names`, zeros where nothing was added. */
  over(names: readonly string[], shape: number[]): Values {
    return Object.fromEntries(names.map((name) => [name, this.#sums.get(name) ?? this.#tf.zeros(shape)]));
  }
}
