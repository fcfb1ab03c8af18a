/** The contractions of a pass: the kernels whose work is cut into tiles. */

import type { KernelSource } from '../../../shaders/bindings.ts';
import type { AnyTiling } from '../../../shaders/kernels/contraction.ts';
import { layerBackwardInputs } from '../../../shaders/kernels/layer-backward-inputs.wgsl.ts';
import { layerBackwardWeights } from '../../../shaders/kernels/layer-backward-weights.wgsl.ts';
import { type ForwardResult, layerForward } from '../../../shaders/kernels/layer-forward.wgsl.ts';
import { parameterCounts } from '../../../shaders/kernels/parameters.ts';
import type { LossPart } from '../../../shaders/loss.ts';
import type { NamedLayer } from './layers.ts';
import type { TiledKernel } from './tiling.ts';

/** One of them, of one layer. */
export interface LayerContraction {
  readonly kernel: TiledKernel;
  readonly layer: NamedLayer;
  /** The layer before, if the kernel goes on through it. */
  readonly before?: NamedLayer | undefined;
  /** The kernel, cut by `tiling`. */
  source(tiling: AnyTiling): KernelSource;
}

/** What a training pass is about, for its kernels. */
export interface TrainingKernels {
  readonly loss: LossPart;
  /** Whether units with noise draw it. */
  readonly noise: boolean;
  /** Whether the gradient of the inputs is wanted. */
  readonly inputGradient: boolean;
  /** Whether the forward pass ends with the outputs, and the loss is a kernel of its own. */
  readonly open: boolean;
  /** Whether each layer is trained. */
  readonly trainable: readonly boolean[];
}

export const forwardContraction = (layer: NamedLayer, result: ForwardResult): LayerContraction => ({
  kernel: 'forward',
  layer,
  source: (tiling) => layerForward(layer, tiling, result),
});

/** What becomes of a layer's outputs in training. */
export const resultOf = (
  layer: NamedLayer,
  layers: number,
  { loss, noise, open }: TrainingKernels,
): ForwardResult =>
  open || layer.index < layers - 1 ? { kind: 'hidden', noise } : { kind: 'loss', loss, noise };

/** Whether the backward pass reaches a layer's inputs: for a trained layer before, or as they are asked for or have parameters. */
export const reachesInputs = (
  layer: NamedLayer,
  { inputGradient, trainable }: Pick<TrainingKernels, 'inputGradient' | 'trainable'>,
): boolean =>
  inputGradient ||
  trainable.indexOf(true) < layer.index ||
  (trainable[layer.index] === true && parameterCounts(layer).input > 0);

/** All contractions of a training pass. */
export function trainingContractions(
  layers: readonly NamedLayer[],
  kernels: TrainingKernels,
): LayerContraction[] {
  return layers.flatMap((layer) => {
    const before = layers[layer.index - 1];
    const towardsInputs: LayerContraction = {
      kernel: 'inputs',
      layer,
      before,
      source: (tiling) => layerBackwardInputs(layer, tiling, before, kernels.noise),
    };
    const towardsWeights: LayerContraction = {
      kernel: 'weights',
      layer,
      source: (tiling) => layerBackwardWeights(layer, tiling, kernels.noise),
    };
    return [
      forwardContraction(layer, resultOf(layer, layers.length, kernels)),
      ...(reachesInputs(layer, kernels) ? [towardsInputs] : []),
      ...(kernels.trainable[layer.index] ? [towardsWeights] : []),
    ];
  });
}
