/** A layer on the GPU, and the parts of a pass that prediction and training share. */

import { type AnyTiling, tileCols, tileRows } from '../../../shaders/kernels/contraction.ts';
import type { PlacedLayer } from '../../../shaders/kernels/layer.ts';
import { type ForwardResult, layerForward } from '../../../shaders/kernels/layer-forward.wgsl.ts';
import { GROUP_SIZE, layerGroups } from '../../../shaders/kernels/layer-groups.wgsl.ts';
import { layerPack, packGrid } from '../../../shaders/kernels/layer-pack.wgsl.ts';
import { packedFloats } from '../../../shaders/kernels/packed.ts';
import type { Arena } from '../../gpu/arena.ts';
import { type Dispatch, type Grid, prepareDispatch } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { tilingFor } from './tiling.ts';

/** A layer on the GPU: its shape, its unit, its place, and its raw parameters (followed by its groups). */
export interface GpuLayer extends PlacedLayer {
  readonly theta: GPUBuffer;
}

/** Workgroups that cover rows × cols. */
export const gridOf = (rows: number, cols: number, t: AnyTiling): Grid => [
  Math.ceil(cols / tileCols(t)),
  Math.ceil(rows / tileRows(t)),
  1,
];

export const forwardTiling = (gpu: Gpu, layer: PlacedLayer, rows: number): AnyTiling =>
  tilingFor(gpu, layer, {
    rows,
    cols: layer.outputs,
    depth: layer.inputs,
    left: { floats: layer.unit.feature.length, along: 'depth' },
    right: { floats: layer.unit.weight.length, along: 'depth' },
    sumFloats: layer.unit.accumulator.length,
  });

/** Buffers of a packed layer's operands over `rows` rows; none for other layers. */
export function packedBuffers(
  arena: Arena,
  { unit, inputs, outputs, packed }: PlacedLayer,
  rows: number,
): { features?: GPUBuffer; weights?: GPUBuffer } {
  if (!packed) return {};
  return {
    features: arena.values('features', packedFloats(unit.feature, inputs, rows)),
    weights: arena.values('weights', packedFloats(unit.weight, inputs, outputs)),
  };
}

/** The forward pass of one layer: its groups, if it has any, its operands, if they are packed, and one dispatch. */
export function prepareForward(
  gpu: Gpu,
  layer: GpuLayer,
  rows: number,
  result: ForwardResult,
  buffers: Readonly<Record<string, GPUBuffer | undefined>>,
): Promise<Dispatch>[] {
  const { inputs, outputs } = layer;
  const all = { ...buffers, theta: layer.theta };
  const dispatches: Promise<Dispatch>[] = [];
  const groups = layerGroups(layer, 'fold');
  if (groups) dispatches.push(prepareDispatch(gpu, groups, all, [Math.ceil(inputs / GROUP_SIZE), 1, 1]));
  if (layer.packed) {
    for (const [kind, others] of [
      ['weights', outputs],
      ['features', rows],
    ] as const)
      dispatches.push(prepareDispatch(gpu, layerPack(layer, kind), all, packGrid(inputs, others)));
  }
  const tiling = forwardTiling(gpu, layer, rows);
  const forward = layerForward(layer, tiling, result);
  dispatches.push(prepareDispatch(gpu, forward, all, gridOf(rows, outputs, tiling)));
  return dispatches;
}
