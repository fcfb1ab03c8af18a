/** Prediction of `rows` rows: x → y, each layer one dispatch, in buffers that are used again. */

import { Pass } from '../../../shaders/kernels/layer.ts';
import { padded } from '../../../shaders/kernels/packed.ts';
import { Arena } from '../../gpu/arena.ts';
import { type Dispatch, passOf } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { type GpuLayer, packedBuffers, prepareForward } from './layers.ts';

/** Values up to which the buffers of a prediction are kept for the next of as many rows: 256 KiB. */
const KEPT_VALUES = 2 ** 16;

export class Prediction {
  readonly rows: number;
  readonly #gpu: Gpu;
  readonly #arena: Arena;
  readonly #x: GPUBuffer;
  readonly #y: GPUBuffer;
  readonly #outputs: number;
  readonly #dispatches: readonly Dispatch[];

  private constructor(parts: {
    gpu: Gpu;
    arena: Arena;
    rows: number;
    x: GPUBuffer;
    y: GPUBuffer;
    outputs: number;
    dispatches: readonly Dispatch[];
  }) {
    this.rows = parts.rows;
    this.#gpu = parts.gpu;
    this.#arena = parts.arena;
    this.#x = parts.x;
    this.#y = parts.y;
    this.#outputs = parts.outputs;
    this.#dispatches = parts.dispatches;
  }

  /** Compiles the kernels and makes the buffers. */
  static async create(gpu: Gpu, layers: readonly GpuLayer[], rows: number): Promise<Prediction> {
    const arena = new Arena(gpu);
    try {
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
      const prepared: Promise<Dispatch>[] = [];
      for (const layer of layers) {
        const y = arena.values('y', rows * layer.outputs);
        const operands = packedBuffers(arena, layer, rows);
        const buffers = { pass_info, x: from, y, ...operands };
        prepared.push(...prepareForward(gpu, layer, rows, { kind: 'predict' }, buffers));
        from = y;
      }
      const outputs = (layers.at(-1) as GpuLayer).outputs;
      return new Prediction({
        gpu,
        arena,
        rows,
        x,
        y: from,
        outputs,
        dispatches: await Promise.all(prepared),
      });
    } catch (error) {
      arena.dispose();
      throw error;
    }
  }

  /** Outputs of as many rows as it was made for; upload, passes and read-back are one submit. */
  run(x: Float32Array): Promise<Float32Array> {
    this.#gpu.write(this.#x, x);
    return this.#gpu.readFloats(this.#y, 0, this.rows * this.#outputs, passOf(this.#dispatches));
  }

  dispose(): void {
    this.#arena.dispose();
  }
}

/** The predictions of one model. A small one is kept, so that the next of as many rows need not prepare anything. */
export class Predictions {
  readonly #gpu: Gpu;
  readonly #layers: readonly GpuLayer[];
  #kept: Prediction | undefined;
  #disposed = false;

  constructor(gpu: Gpu, layers: readonly GpuLayer[]) {
    this.#gpu = gpu;
    this.#layers = layers;
  }

  /** A prediction of `rows` rows for the caller alone, who gives it back. */
  async take(rows: number): Promise<Prediction> {
    const kept = this.#kept;
    if (kept?.rows !== rows) return Prediction.create(this.#gpu, this.#layers, rows);
    this.#kept = undefined;
    return kept;
  }

  giveBack(prediction: Prediction): void {
    const widths = this.#layers.reduce((sum, { inputs, outputs }) => sum + inputs + outputs, 0);
    if (this.#disposed || prediction.rows * widths > KEPT_VALUES) {
      prediction.dispose();
      return;
    }
    this.#kept?.dispose();
    this.#kept = prediction;
  }

  dispose(): void {
    this.#disposed = true;
    this.#kept?.dispose();
    this.#kept = undefined;
  }
}
