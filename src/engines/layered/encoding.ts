/** Forward passes between buffers of the caller: recorded into his own command encoder, or submitted for him. */

import { DataError, OptionError } from '../../errors.ts';
import { Arena } from '../../gpu/arena.ts';
import {
  type BufferSpan,
  checkUsage,
  copySpan,
  isSpan,
  type Span,
  spanKind,
  toRows,
  wholeOf,
} from '../../gpu/span.ts';
import { type Rows, toMatrix } from '../../model/data.ts';
import { type Description, having, needed, size } from '../../options/kinds.ts';
import { ForwardPass, wholePieces } from './forward-pass.ts';
import type { GpuLayer } from './layers.ts';
import type { Tilings } from './tiles.ts';

/** What a pass is made ready for. */
export interface PrepareOptions {
  /** Rows that will be encoded at a time, about: others are possible, and as fast up to this number. */
  rows: number;
}

/** Where a forward pass that is recorded into an encoder finds its inputs and leaves its outputs. */
export interface EncodeOptions {
  /** Inputs, `[rows, inputs]` float32, row-major. */
  x: BufferSpan;
  /** Where the outputs go, `[rows, outputs]`. May be a part of the same buffer, not of the same bytes. */
  y: BufferSpan;
  /** Default: as many as x has. */
  rows?: number;
}

export const prepareDescription: Description<PrepareOptions> = { fields: { rows: needed(size) } };

export const encodeDescription: Description<EncodeOptions> = {
  fields: { x: needed(spanKind), y: needed(spanKind), rows: size },
};

export const encoderKind = having<GPUCommandEncoder>(
  'a GPUCommandEncoder',
  'copyBufferToBuffer',
  'beginComputePass',
);

/** Numbers as they are given to a model: on the CPU or on its device. */
export type Given = Rows | BufferSpan;

/** `given` in a buffer of `arena`: uploaded, or copied on the device, for which a buffer needs COPY_SRC. */
export function receive(
  arena: Arena,
  name: string,
  given: Given,
  columns: number,
  rows?: number,
): { buffer: GPUBuffer; rows: number } {
  if (!isSpan(given)) {
    const matrix = toMatrix(name, given, columns);
    if (rows !== undefined && rows !== matrix.rows) {
      throw new DataError(`${name} has ${matrix.rows} rows, but rows is ${rows}; they must be equal`);
    }
    return { buffer: arena.upload(name, matrix.data), rows: matrix.rows };
  }
  const found = toRows(name, given, columns, rows);
  const buffer = arena.values(name, found.rows * columns);
  arena.submit((encoder) => copyInto(encoder, name, found.span, buffer));
  return { buffer, rows: found.rows };
}

/** Records a copy of `span` to the start of `buffer`. */
export function copyInto(encoder: GPUCommandEncoder, name: string, span: Span, buffer: GPUBuffer): void {
  checkUsage(name, span, 'COPY_SRC');
  copySpan(encoder, span, { ...wholeOf(buffer), size: span.size });
}

/** The forward passes of one model that were prepared. */
export class Encoding {
  readonly #model: Arena;
  readonly #tilings: Tilings;
  readonly #layers: readonly GpuLayer[];
  #pass: ForwardPass | undefined;

  constructor(model: Arena, tilings: Tilings, layers: readonly GpuLayer[]) {
    this.#model = model;
    this.#tilings = tilings;
    this.#layers = layers;
  }

  /** Compiles what `encode` needs for `rows` rows. */
  async prepare(rows: number): Promise<ForwardPass> {
    const wanted = wholePieces(this.#layers, rows);
    const found = this.#ready();
    if (found && found.rows >= wanted) return found;
    // The one before stays, as work that uses it may be recorded and not submitted yet; it ends with the model.
    this.#pass = await ForwardPass.create(this.#model, this.#tilings, this.#layers, wanted);
    return this.#pass;
  }

  encode(encoder: GPUCommandEncoder, { x, y, rows }: EncodeOptions): void {
    const pass = this.#ready();
    if (!pass) {
      throw new OptionError(
        'encode does not wait for kernels to be compiled: call await model.prepare({ rows }) before',
      );
    }
    const places = this.#places(x, y, rows);
    pass.record(encoder, places.x, places.y, places.rows);
  }

  /** Predicts from a buffer, or from numbers into one. */
  async predict(
    x: Given,
    y: BufferSpan | undefined,
    rows: number | undefined,
  ): Promise<Float32Array<ArrayBuffer> | undefined> {
    const [first, last] = [this.#layers[0] as GpuLayer, this.#layers.at(-1) as GpuLayer];
    const arena = new Arena(this.#model, 'this prediction');
    try {
      const from = isSpan(x) ? x : receive(arena, 'x', x, first.inputs, rows).buffer;
      const known = toRows('x', from, first.inputs, rows).rows;
      const to = y ?? arena.values('y', known * last.outputs);
      const places = this.#places(from, to, known);
      const pass = await this.prepare(known);
      const record = (encoder: GPUCommandEncoder) => pass.record(encoder, places.x, places.y, known);
      if (!y) return await arena.readFloats(to as GPUBuffer, 0, known * last.outputs, record);
      arena.submit(record);
      await arena.sound();
      return undefined;
    } finally {
      arena.dispose();
    }
  }

  #ready(): ForwardPass | undefined {
    this.#model.check();
    return this.#pass?.arena.disposed ? undefined : this.#pass;
  }

  #places(x: BufferSpan, y: BufferSpan, rows: number | undefined) {
    const from = toRows('x', x, (this.#layers[0] as GpuLayer).inputs, rows);
    const to = toRows('y', y, (this.#layers.at(-1) as GpuLayer).outputs, from.rows);
    const [a, b] = [from.span, to.span];
    if (a.buffer === b.buffer && a.offset < b.offset + b.size && b.offset < a.offset + a.size) {
      throw new DataError('x and y are the same bytes of one buffer; give y a place of its own');
    }
    return { x: a, y: b, rows: from.rows };
  }
}
