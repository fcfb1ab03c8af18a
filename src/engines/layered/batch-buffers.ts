/** Where the batches of a training by hand stand on the device, and how they come there. */

import { DataError, OptionError } from '../../errors.ts';
import type { Arena } from '../../gpu/arena.ts';
import { isSpan, toRows } from '../../gpu/span.ts';
import { type TargetRules, toTargets } from '../../model/data.ts';
import { copyInto, type Given } from './encoding.ts';
import { checkWeights, type DataShape } from './training-data.ts';

/** Inputs and targets of one step, `rows` rows each: arrays, or buffers of the model's device, made with COPY_SRC. */
export interface Batch {
  readonly x: Given;
  /** For a softmax also one class per row, from 0. */
  readonly y: Given;
  /** A factor of each row's loss, where the trainer was made for it; see `DataOptions`. */
  readonly sampleWeights?: Given;
}

/** What is taken of a batch at a time. */
export type BatchParts = {
  /** `dy` is the gradient of the outputs, in place of the targets. */
  readonly [Name in keyof Batch | 'dy']?: Given | undefined;
};

export class BatchBuffers {
  readonly x: GPUBuffer;
  readonly targets: GPUBuffer;
  readonly dy: GPUBuffer;
  readonly sampleWeights: GPUBuffer | undefined;
  readonly rows: number;
  readonly #arena: Arena;
  readonly #shape: DataShape;

  constructor(arena: Arena, rows: number, shape: DataShape, weighted: boolean) {
    this.rows = rows;
    this.#arena = arena;
    this.#shape = shape;
    this.x = arena.values('batch x', rows * shape.inputs);
    this.targets = arena.values('batch targets', rows * shape.outputs);
    this.dy = arena.values('dy', rows * shape.outputs);
    this.sampleWeights = weighted ? arena.values('batch weights', rows) : undefined;
  }

  /**
   * Brings what is given to where the kernels read it; `recorded`: by what `encoder` records alone. Throws DataError and
   * OptionError.
   */
  take(encoder: GPUCommandEncoder, { x, y, dy, sampleWeights }: BatchParts, recorded: boolean): void {
    const { inputs, outputs, loss } = this.#shape;
    const take = (
      name: string,
      given: Given,
      buffer: GPUBuffer,
      columns: number,
      rules: TargetRules = {},
    ) => {
      if (isSpan(given)) {
        copyInto(encoder, name, toRows(name, given, columns, this.rows).span, buffer);
        return;
      }
      if (recorded) {
        throw new OptionError(`${name} must be a GPUBuffer where the step is recorded into an encoder`);
      }
      if (buffer === this.sampleWeights) checkWeights(name, given);
      const { data, rows } = toTargets(name, given, columns, this.rows, rules);
      if (rows !== this.rows) {
        throw new DataError(`${name} has ${rows} rows; the batches of this trainer have ${this.rows}`);
      }
      this.#arena.write(buffer, data);
    };
    if (x !== undefined) take('x', x, this.x, inputs);
    if (dy !== undefined) take('dy', dy, this.dy, outputs);
    if (y === undefined) return;
    take('y', y, this.targets, outputs, loss);
    if ((sampleWeights === undefined) !== (this.sampleWeights === undefined)) {
      throw new OptionError(
        this.sampleWeights
          ? 'the batch has no sampleWeights; this trainer was made for them'
          : 'the batch has sampleWeights; make the trainer with sampleWeights: true',
      );
    }
    if (sampleWeights && this.sampleWeights) take('sampleWeights', sampleWeights, this.sampleWeights, 1);
  }
}
