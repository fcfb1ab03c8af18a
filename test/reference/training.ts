/** Training in float64: the layers' references, a loss and an optimiser, each from its paper's equations. */

import { backward, matrix } from './autodiff.ts';
import { references } from './units.ts';

export interface ReferenceLayer {
  readonly unit: string;
  readonly parameters: Record<string, { shape: readonly number[]; data: Float64Array }>;
}

export interface ReferenceData {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly rows: number;
}

/** Mean of squares, and the gradient of every parameter, `[layer][name]`. */
export function meanSquaredGradients(layers: readonly ReferenceLayer[], { x, y, rows }: ReferenceData) {
  const leaves = layers.map(({ parameters }) =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, data }]) => [
        name,
        matrix(shape.length > 1 ? (shape[0] as number) : 1, shape.at(-1) ?? 1, data),
      ]),
    ),
  );
  let value = matrix(rows, x.length / rows, x);
  layers.forEach(({ unit }, index) => {
    const reference = references[unit];
    if (!reference) throw new Error(`unit ${unit} has no float64 reference`);
    value = reference(value, leaves[index] ?? {});
  });
  const errors = value.data.map((output, index) => output - (y[index] as number));
  backward(
    value,
    errors.map((error) => (2 * error) / errors.length),
  );
  const loss = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
  return {
    loss,
    gradients: leaves.map((leaf) => Object.fromEntries(Object.entries(leaf).map(([n, m]) => [n, m.grad]))),
  };
}

/** Adam (Kingma and Ba, 2015, algorithm 1), full batch. Changes `layers` in place; returns the loss before each step. */
export function trainAdam(
  layers: readonly ReferenceLayer[],
  data: ReferenceData,
  steps: number,
  rate: number,
): number[] {
  const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8];
  const moments = new Map<Float64Array, { m: Float64Array; v: Float64Array }>();
  return Array.from({ length: steps }, (_, step) => {
    const { loss, gradients } = meanSquaredGradients(layers, data);
    layers.forEach(({ parameters }, index) => {
      for (const [name, { data: theta }] of Object.entries(parameters)) {
        const gradient = gradients[index]?.[name] as Float64Array;
        const state = moments.get(theta) ?? {
          m: new Float64Array(theta.length),
          v: new Float64Array(theta.length),
        };
        moments.set(theta, state);
        for (let i = 0; i < theta.length; i++) {
          const g = gradient[i] as number;
          const m = beta1 * (state.m[i] as number) + (1 - beta1) * g;
          const v = beta2 * (state.v[i] as number) + (1 - beta2) * g * g;
          state.m[i] = m;
          state.v[i] = v;
          const corrected = m / (1 - beta1 ** (step + 1));
          theta[i] =
            (theta[i] as number) - (rate * corrected) / (Math.sqrt(v / (1 - beta2 ** (step + 1))) + epsilon);
        }
      }
    });
    return loss;
  });
}
