/** The backward pass of one layer as data: its kernels, with the buffers they bind. */

import type { KernelSource } from '../../../shaders/bindings.ts';
import { columnSums } from '../../../shaders/kernels/column-sums.wgsl.ts';
import { layerBackwardInputs } from '../../../shaders/kernels/layer-backward-inputs.wgsl.ts';
import { layerBackwardWeights } from '../../../shaders/kernels/layer-backward-weights.wgsl.ts';
import { type DeltasFrom, deltasGroups, layerDeltas } from '../../../shaders/kernels/layer-deltas.wgsl.ts';
import { GROUP_SIZE, layerGroups } from '../../../shaders/kernels/layer-groups.wgsl.ts';
import {
  layerStep,
  STEP_SIZE,
  type StepResult,
  stepThreads,
} from '../../../shaders/kernels/layer-step.wgsl.ts';
import { parameterCounts } from '../../../shaders/kernels/parameters.ts';
import type { Arena } from '../../gpu/arena.ts';
import type { Grid } from '../../gpu/dispatch.ts';
import type { BoundBuffers } from '../../gpu/prepare-dispatch.ts';
import { floatsOf, gridOf, type NamedLayer } from './layers.ts';
import type { Tilings } from './tiles.ts';

/** A layer with its buffers, by the names the kernels bind them under. */
export interface BoundLayer {
  readonly layer: NamedLayer;
  readonly rows: number;
  /** Splits of the rows in the weight gradient, and the sums that come of them. */
  readonly splits: number;
  readonly parts: number;
  readonly buffers: Record<string, GPUBuffer | undefined>;
  accumulators?: GPUBuffer;
}

/** A kernel, its buffers and its grid: all that is needed to compile and bind it. */
export interface BoundKernel {
  readonly source: KernelSource;
  readonly buffers: BoundBuffers;
  readonly grid: Grid;
}

/** From the outputs, or their gradient, to the deltas of the layer; `noise`: whether a unit that has noise draws it. */
export function outputDeltas(
  { layer, rows, buffers }: BoundLayer,
  from: DeltasFrom,
  bound: BoundBuffers,
  noise: boolean,
): BoundKernel {
  return {
    source: layerDeltas(layer, from, noise),
    buffers: { ...buffers, ...bound },
    grid: [deltasGroups(from, rows, layer.outputs), 1, 1],
  };
}

/** From the deltas to those of the layer before, or to `dx` where there is none, and to the parameters of the inputs. */
export function backwardInputs(
  arena: Arena,
  tilings: Tilings,
  { layer, rows, buffers }: BoundLayer,
  to:
    | { readonly before: BoundLayer; readonly dx?: never }
    | { readonly dx: GPUBuffer | undefined; readonly before?: never },
  noise: boolean,
): BoundKernel {
  const floats = floatsOf(layer, rows);
  if (floats.input_gradients > 0)
    buffers.input_gradients = arena.values('input gradients', floats.input_gradients);
  const tiling = tilings.of(layer, 'inputs', rows);
  const { before } = to;
  const written = before
    ? {
        theta_before: before.buffers.theta,
        accumulators_before: before.accumulators,
        deltas_before: before.buffers.deltas,
      }
    : { dx: to.dx };
  return {
    source: layerBackwardInputs(layer, tiling, before?.layer, noise),
    buffers: { ...buffers, ...written },
    grid: gridOf(rows, layer.inputs, tiling),
  };
}

/** From the deltas towards the weights, and the sums that the other parameters and the groups need. */
export function backwardWeights(
  arena: Arena,
  tilings: Tilings,
  { layer, rows, splits, parts, buffers }: BoundLayer,
  noise: boolean,
): BoundKernel[] {
  const { unit, inputs, outputs } = layer;
  const tiling = tilings.of(layer, 'weights', rows);
  const counts = parameterCounts(layer);
  buffers.weight_gradients = arena.values('weight gradients', parts * inputs * outputs * unit.weight.length);
  const [across, down] = gridOf(inputs, outputs, tiling);
  const kernels: BoundKernel[] = [
    { source: layerBackwardWeights(layer, tiling, noise), buffers, grid: [across, down, splits] },
  ];
  const groups = layerGroups(layer, 'back');
  if (groups) {
    buffers.group_gradients = arena.values('group gradients', inputs * (unit.group?.length ?? 0));
    kernels.push({ source: groups, buffers, grid: [Math.ceil(inputs / GROUP_SIZE), 1, 1] });
  }
  const sums = columnSums(layer);
  if (sums) {
    const count = counts.input + counts.output;
    buffers.sums = arena.values('sums', count);
    kernels.push({ source: sums, buffers, grid: [count, 1, 1] });
  }
  return kernels;
}

/** A grid dimension that is surely allowed. */
const GRID_WIDTH = 32768;

/** From those to the raw parameters: their gradient, or their update. */
export function stepKernel(
  { layer, buffers }: BoundLayer,
  result: StepResult,
  bound: BoundBuffers,
): BoundKernel {
  const groups = Math.ceil(stepThreads(layer) / STEP_SIZE);
  const width = Math.min(groups, GRID_WIDTH);
  return {
    source: layerStep(layer, result),
    buffers: { ...buffers, ...bound },
    grid: [width, Math.ceil(groups / width), 1],
  };
}
