/** Ranges of parameters, which TensorFlow.js's optimisers know nothing of. */

import type { LayerVariable, Tensor, TensorFlow, Variable } from './tensorflow.ts';

/** From now on, whoever reads `variable` finds it clipped to `range`: after each update, and before anything is computed of it. */
export function keepWithin(
  tf: TensorFlow,
  variable: LayerVariable,
  [low, high]: readonly [number, number],
): void {
  const read = variable.read.bind(variable);
  // An update gives the variable other data.
  let clipped: object | undefined;
  variable.read = (): Tensor => {
    const value = read() as Variable;
    if (value.dataId !== clipped) {
      tf.tidy(() => value.assign(tf.clipByValue(value, low, high)));
      clipped = value.dataId;
    }
    return value;
  };
}
