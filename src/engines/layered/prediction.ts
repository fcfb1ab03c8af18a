/**
 * Prediction x → y, each layer one dispatch, in buffers that are used again: what is written, computed and copied for one
 * piece is in the queue before the next piece, so several may be under way.
 */

import { Pass } from '../../../shaders/kernels/layer.ts';
import { padded } from '../../../shaders/kernels/packed.ts';
import type { Arena } from '../../gpu/arena.ts';
import { type Dispatch, submitDispatches } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { Matrix } from '../../model/data.ts';
import { type GpuLayer, packedBuffers, prepareForward } from './layers.ts';

export interface Prediction {
  /** Rows of a piece. */
  readonly rows: number;
  readonly x: GPUBuffer;
  readonly y: GPUBuffer;
  readonly dispatches: readonly Dispatch[];
}

/** Values of the widest layer in a piece: enough to keep a GPU busy, little enough for several at a time. */
const PIECE_VALUES = 2 ** 20;
/** Pieces under way at once. */
const IN_FLIGHT = 3;

/** Rows of the pieces that `rows` rows are predicted in. */
export function pieceRows(layers: readonly GpuLayer[], rows: number): number {
  const widest = Math.max(...layers.flatMap(({ inputs, outputs }) => [inputs, outputs]));
  return Math.min(rows, Math.max(1, Math.floor(PIECE_VALUES / widest)));
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
  const dispatches: Dispatch[] = [];
  for (const layer of layers) {
    const y = arena.values('y', rows * layer.outputs);
    const operands = packedBuffers(arena, layer, rows);
    dispatches.push(
      ...(await prepareForward(
        gpu,
        layer,
        rows,
        { kind: 'predict' },
        { pass_info, x: from, y, ...operands },
      )),
    );
    from = y;
  }
  return { rows, x, y: from, dispatches };
}

/** Outputs `[rows, outputs]` for `x`, piece by piece. Rows of an earlier piece fill up the last one, and are not read. */
export async function runPrediction(
  gpu: Gpu,
  prediction: Prediction,
  { data, rows, columns }: Matrix,
  outputs: number,
): Promise<Float32Array<ArrayBuffer>> {
  const y = new Float32Array(rows * outputs);
  const pending: Promise<void>[] = [];
  const submit = async (row: number): Promise<void> => {
    const count = Math.min(prediction.rows, rows - row);
    gpu.write(prediction.x, data.subarray(row * columns, (row + count) * columns));
    submitDispatches(gpu, prediction.dispatches);
    y.set(await gpu.readFloats(prediction.y, 0, count * outputs), row * outputs);
  };
  try {
    for (let row = 0; row < rows; row += prediction.rows) {
      pending.push(submit(row));
      if (pending.length >= IN_FLIGHT) await pending.shift();
    }
    await Promise.all(pending);
  } finally {
    await Promise.allSettled(pending);
  }
  return y;
}
