/** Training by hand: a new batch at each step, or forward pass, backward pass and update one by one, recorded without waiting. */

import { OptionError } from '../../errors.ts';
import type { Arena } from '../../gpu/arena.ts';
import { type Dispatch, passOf } from '../../gpu/dispatch.ts';
import type { Exclusive } from '../../gpu/exclusive.ts';
import { InFlight } from '../../gpu/in-flight.ts';
import { checkArguments, checkOptions } from '../../options/check.ts';
import { anything, callback, type Description, signal, such } from '../../options/kinds.ts';
import type { Batch, BatchBuffers } from './batch-buffers.ts';
import { encoderKind, type Given } from './encoding.ts';
import { CAPACITY, type StepRing } from './step-plan.ts';
import type { StateBuffers, TrainerState } from './trainer-state.ts';
import { dataFields } from './training-data.ts';

/** Losses of so many steps are read back at a time. */
const READ_EVERY = 64;
const READS_UNDER_WAY = 2;

/** Where passes are recorded, which submits nothing. Default: they are submitted at once. */
export interface RecordOptions {
  encoder?: GPUCommandEncoder;
}
/** Inputs of the forward pass. */
export type ForwardOptions = RecordOptions & { x: Given };
/** Targets, or the gradient of whatever loss by the outputs. */
export type BackwardOptions = RecordOptions &
  ((Omit<Batch, 'x'> & { dy?: undefined }) | { dy: Given; y?: undefined; sampleWeights?: undefined });
/** What may be asked of a training on many batches. */
export interface StepFitOptions {
  /** Ends the training after the step under way. */
  signal?: AbortSignal;
  /** Called after each step, counted from 1, with its loss before the update. */
  onStep?: (step: number, loss: number) => void;
}

const { x, y, sampleWeights } = dataFields;
const numbers = anything<Given>('rows of numbers');
const batchDescription: Description<Batch> = { fields: { x, y, sampleWeights } };
const forwardDescription: Description<ForwardOptions> = { fields: { x, encoder: encoderKind } };
type BackwardParts = RecordOptions & { [Name in keyof Batch | 'dy']?: Given | undefined };
const backwardDescription: Description<BackwardParts> = {
  // A whole batch may be given; its x was read by forward().
  fields: { x: numbers, y: numbers, dy: numbers, sampleWeights, encoder: encoderKind },
  exactlyOne: [['y', 'dy']],
};
const applyDescription: Description<RecordOptions> = { fields: { encoder: encoderKind } };
const fitDescription: Description<StepFitOptions> = {
  fields: { signal, onStep: callback<(step: number, loss: number) => void>() },
};
const batchesKind = such<Iterable<Batch> | AsyncIterable<Batch>>(
  'an iterable of batches',
  (value) => Symbol.iterator in Object(value) || Symbol.asyncIterator in Object(value),
);

/** Where a step is: what comes next. */
type Stage = 'forward' | 'backward' | 'apply';

/** What `createStepTrainer` makes ready. */
export interface StepTrainerParts {
  readonly arena: Arena;
  readonly training: Exclusive;
  readonly ring: StepRing;
  readonly state: StateBuffers;
  readonly batch: BatchBuffers;
  readonly y: GPUBuffer;
  readonly dx: GPUBuffer | undefined;
  readonly passes: Readonly<
    Record<'forward' | 'fromLoss' | 'fromGradient' | 'backward' | 'apply', readonly Dispatch[]>
  >;
}

/**
 * Trains a model in place, one batch at a time. Made by `model.createStepTrainer`, with all kernels and buffers: `step`, `forward`,
 * `backward` and `apply` wait for nothing and allocate nothing. With an `encoder` of the caller they record into it and submit
 * nothing; then numbers come from buffers alone, and every encoder must be submitted, in order.
 */
export class StepTrainer {
  readonly #parts: StepTrainerParts;
  readonly #arena: Arena;
  #step = 0;
  #next: Stage = 'forward';
  /** Of the latest steps: whether their loss was computed here. */
  readonly #told = new Uint8Array(CAPACITY);

  constructor(parts: StepTrainerParts) {
    this.#parts = parts;
    this.#arena = parts.arena;
  }

  /** Steps done. */
  get steps(): number {
    return this.#step;
  }

  /** Rows of a batch. */
  get rows(): number {
    return this.#parts.batch.rows;
  }

  /** Outputs of the latest forward pass, `[rows, outputs]`; made with STORAGE, COPY_SRC and COPY_DST, freed with the trainer. */
  get y(): GPUBuffer {
    return this.#parts.y;
  }

  /** Gradient of the inputs of the latest backward pass, `[rows, inputs]`; undefined unless `inputGradient` was asked for. */
  get dx(): GPUBuffer | undefined {
    return this.#parts.dx;
  }

  /** A whole step in one submit: forward, loss, backward, update. */
  step(batch: Batch): void {
    this.#begin('forward');
    this.#parts.training.check();
    this.#trainStep(batch);
  }

