/** A layer on the GPU, and the parts of a pass that prediction and training share. */

import type { KernelSource } from '../../../shaders/bindings.ts';
import { type AnyTiling, tileCols, tileRows } from '../../../shaders/kernels/contraction.ts';
import { Pass, type StackedLayer } from '../../../shaders/kernels/layer.ts';
import { type ForwardResult, layerForward } from '../../../shaders/kernels/layer-forward.wgsl.ts';
import { GROUP_SIZE, layerGroups } from '../../../shaders/kernels/layer-groups.wgsl.ts';
import { layerPack, packGrid } from '../../../shaders/kernels/layer-pack.wgsl.ts';
import { packedFloats, padded } from '../../../shaders/kernels/packed.ts';
import { parameterCounts } from '../../../shaders/kernels/parameters.ts';
import type { Arena } from '../../gpu/arena.ts';
import type { Dispatch, Grid } from '../../gpu/dispatch.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';

/** A layer in its stack, with the name of its unit. */
export interface NamedLayer extends StackedLayer {
  readonly name: string;
}

/** A layer on the GPU, with its raw parameters (followed by its groups). */
export interface GpuLayer extends NamedLayer {
  readonly theta: GPUBuffer;
}

/** Workgroups that cover rows × cols. */
export const gridOf = (rows: number, cols: number, t: AnyTiling): Grid => [
  Math.ceil(cols / tileCols(t)),
  Math.ceil(rows / tileRows(t)),
  1,
];

/** The uniform of a pass over `rows` rows. */
export const passInfo = (rows: number, rest: Partial<Parameters<typeof Pass.pack>[0]> = {}): ArrayBuffer =>
  Pass.pack({
    rows,
    rowsPerSplit: rows,
    stride: padded(rows),
    parts: 1,
    lossScale: 1,
    clip: 0,
    seed: 0,
    l1: 0,
    ...rest,
  });

/** Floats of what a layer reads and writes in a pass over `rows` rows, by the names that kernels bind. */
export function floatsOf(layer: StackedLayer, rows: number) {
  const { unit, inputs, outputs, packed } = layer;
  return {
    x: rows * inputs,
    y: rows * outputs,
    targets: rows * outputs,
    sample_weights: rows,
    accumulators: rows * outputs * unit.accumulator.length,
    deltas: packed ? packedFloats(unit.delta, outputs, rows) : rows * outputs * unit.delta.length,
    dx: rows * inputs,
    input_gradients: rows * parameterCounts(layer).input,
    features: packed ? packedFloats(unit.feature, inputs, rows) : 0,
    weights: packed ? packedFloats(unit.weight, inputs, outputs) : 0,
  };
}

/** Buffers of a packed layer's operands over `rows` rows; none for other layers. */
export function packedBuffers(
  arena: Arena,
  layer: StackedLayer,
  rows: number,
): { features?: GPUBuffer; weights?: GPUBuffer } {
  if (!layer.packed) return {};
  const floats = floatsOf(layer, rows);
  return {
    features: arena.values('features', floats.features),
    weights: arena.values('weights', floats.weights),
  };
}

/** A kernel of a pass, and its grid over so many rows. */
export interface LayerKernel {
  readonly source: KernelSource;
  readonly grid: (rows: number) => Grid;
}

/** The forward pass of one layer: its groups, if it has any, its operands, if they are packed, and one dispatch. */
export function forwardKernels(layer: StackedLayer, tiling: AnyTiling, result: ForwardResult): LayerKernel[] {
  const { inputs, outputs } = layer;
  const groups = layerGroups(layer, 'fold');
  return [
    ...(groups ? [{ source: groups, grid: () => [Math.ceil(inputs / GROUP_SIZE), 1, 1] as const }] : []),
    ...(layer.packed
      ? [
          { source: layerPack(layer, 'weights'), grid: () => packGrid(inputs, outputs) },
          { source: layerPack(layer, 'features'), grid: (rows: number) => packGrid(inputs, rows) },
        ]
      : []),
    {
      source: layerForward(layer, tiling, result),
      grid: (rows: number) => gridOf(rows, outputs, tiling),
    },
  ];
}

/** The same, over `rows` rows of these buffers. */
export const prepareForward = (
  arena: Arena,
  layer: GpuLayer,
  rows: number,
  tiling: AnyTiling,
  result: ForwardResult,
  buffers: Readonly<Record<string, GPUBuffer | undefined>>,
): Promise<Dispatch>[] =>
  forwardKernels(layer, tiling, result).map(({ source, grid }) =>
    prepareDispatch(arena, source, { ...buffers, theta: layer.theta }, grid(rows)),
  );
