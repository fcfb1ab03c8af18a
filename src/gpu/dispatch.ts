/** A kernel with its buffers and its grid: everything a pass needs to run it again and again. */

import type { Kernel } from './kernel.ts';

export type Grid = readonly [x: number, y: number, z: number];

export interface Dispatch {
  readonly kernel: Kernel;
  readonly bindGroup: GPUBindGroup;
  readonly grid: Grid;
}

/** Records `dispatches`, in order, into `pass`. */
export function record(pass: GPUComputePassEncoder, dispatches: readonly Dispatch[]): void {
  for (const { kernel, bindGroup, grid } of dispatches) {
    pass.setPipeline(kernel.pipeline);
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
