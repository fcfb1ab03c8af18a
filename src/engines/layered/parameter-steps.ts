/**
 * The end of a training step: the update of every layer's parameters. Where the norm of the gradient is clipped, every layer's
 * gradient comes first, then the norm, then the updates.
 */

import { gradientNorm, NormBound } from '../../../shaders/kernels/gradient-norm.wgsl.ts';
import { parameterCounts } from '../../../shaders/kernels/parameters.ts';
import type { Arena } from '../../gpu/arena.ts';
import { type BoundKernel, type BoundLayer, stepKernel } from './backward-pass.ts';
import type { GpuLayer } from './layers.ts';

export interface StepUpdate {
  /** Text of the optimiser fragment with prefix `opt`, and its state floats per parameter. */
  readonly optimizer: string;
  readonly slots: number;
  /** Buffers the tick writes: the optimiser's constants of the step, and the strength of each layer's regulariser. */
  readonly stepInfo: GPUBuffer;
  readonly strengths: GPUBuffer;
  /** Whether each layer's regulariser is a mean; else it is a sum. */
  readonly means: readonly boolean[];
  /** Bound of the gradient's elements. */
  readonly clip: number;
  /** Bound of the norm of the whole gradient, if there is one. */
  readonly clipNorm: number | undefined;
  /** What units with noise draw from: the counter of steps and a seed. */
  readonly counter: GPUBuffer;
  readonly seed: number;
  /** Strength of each layer's L1 penalty. */
  readonly l1: readonly number[];
  /** Whether each layer is trained. */
  readonly trainable: readonly boolean[];
}

/** The update of a layer's parameters, with its optimiser's state in `result`; or their gradient, which goes there. */
export function stepOf(bound: BoundLayer, result: GPUBuffer, update: StepUpdate | undefined): BoundKernel {
  if (!update) return stepKernel(bound, { kind: 'gradient' }, { gradient: result });
  const { optimizer, slots, stepInfo, strengths } = update;
  return stepKernel(
    bound,
    { kind: 'update', optimizer, slots, ...penaltiesOf(bound, update) },
    { moments: result, step_info: stepInfo, strengths },
  );
}

/** The penalties of a layer, as its step takes them. */
const penaltiesOf = ({ layer: { index } }: BoundLayer, { means, l1 }: StepUpdate) => ({
  strengthIndex: index,
  mean: means[index] === true,
  l1: l1[index] !== 0,
});

/** The gradient of all layers, and what takes its norm. */
export interface NormClipping {
  readonly gradient: GPUBuffer;
  readonly factor: GPUBuffer;
  /** Where each layer's parameters begin in the gradient. */
  readonly bases: readonly number[];
  readonly norm: BoundKernel;
}

/** Layers that are not trained have a gradient of zeros. */
export function normClipping(arena: Arena, layers: readonly GpuLayer[], bound: number): NormClipping {
  let count = 0;
  const bases = layers.map((layer) => {
    count += parameterCounts(layer).all;
    return count - parameterCounts(layer).all;
  });
  const gradient = arena.values('gradient', count);
  const factor = arena.values('norm factor', 1);
  const norm_bound = arena.uniform('norm bound', NormBound.pack({ count, bound }));
  const norm = {
    source: gradientNorm(),
    buffers: { norm_bound, gradient, norm_factor: factor },
    grid: [1, 1, 1],
  } as const;
  return { gradient, factor, bases, norm };
}

/** The two halves of a layer's step, before and after the norm of the gradient is taken. */
export function clippedStep(
  bound: BoundLayer,
  moments: GPUBuffer,
  update: StepUpdate,
  { gradient, factor, bases }: NormClipping,
): readonly [BoundKernel, BoundKernel] {
  const { optimizer, slots, stepInfo, strengths } = update;
  const base = bases[bound.layer.index] as number;
  const penalties = penaltiesOf(bound, update);
  return [
    stepKernel(bound, { kind: 'whole', base, ...penalties }, { whole_gradient: gradient, strengths }),
    stepKernel(
      bound,
      { kind: 'apply', base, optimizer, slots },
      { whole_gradient: gradient, norm_factor: factor, moments, step_info: stepInfo },
    ),
  ];
}