  /** The forward pass of training, `x` → `this.y`. */
  forward(given: ForwardOptions): void {
    const { x, encoder } = checkOptions(forwardDescription, given, 'forward()');
    this.#begin('forward');
    this.#parts.training.check();
    this.#record(encoder, (own) => {
      this.#parts.batch.take(own, { x }, encoder !== undefined);
      passOf(this.#parts.passes.forward)(own);
    });
    this.#next = 'backward';
  }

  /**
   * The backward pass, from the targets `y` by way of the loss, or from `dy`, the gradient of whatever loss by the outputs,
   * `[rows, outputs]`: to `this.dx`, and to the parameters' gradient, which `apply` uses.
   */
  backward(given: BackwardOptions): void {
    const { y, dy, sampleWeights, encoder } = checkOptions(
      backwardDescription,
      given as BackwardParts,
      'backward()',
    );
    this.#begin('backward');
    const { passes, ring, batch } = this.#parts;
    this.#record(encoder, (own) => {
      batch.take(own, { y, dy, sampleWeights }, encoder !== undefined);
      ring.write(this.#step, 1);
      passOf([...(y === undefined ? passes.fromGradient : passes.fromLoss), ...passes.backward])(own);
    });
    this.#told[this.#step % CAPACITY] = y === undefined ? 0 : 1;
    this.#next = 'apply';
  }

  /** Penalty, clipping, optimiser and projection, with the gradient of the latest backward pass. */
  apply(given: RecordOptions = {}): void {
    const { encoder } = checkOptions(applyDescription, given, 'apply()');
    this.#begin('apply');
    this.#record(encoder, passOf(this.#parts.passes.apply));
    this.#step += 1;
    this.#next = 'forward';
  }

  /** Losses of the latest `count` steps, each before its update; NaN for steps whose gradient came from outside. */
  async losses(count = 1): Promise<number[]> {
    this.#arena.check();
    if (!(Number.isInteger(count) && count >= 0 && count <= Math.min(this.#step, CAPACITY / 2))) {
      throw new OptionError(
        `losses of ${String(count)} steps were asked for; there are ${Math.min(this.#step, CAPACITY / 2)}`,
      );
    }
    const { ring } = this.#parts;
    const reads: Promise<Float32Array>[] = [];
    const first = this.#step - count;
    const told = Array.from({ length: count }, (_, k) => this.#told[(first + k) % CAPACITY] === 1);
    for (let from = first; from < this.#step; ) {
      const stretch = ring.stretch(from, this.#step - from);
      reads.push(ring.losses(from, stretch));
      from += stretch;
    }
    const losses = (await Promise.all(reads)).flatMap((stretch) => [...stretch]);
    return losses.map((loss, k) => (told[k] ? loss : Number.NaN));
  }

  /**
   * Trains on every batch of `batches`, in order; resolves with their losses. A few batches are read ahead, so that memory stays
   * flat however many come. On abort, rejects with the signal's reason; steps that were made stay.
   */
  async fit(
    batches: Iterable<Batch> | AsyncIterable<Batch>,
    options: StepFitOptions = {},
  ): Promise<{ losses: readonly number[] }> {
    checkArguments('fit()', { batches }, { batches: batchesKind });
    const { signal, onStep } = checkOptions(fitDescription, options, 'fit()');
    this.#begin('forward');
    return this.#parts.training.run(async () => {
      const { ring } = this.#parts;
      const losses: number[] = [];
      const pending = new InFlight(READS_UNDER_WAY);
      const receive = async (from: number, count: number): Promise<void> => {
        (await ring.losses(from, count)).forEach((loss, k) => {
          losses.push(loss);
          onStep?.(from + k + 1, loss);
        });
      };
      let read = this.#step;
      try {
        for await (const batch of batches) {
          signal?.throwIfAborted();
          this.#trainStep(batch);
          const due = this.#step - read >= READ_EVERY || this.#step % CAPACITY === 0;
          if (!due) continue;
          pending.add(receive(read, this.#step - read));
          read = this.#step;
          await pending.room();
        }
        if (this.#step > read) pending.add(receive(read, this.#step - read));
        await pending.finish();
      } finally {
        await pending.settle();
      }
      signal?.throwIfAborted();
      return { losses };
    });
  }

  /** Everything this training needs to go on to the same bits, in this trainer or one with the same options. */
  async exportState(): Promise<TrainerState> {
    this.#begin('forward');
    return this.#parts.training.run(() => this.#parts.state.read(this.#step));
  }

  /** Goes back, or on, to `state`, the model's parameters included. Throws DataError for a state of another model or optimiser. */
  importState(state: TrainerState): void {
    this.#begin('forward');
    this.#parts.training.check();
    this.#parts.state.write(state);
    this.#step = state.step;
  }

  /** Frees the buffers of this trainer; the model and its parameters stay. */
  dispose(): void {
    this.#arena.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #trainStep(given: Batch): void {
    checkOptions(batchDescription, given, 'step()');
    const { passes, ring, batch } = this.#parts;
    const { forward, fromLoss, backward, apply } = passes;
    this.#arena.submit((encoder) => {
      batch.take(encoder, given, false);
      ring.write(this.#step, 1);
      passOf([...forward, ...fromLoss, ...backward, ...apply])(encoder);
    });
    this.#told[this.#step % CAPACITY] = 1;
    this.#step += 1;
  }

  #begin(stage: Stage): void {
    this.#arena.check();
    if (this.#next === stage) return;
    throw new OptionError(
      `the step is at ${this.#next}(); forward(), backward() and apply() make one step, in this order`,
    );
  }

  #record(encoder: GPUCommandEncoder | undefined, record: (encoder: GPUCommandEncoder) => void): void {
    if (encoder) this.#arena.scope(() => record(encoder));
    else this.#arena.submit(record);
  }
}
