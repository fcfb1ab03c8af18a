/** Gradients by inputs and parameters: the vector-Jacobian product of a model. */

import type { LossShader } from '../../../shaders/loss.ts';
import { DataError } from '../../errors.ts';
import { Arena } from '../../gpu/arena.ts';
import type { ResolvedModel } from '../../model/description.ts';
import { splitParameters, type Tensor } from '../../model/weights.ts';
import { anything, type Description, needed, size } from '../../options/kinds.ts';
import { type Given, receive } from './encoding.ts';
import type { GpuLayer } from './layers.ts';
import type { Tilings } from './tiles.ts';
import { prepareTraining } from './training-pass.ts';

/** Of `Model.gradients`: rows, and the derivative of the loss by the outputs. */
export interface GradientsOptions {
  /** Inputs, one row each, or a buffer of the model's device, made with COPY_SRC. */
  x: Given;
  /** What the gradient of each output is multiplied by, one row each, or a buffer. */
  dy: Given;
  /** Rows of buffers, where they are larger than their data. Default: all. */
  rows?: number;
}

export const gradientsDescription: Description<GradientsOptions> = {
  fields: { x: needed(anything('rows of inputs')), dy: needed(anything('rows of outputs')), rows: size },
};

/** Gradients of the loss with respect to inputs and parameters. */
export interface Gradients {
  /** Gradient of the inputs, `[rows, inputs]`. */
  readonly x: Float32Array;
  /** Gradient of every parameter, per layer, by name. */
  readonly parameters: readonly Readonly<Record<string, Tensor>>[];
}

/** A 'loss' whose gradient is the target: turns the training pass into a vector-Jacobian product. */
const innerProduct: LossShader = {
  mean: false,
  code: (p) => `
fn ${p}_loss(y: f32, dy: f32) -> f32 { return y * dy; }
fn ${p}_loss_grad(y: f32, dy: f32) -> f32 { return dy; }
`,
};

/** Gradients of Σ y · dy for the outputs y of `x`. */
export async function gradientsOf(
  model: Arena,
  tilings: Tilings,
  layers: readonly GpuLayer[],
  resolved: ResolvedModel,
  { x, dy, rows }: GradientsOptions,
): Promise<Gradients> {
  const arena = new Arena(model, 'this gradient');
  try {
    const inputs = receive(arena, 'x', x, resolved.inputs, rows);
    const outer = receive(arena, 'dy', dy, resolved.outputs, rows);
    if (inputs.rows !== outer.rows) {
      throw new DataError(`x has ${inputs.rows} rows but dy has ${outer.rows}; they must be equal`);
    }
    const training = await prepareTraining(arena, layers, {
      tilings,
      rows: inputs.rows,
      x: inputs.buffer,
      targets: outer.buffer,
      loss: innerProduct,
      inputGradient: true,
    });
    arena.run(await Promise.all([...training.forward, ...training.backward, ...training.steps]));
    const dx = await arena.readFloats(training.dx as GPUBuffer, 0, inputs.rows * resolved.inputs);
    const flat = await Promise.all(training.results.map((buffer) => arena.readFloats(buffer)));
    const parameters = resolved.layers.map((layer, index) =>
      splitParameters(layer, flat[index] as Float32Array),
    );
    return { x: dx, parameters };
  } finally {
    arena.dispose();
  }
}
