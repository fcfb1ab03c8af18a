/** What a layer computes: twice, once composed of TensorFlow.js's operations and once in kernels of its own. */

import type { Tensor, TensorFlow } from './tensorflow.ts';

/** A pass of training, whose number decides what units with noise draw; undefined in predictions. */
export type Draw = { readonly seed: number; readonly step: number } | undefined;

/** A layer over rows, without a graph: forward and backward. Tensors that are made belong to the caller. */
export interface LayerFunction {
  /** `x` `[rows, inputs]` → `y` `[rows, outputs]`, with what the backward pass needs if `keep`. */
  forward(
    x: Tensor,
    parameters: readonly Tensor[],
    draw: Draw,
    keep: boolean,
  ): { readonly y: Tensor; readonly kept: readonly Tensor[] };
  /** From the gradient of `y` to that of `x` and of each parameter. */
  backward(
    dy: Tensor,
    x: Tensor,
    parameters: readonly Tensor[],
    kept: readonly Tensor[],
    draw: Draw,
  ): { readonly dx: Tensor; readonly parameters: readonly Tensor[] };
  dispose(): void;
}

/** y = layer(x), for TensorFlow.js to differentiate by the layer's own backward pass. */
export function differentiable(
  tf: TensorFlow,
  layer: LayerFunction,
  x: Tensor,
  parameters: readonly Tensor[],
  draw: Draw,
): Tensor {
  const keep = tf.engine().isTapeOn();
  const count = parameters.length;
  return tf.customGrad((...given) => {
    const [x, ...rest] = given as [Tensor, ...Tensor[]];
    const own = rest.slice(0, count);
    const save = rest[count] as unknown as (tensors: Tensor[]) => void;
    const { y, kept } = layer.forward(x, own, draw, keep);
    save([x, ...own, ...kept]);
    return {
      value: y,
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, ...others] = saved as [Tensor, ...Tensor[]];
        const gradients = layer.backward(dy, x, others.slice(0, count), others.slice(count), draw);
        return [gradients.dx, ...gradients.parameters];
      },
    };
  })(x, ...parameters);
}
