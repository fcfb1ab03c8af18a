/** Parameters of a model on the GPU, for comparison with a reference or another model. */

import type { Model } from '../../src/index.ts';
import type { ReferenceLayer } from '../reference/training.ts';

/** A reference in float64 with the parameters that `model` has now. */
export async function referenceOf(model: Model): Promise<ReferenceLayer[]> {
  return (await model.weights()).map(({ unit, parameters }) => ({
    unit,
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data) },
      ]),
    ),
  }));
}

/** All parameters of all layers, one after the other. */
export const flat = (layers: readonly Pick<ReferenceLayer, 'parameters'>[]): number[] =>
  layers.flatMap(({ parameters }) => Object.values(parameters).flatMap(({ data }) => [...data]));

/** The same of a model. */
export const parametersOf = async (model: Model): Promise<number[]> => flat(await referenceOf(model));
