/** One layer in TensorFlow.js: outputs, and gradients by its own automatic differentiation. */

import { type TensorFlow, type UnitLayer, unitLayers } from '../../src/tfjs/index.ts';
import type { UnitCase, UnitResult } from './compare-unit.ts';

/** A built layer with the parameters of `given`. */
export function builtLayer(
  tf: TensorFlow,
  { unit, inputs, outputs, parameters, options }: UnitCase,
  fused: boolean,
): UnitLayer {
  const layer = unitLayers(tf)(unit, { units: outputs, fused, ...(options && { options }) });
  layer.apply(tf.input({ shape: [inputs] }) as never);
  const values = Object.values(parameters);
  layer.setWeights(layer.getWeights().map(({ shape }, k) => tf.tensor(values[k] as Float32Array, shape)));
  return layer;
}

/** Outputs and gradients of Σ y · dy. */
export async function runInTfjs(tf: TensorFlow, given: UnitCase, fused: boolean): Promise<UnitResult> {
  const { inputs, outputs } = given;
  const layer = builtLayer(tf, given, fused);
  const rows = given.x.length / inputs;
  const x = tf.tensor2d(given.x, [rows, inputs]);
  const dy = tf.tensor2d(given.dy, [rows, outputs]);
  const loss = (input: typeof x) =>
    tf.sum(tf.mul(layer.apply(input) as typeof x, dy)) as ReturnType<typeof tf.scalar>;
  const y = layer.apply(x) as typeof x;
  const dx = tf.grad((input) => loss(input as typeof x))(x);
  const variables = layer.trainableWeights.map((weight) => weight.read() as ReturnType<typeof tf.variable>);
  const { grads } = tf.variableGrads(() => loss(x), variables);
  const gradients = await Promise.all(
    Object.keys(given.parameters).map(async (name, k) => {
      const data = await grads[(variables[k] as { name: string }).name]?.data();
      return [name, data as Float32Array] as const;
    }),
  );
  const result = {
    y: (await y.data()) as Float32Array,
    dx: (await dx.data()) as Float32Array,
    parameters: Object.fromEntries(gradients),
  };
  layer.dispose();
  tf.dispose([x, dy, y, dx, ...Object.values(grads)]);
  return result;
}
