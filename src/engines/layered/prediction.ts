/**
 * Prediction x → y, each layer one dispatch, in buffers that are used again: what is written, computed and copied for one
 * piece is in the queue before the next piece, so several may be under way.
 */

import { Arena } from '../../gpu/arena.ts';
import { type Dispatch, passOf } from '../../gpu/dispatch.ts';
import { InFlight } from '../../gpu/in-flight.ts';
import type { Matrix } from '../../model/data.ts';
import { type GpuLayer, packedBuffers, passInfo, prepareForward } from './layers.ts';
import type { Tilings } from './tiles.ts';

/** Values of the widest layer in a piece: enough to keep a GPU busy, little enough for several at a time. */
const PIECE_VALUES = 2 ** 20;
/** Pieces under way at once. */
const IN_FLIGHT = 3;

/** Rows of the pieces that `rows` rows are predicted in. */
export function pieceRows(layers: readonly GpuLayer[], rows: number): number {
  const widest = Math.max(...layers.flatMap(({ inputs, outputs }) => [inputs, outputs]));
  return Math.min(rows, Math.max(1, Math.floor(PIECE_VALUES / widest)));
}

/** Bytes up to which the buffers of a prediction are kept for the next of as many rows. */
const KEPT_BYTES = 2 ** 18;

export class Prediction {
  /** Rows of a piece. */
  readonly rows: number;
  readonly #arena: Arena;
  readonly #x: GPUBuffer;
  readonly #y: GPUBuffer;
  readonly #outputs: number;
  readonly #dispatches: readonly Dispatch[];

  private constructor(parts: {
    arena: Arena;
    rows: number;
    x: GPUBuffer;
    y: GPUBuffer;
    outputs: number;
    dispatches: readonly Dispatch[];
  }) {
    this.rows = parts.rows;
    this.#arena = parts.arena;
    this.#x = parts.x;
    this.#y = parts.y;
    this.#outputs = parts.outputs;
    this.#dispatches = parts.dispatches;
  }

  /** Compiles the kernels and makes the buffers, which end with `model`, the arena that has the parameters. */
  static async create(
    model: Arena,
    tilings: Tilings,
    layers: readonly GpuLayer[],
    rows: number,
  ): Promise<Prediction> {
    await model.guard(tilings.prepare({ rows }));
    const arena = new Arena(model, 'this prediction');
    try {
      const pass_info = arena.uniform('pass', passInfo(rows));
      const x = arena.values('x', rows * (layers[0] as GpuLayer).inputs);
      let from = x;
      const prepared: Promise<Dispatch>[] = [];
      for (const layer of layers) {
        const y = arena.values('y', rows * layer.outputs);
        const operands = packedBuffers(arena, layer, rows);
        const buffers = { pass_info, x: from, y, ...operands };
        prepared.push(
          ...prepareForward(
            arena,
            layer,
            rows,
            tilings.of(layer, 'forward', rows),
            { kind: 'predict' },
            buffers,
          ),
        );
        from = y;
      }
      const outputs = (layers.at(-1) as GpuLayer).outputs;
      const dispatches = await Promise.all(prepared);
      return new Prediction({ arena, rows, x, y: from, outputs, dispatches });
    } catch (error) {
      arena.dispose();
      throw error;
    }
  }

  /** Outputs `[rows, outputs]` for `x`, piece by piece. Rows of an earlier piece fill up the last one, and are not read. */
  async run({ data, rows, columns }: Matrix): Promise<Float32Array<ArrayBuffer>> {
    const y = new Float32Array(rows * this.#outputs);
    const pending = new InFlight(IN_FLIGHT);
    const submit = async (row: number): Promise<void> => {
      const count = Math.min(this.rows, rows - row);
      this.#arena.write(this.#x, data.subarray(row * columns, (row + count) * columns));
      const values = count * this.#outputs;
      y.set(await this.#arena.readFloats(this.#y, 0, values, passOf(this.#dispatches)), row * this.#outputs);
    };
    try {
      for (let row = 0; row < rows; row += this.rows) {
        pending.add(submit(row));
        await pending.room();
      }
      await pending.finish();
    } finally {
      await pending.settle();
    }
    return y;
  }

  /** Of its buffers. */
  get bytes(): number {
    return this.#arena.bytes;
  }

  dispose(): void {
    this.#arena.dispose();
  }
}

/** The predictions of one model. A small one is kept, so that the next of as many rows need not prepare anything. */
export class Predictions {
  readonly #model: Arena;
  readonly #tilings: Tilings;
  readonly #layers: readonly GpuLayer[];
  #kept: Prediction | undefined;

  constructor(model: Arena, tilings: Tilings, layers: readonly GpuLayer[]) {
    this.#model = model;
    this.#tilings = tilings;
    this.#layers = layers;
  }

  /** A prediction of `rows` rows for the caller alone, who gives it back. */
  async take(rows: number): Promise<Prediction> {
    const kept = this.#kept;
    if (kept?.rows !== rows) return Prediction.create(this.#model, this.#tilings, this.#layers, rows);
    this.#kept = undefined;
    return kept;
  }

  giveBack(prediction: Prediction): void {
    if (prediction.bytes > KEPT_BYTES) {
      prediction.dispose();
      return;
    }
    this.#kept?.dispose();
    this.#kept = prediction;
  }
}
