/** Training in float64: the layers' references, a loss, penalties, clipping, optimisers and ranges, each from its paper. */

import type { OptimizerName } from '../../shaders/optimizers.wgsl.ts';
import { backward, type Matrix64, matrix, type Parameters64, type Reference } from './autodiff.ts';
import { type Hyper, optimizerSteps, type Row } from './optimizers.ts';
import { penalties, ranges } from './penalties.ts';
import { references } from './units.ts';

export interface ReferenceLayer {
  readonly unit: string;
  readonly parameters: Record<string, { shape: readonly number[]; data: Float64Array }>;
  /** The unit's equation at a step, where it is another than in prediction. */
  readonly equation?: (step: number) => Reference;
}

export interface ReferenceData {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  readonly rows: number;
}

export interface ReferenceRecipe {
  readonly optimizer: OptimizerName;
  readonly hyper: Hyper;
  readonly rate: number;
  /** Bound of the gradient's elements, penalty included. */
  readonly clip?: number;
  /** Bound of the norm of the gradient of all trained layers together, after `clip`. */
  readonly clipNorm?: number;
  /** Factor of each layer's penalty, and whether it is the mean over a tensor or the sum. */
  readonly penalties?: readonly { readonly strength: number; readonly reduction: 'mean' | 'sum' }[];
  /** From the rows and the layers' parameters to the outputs. Default: one layer after the other. */
  readonly network?: (x: Matrix64, leaves: readonly Parameters64[]) => Matrix64;
  /** Default: the mean of squares. */
  readonly loss?: ReferenceLoss;
  /** λ of each layer's L1 penalty, λ Σ |θ|. */
  readonly l1?: readonly number[];
  /** Whether each layer keeps its parameters. */
  readonly frozen?: readonly boolean[];
}

/** The loss of outputs with these targets, and its gradient by them. */
export type ReferenceLoss = (
  outputs: ArrayLike<number>,
  targets: ArrayLike<number>,
) => { readonly loss: number; readonly slopes: readonly number[] };

const meanSquares: ReferenceLoss = (outputs, targets) => {
  const errors = Array.from(outputs, (output, index) => output - (targets[index] as number));
  return {
    loss: errors.reduce((sum, error) => sum + error * error, 0) / errors.length,
    slopes: errors.map((error) => (2 * error) / errors.length),
  };
};

/** The loss, and the gradient of every parameter, `[layer][name]`. */
export function lossGradients(
  layers: readonly ReferenceLayer[],
  { x, y, rows }: ReferenceData,
  step = 0,
  lossOf: ReferenceLoss = meanSquares,
  network?: ReferenceRecipe['network'],
) {
  const leaves = layers.map(({ parameters }) =>
    Object.fromEntries(
      Object.entries(parameters).map(([name, { shape, data }]) => [
        name,
        matrix(shape.length > 1 ? (shape[0] as number) : 1, shape.at(-1) ?? 1, data),
      ]),
    ),
  );
  let value = matrix(rows, x.length / rows, x);
  if (network) value = network(value, leaves);
  layers.forEach(({ unit, equation }, index) => {
    if (network) return;
    const reference = equation ? equation(step) : references[unit];
    if (!reference) throw new Error(`unit ${unit} has no float64 reference`);
    value = reference(value, leaves[index] ?? {});
  });
  const { loss, slopes } = lossOf(value.data, y);
  backward(value, Float64Array.from(slopes));
  return {
    loss,
    gradients: leaves.map((leaf) => Object.fromEntries(Object.entries(leaf).map(([n, m]) => [n, m.grad]))),
  };
}

/** Full batch. Changes `layers` in place; returns the loss before each step. */
export function trainReference(
  layers: readonly ReferenceLayer[],
  data: ReferenceData,
  steps: number,
  recipe: ReferenceRecipe,
): number[] {
  const state = new Map<Float64Array, Row[]>();
  return Array.from({ length: steps }, (_, step) => {
    const { loss, gradients } = lossGradients(layers, data, step, recipe.loss, recipe.network);
    const wholes = layers.map(({ unit, parameters }, layer) =>
      Object.fromEntries(
        Object.entries(parameters).map(([name, { data: theta }]) => {
          const push = penaltyGradient(unit, name, theta, recipe.penalties?.[layer]);
          const clip = recipe.clip ?? Number.POSITIVE_INFINITY;
          const whole = theta.map((value, i) => {
            const own = gradients[layer]?.[name]?.[i] as number;
            const sum = own + (push[i] as number) + (recipe.l1?.[layer] ?? 0) * Math.sign(value);
            return recipe.frozen?.[layer] ? 0 : Math.max(-clip, Math.min(clip, sum));
          });
          return [name, whole];
        }),
      ),
    );
    const squares = wholes.flatMap((tensors) => Object.values(tensors).flatMap((whole) => [...whole]));
    const norm = Math.sqrt(squares.reduce((sum, g) => sum + g * g, 0));
    const factor = Math.min(1, (recipe.clipNorm ?? Number.POSITIVE_INFINITY) / norm);
    layers.forEach(({ unit, parameters }, layer) => {
      if (recipe.frozen?.[layer]) return;
      for (const [name, { data: theta }] of Object.entries(parameters)) {
        const rows = state.get(theta) ?? Array.from(theta, (): Row => [0, 0, 0]);
        state.set(theta, rows);
        const [low, high] = ranges[unit]?.[name] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
        for (let i = 0; i < theta.length; i++) {
          const g = factor * (wholes[layer]?.[name]?.[i] as number);
          const [, first, second] = rows[i] as Row;
          const advance = optimizerSteps[recipe.optimizer];
          const row = advance([theta[i] as number, first, second], g, recipe.rate, step + 1, recipe.hyper);
          rows[i] = row;
          theta[i] = Math.max(low, Math.min(high, row[0]));
        }
      }
    });
    return loss;
  });
}

/** Gradient of the penalty of one tensor. */
function penaltyGradient(
  unit: string,
  name: string,
  theta: Float64Array,
  wanted: { strength: number; reduction: 'mean' | 'sum' } | undefined,
): Float64Array {
  const penalty = penalties[unit]?.[name];
  if (!penalty || !wanted) return new Float64Array(theta.length);
  const leaf = matrix(1, theta.length, theta);
  const share = wanted.reduction === 'mean' ? 1 / theta.length : 1;
  backward(penalty(leaf), new Float64Array(theta.length).fill(wanted.strength * share));
  return leaf.grad;
}

/** Adam (Kingma and Ba, 2015, algorithm 1) with its defaults, and nothing beside it. */
export const trainAdam = (
  layers: readonly ReferenceLayer[],
  data: ReferenceData,
  steps: number,
  rate: number,
): number[] =>
  trainReference(layers, data, steps, {
    optimizer: 'adam',
    hyper: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    rate,
  });
