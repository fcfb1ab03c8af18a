/**
 * Predictions of arrays, in buffers that are used again: what is written, computed and copied for one piece is in the queue
 * before the next piece, so several may be under way.
 */

import type { Arena } from '../../gpu/arena.ts';
import { type Dispatch, passOf } from '../../gpu/dispatch.ts';
import { InFlight } from '../../gpu/in-flight.ts';
import { wholeOf } from '../../gpu/span.ts';
import { type Matrix, type Rows, toMatrix } from '../../model/data.ts';
import { ForwardPass, pieceRows } from './forward-pass.ts';
import type { GpuLayer } from './layers.ts';
import type { Tilings } from './tiles.ts';

/** Pieces under way at once. */
const IN_FLIGHT = 3;

/** Bytes up to which the buffers of a prediction are kept for the next of as many rows. */
const KEPT_BYTES = 2 ** 18;

export class Prediction {
  readonly #pass: ForwardPass;
  readonly #x: GPUBuffer;
  readonly #y: GPUBuffer;
  readonly #outputs: number;
  readonly #dispatches: readonly Dispatch[];

  private constructor(pass: ForwardPass, inputs: number, outputs: number) {
    this.#pass = pass;
    this.#outputs = outputs;
    this.#x = pass.arena.values('x', pass.rows * inputs);
    this.#y = pass.arena.values('y', pass.rows * outputs);
    this.#dispatches = pass.dispatches(wholeOf(this.#x), wholeOf(this.#y), pass.rows);
  }

  /** Compiles the kernels and makes the buffers, which end with `model`, the arena that has the parameters. */
  static async create(
    model: Arena,
    tilings: Tilings,
    layers: readonly GpuLayer[],
    rows: number,
  ): Promise<Prediction> {
    const pass = await ForwardPass.create(model, tilings, layers, rows);
    return new Prediction(pass, (layers[0] as GpuLayer).inputs, (layers.at(-1) as GpuLayer).outputs);
  }

  /** Rows of a piece. */
  get rows(): number {
    return this.#pass.rows;
  }

  /** Outputs `[rows, outputs]` for `x`, piece by piece. Rows of an earlier piece fill up the last one, and are not read. */
  async run({ data, rows, columns }: Matrix): Promise<Float32Array<ArrayBuffer>> {
    const { arena } = this.#pass;
    const y = new Float32Array(rows * this.#outputs);
    const pending = new InFlight(IN_FLIGHT);
    const submit = async (row: number): Promise<void> => {
      const count = Math.min(this.rows, rows - row);
      arena.write(this.#x, data.subarray(row * columns, (row + count) * columns));
      const values = count * this.#outputs;
      y.set(await arena.readFloats(this.#y, 0, values, passOf(this.#dispatches)), row * this.#outputs);
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
    return this.#pass.bytes;
  }

  dispose(): void {
    this.#pass.dispose();
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

  /** Outputs for each batch, in their order, at most `inFlight` of them on the GPU at a time. Throws DataError. */
  async *stream(
    batches: Iterable<Rows> | AsyncIterable<Rows>,
    inFlight: number,
  ): AsyncGenerator<Float32Array<ArrayBuffer>> {
    const pending = new InFlight<Float32Array<ArrayBuffer>>(inFlight);
    let prediction: Prediction | undefined;
    try {
      for await (const batch of batches) {
        this.#model.check();
        const x = toMatrix('x', batch, (this.#layers[0] as GpuLayer).inputs);
        const rows = pieceRows(this.#layers, x.rows);
        if (!prediction || prediction.rows < rows) {
          while (pending.size > 0) yield await pending.next();
          if (prediction) this.#giveBack(prediction);
          prediction = undefined;
          prediction = await this.#take(rows);
        }
        pending.add(prediction.run(x));
        if (pending.full) yield await pending.next();
      }
      while (pending.size > 0) yield await pending.next();
    } finally {
      await pending.settle();
      if (prediction) this.#giveBack(prediction);
    }
  }

  /** A prediction of `rows` rows for the caller alone, who gives it back. */
  async #take(rows: number): Promise<Prediction> {
    const kept = this.#kept;
    if (kept?.rows !== rows) return Prediction.create(this.#model, this.#tilings, this.#layers, rows);
    this.#kept = undefined;
    return kept;
  }

  #giveBack(prediction: Prediction): void {
    if (prediction.bytes > KEPT_BYTES) {
      prediction.dispose();
      return;
    }
    this.#kept?.dispose();
    this.#kept = prediction;
  }
}
