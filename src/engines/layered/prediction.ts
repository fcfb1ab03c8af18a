/** Prediction of up to `rows` rows: x → y, each layer one dispatch, in buffers that are used again. */

import { Pass } from '../../../shaders/kernels/layer.ts';
import { padded } from '../../../shaders/kernels/packed.ts';
import type { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { type GpuLayer, packedBuffers, prepareForward } from './layers.ts';

export interface Prediction {
  readonly x: GPUBuffer;
  readonly y: GPUBuffer;
  readonly dispatches: readonly Dispatch[];
}

export async function preparePrediction(
  gpu: Gpu,
  arena: Arena,
  layers: readonly GpuLayer[],
  rows: number,
): Promise<Prediction> {
  const pass = Pass.pack({
    rows,
    rowsPerSplit: rows,
    stride: padded(rows),
    parts: 1,
    lossScale: 1,
    clip: 0,
    seed: 0,
  });
  const pass_info = arena.uniform('pass', pass);
  const x = arena.values('x', rows * (layers[0] as GpuLayer).inputs);
  let from = x;
  const dispatches: Promise<Dispatch>[] = [];
  for (const layer of layers) {
    const y = arena.values('y', rows * layer.outputs);
    const operands = packedBuffers(arena, layer, rows);
    dispatches.push(
      ...prepareForward(gpu, layer, rows, { kind: 'predict' }, { pass_info, x: from, y, ...operands }),
    );
    from = y;
  }
  return { x, y: from, dispatches: await Promise.all(dispatches) };
}
