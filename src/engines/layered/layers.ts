/** A layer on the GPU, and the parts of a pass that prediction and training share. */

import { type Tiling, tileCols, tileRows } from '../../../shaders/kernels/contraction.ts';
import type { PlacedLayer } from '../../../shaders/kernels/layer.ts';
import { type ForwardResult, layerForward } from '../../../shaders/kernels/layer-forward.wgsl.ts';
import { GROUP_SIZE, layerGroups } from '../../../shaders/kernels/layer-groups.wgsl.ts';
import { type Dispatch, type Grid, prepareDispatch } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { chooseTiling } from './tiling.ts';

/** A layer on the GPU: its shape, its unit, its place, and its raw parameters (followed by its groups). */
export interface GpuLayer extends PlacedLayer {
  readonly theta: GPUBuffer;
}

/** Workgroups that cover rows × cols. */
export const gridOf = (rows: number, cols: number, t: Tiling): Grid => [
  Math.ceil(cols / tileCols(t)),
  Math.ceil(rows / tileRows(t)),
  1,
];

export const forwardTiling = (gpu: Gpu, { unit, inputs, outputs }: PlacedLayer, rows: number): Tiling =>
  chooseTiling(gpu.adapter.software, {
    rows,
    cols: outputs,
    depth: inputs,
    leftFloats: unit.feature.length,
    rightFloats: unit.weight.length,
  });

/** The forward pass of one layer: its groups, if it has any, and one dispatch. */
export async function prepareForward(
  gpu: Gpu,
  layer: GpuLayer,
  rows: number,
  result: ForwardResult,
  buffers: Readonly<Record<string, GPUBuffer | undefined>>,
): Promise<Dispatch[]> {
  const tiling = forwardTiling(gpu, layer, rows);
  const all = { ...buffers, theta: layer.theta };
  const groups = layerGroups(layer, 'fold');
  const forward = await prepareDispatch(
    gpu,
    layerForward(layer, tiling, result),
    all,
    gridOf(rows, layer.outputs, tiling),
  );
  return groups
    ? [await prepareDispatch(gpu, groups, all, [Math.ceil(layer.inputs / GROUP_SIZE), 1, 1]), forward]
    : [forward];
}
