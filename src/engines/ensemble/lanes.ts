/** How many threads share a model, and whether they add their gradients up by subgroup operations. */

import { modelFloats, sumRanges } from '../../../shaders/kernels/ensemble-layers.ts';
import { partialFloats } from '../../../shaders/kernels/ensemble-reduce.ts';
import { SHARED_STATE } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import type { EnsembleUpdate } from '../../../shaders/kernels/ensemble-update.ts';
import { parameterCounts } from '../../../shaders/kernels/parameters.ts';
import { LimitError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';

export interface Lanes {
  readonly lanes: number;
  readonly subgroups: boolean;
}

/** Threads that a model can have. */
export const LANES = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** Threads per model on an adapter that does not tell its subgroup size. */
const DEFAULT_LANES = 32;

/**
 * One subgroup per model, where the adapter has subgroups of one size: then sums need no barrier. The choice depends on
 * the adapter alone, so that a run can be repeated to the same bits.
 */
export function chooseLanes(gpu: Gpu, requested: number | undefined): Lanes {
  const { subgroupMinSize, subgroupMaxSize, software } = gpu.adapter;
  const fixed = gpu.device.features.has('subgroups' as GPUFeatureName) && subgroupMinSize === subgroupMaxSize;
  const lanes = requested ?? (fixed ? subgroupMaxSize : software ? 4 : DEFAULT_LANES);
  return { lanes, subgroups: fixed && lanes === subgroupMaxSize };
}

/** Throws LimitError when a stack needs more workgroup memory than the device has. */
export function checkStack(
  gpu: Gpu,
  { layers, slots, lanes, clipsNorm }: Pick<EnsembleUpdate, 'layers' | 'slots' | 'lanes' | 'clipsNorm'>,
): void {
  const weights = layers.reduce((sum, { unit, inputs, outputs }) => {
    const groups = 2 * (unit.group?.length ?? 0) * inputs;
    return sum + unit.weight.length * inputs * outputs + groups;
  }, 0);
  const floats = modelFloats(layers);
  const { totals } = sumRanges(layers);
  const kept = floats * (1 + slots) <= SHARED_STATE ? floats * (1 + slots) : floats;
  const norm = clipsNorm ? floats + lanes : 0;
  const bytes = 4 * (kept + weights + totals + partialFloats(lanes) + norm);
  const limit = gpu.device.limits.maxComputeWorkgroupStorageSize;
  if (bytes > limit) {
    const parameters = layers.reduce((sum, layer) => sum + parameterCounts(layer).all, 0);
    throw new LimitError(
      'maxComputeWorkgroupStorageSize',
      limit,
      bytes,
      `a stack of ${layers.length} layers with ${parameters} parameters is too large for one workgroup; ` +
        'use fewer or narrower layers, or train it as a single model',
    );
  }
}
