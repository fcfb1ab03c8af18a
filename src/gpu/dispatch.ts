/** A kernel with its buffers and its grid: everything a pass needs to run it again and again. */

import type { Bindings, KernelSource } from '../../shaders/bindings.ts';
import { LimitError } from '../errors.ts';
import type { Gpu } from './gpu.ts';

export type Grid = readonly [x: number, y: number, z: number];

export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly grid: Grid;
}

/** Records `dispatches`, in order, into `pass`. */
export function record(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[]): void {
  for (const { pipeline, bindGroup, grid } of dispatches) {
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, bindGroup);
    pass.dispatchWorkgroups(...grid);
  }
}

/** Records one compute pass that runs `dispatches` `times` times over. */
export const passOf =
  (dispatches: readonly Dispatch[], times = 1) =>
  (encoder: GPUCommandEncoder): void => {
    const pass = encoder.beginComputePass();
    for (let turn = 0; turn < times; turn++) record(pass, dispatches);
    pass.end();
  };

/** Submits one compute pass that runs `dispatches` `times` times over. */
export const submitDispatches = (gpu: Gpu, dispatches: readonly Dispatch[], times = 1): void =>
  gpu.submit(passOf(dispatches, times));

/**
 * Compiles `source` and fixes its buffers and grid; buffers the kernel does not bind are ignored. Rejects with LimitError when
 * the grid is larger than the adapter's. Ask for all dispatches first and wait for them together: then they compile together.
 */
export function prepareDispatch(
  gpu: Gpu,
  source: KernelSource,
  buffers: Readonly<Record<string, GPUBuffer | undefined>>,
  grid: Grid,
): Promise<Dispatch> {
  const dispatch = prepare(gpu, source, buffers, grid);
  // Whoever waits for several hears of the first that fails; the others must not count as unheard.
  dispatch.catch(() => {});
  return dispatch;
}

async function prepare(
  gpu: Gpu,
  source: KernelSource,
  buffers: Readonly<Record<string, GPUBuffer | undefined>>,
  grid: Grid,
): Promise<Dispatch> {
  const limit = gpu.device.limits.maxComputeWorkgroupsPerDimension;
  const largest = Math.max(...grid);
  if (largest > limit) {
    throw new LimitError(
      'maxComputeWorkgroupsPerDimension',
      limit,
      largest,
      'use fewer rows at a time (batch)',
    );
  }
  const kernel = await gpu.kernel(source);
  const bound: Record<string, GPUBuffer> = {};
  for (const name of Object.keys(source.bindings as Bindings)) {
    const buffer = buffers[name];
    if (!buffer) throw new Error(`kernel '${source.label}' binds '${name}', but there is no such buffer`);
    bound[name] = buffer;
  }
  return { pipeline: kernel.pipeline, bindGroup: kernel.bind(bound), grid };
}
