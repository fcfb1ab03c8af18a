/** Training with somebody who watches: validation, early stopping, callbacks by epoch, and a report of how it went. */

import { AbortedError, OptionError } from '../../errors.ts';
import { Arena } from '../../gpu/arena.ts';
import { Exclusive } from '../../gpu/exclusive.ts';
import { checkOptions } from '../../options/check.ts';
import {
  callback,
  type Description,
  type ExactlyOne,
  needed,
  number,
  options,
  size,
} from '../../options/kinds.ts';
import { createEvaluator, type EvaluatedModel, type Evaluator } from './evaluation.ts';
import {
  createTrainer,
  type RunOptions,
  runFields,
  type Trainer,
  type TrainerOptions,
  trainerFields,
} from './trainer.ts';
import { type DataOptions, dataFields } from './training-data.ts';

/** How long a training is: so many steps or epochs. */
export interface LengthOptions {
  /** Optimiser steps. Give this or `epochs`. */
  steps?: number;
  /** Passes over the data, not necessarily whole: `ceil(epochs · rows / batch)` steps. Give this or `steps`. */
  epochs?: number;
}

/** When to end before the last step. */
export interface EarlyStopping {
  /** Ends after so many validations in a row without a loss that is lower than the lowest by more than `minDelta`. */
  patience: number;
  /** Default 0. */
  minDelta?: number;
}

/** How far a training is when it pauses. */
export interface EpochReport {
  /** Whole passes over the data so far. */
  readonly epoch: number;
  /** Steps so far. */
  readonly step: number;
  /** Mean loss of the steps since the last report, each before its update. */
  readonly loss: number;
  /** Loss on the validation data, with the parameters as they are now; undefined without such data. */
  readonly validationLoss: number | undefined;
  /** The same of `accuracy`, where the loss is a cross-entropy. */
  readonly validationAccuracy: number | undefined;
}

/** What is looked at on the way. */
export interface WatchOptions {
  /** Rows that are not trained on, on which the loss is measured every `every` steps and after the last. */
  validation?: DataOptions;
  /** Ends when the validation loss no longer falls; the model then has the parameters of its lowest validation loss. */
  earlyStopping?: EarlyStopping;
  /** Steps from one validation and call of `onEpoch` to the next. Default: an epoch; with the full batch, a hundredth of all. */
  every?: number;
  /**
   * Called every `every` steps and after the last, while nothing is under way: the model has the parameters of that step. A
   * promise is waited for before training goes on; `'stop'` ends it.
   */
  onEpoch?: (report: EpochReport) => unknown;
}

/** What `Model.train` is asked for: exactly one of `steps` and `epochs`. */
export type TrainOptions = TrainerOptions &
  RunOptions &
  WatchOptions &
  ExactlyOne<LengthOptions, 'steps' | 'epochs'>;

type AllOptions = TrainerOptions & RunOptions & WatchOptions & LengthOptions;

const trainDescription: Description<AllOptions> = {
  fields: {
    ...trainerFields,
    ...runFields,
    steps: size,
    epochs: number({ above: 0 }),
    validation: options<DataOptions>({ fields: dataFields }),
    earlyStopping: options<EarlyStopping>({
      fields: { patience: needed(size), minDelta: number({ least: 0 }) },
    }),
    every: size,
    onEpoch: callback<(report: EpochReport) => unknown>(),
  },
  exactlyOne: [['steps', 'epochs']],
};

/** Loss on the validation data after so many steps. */
export interface ValidationLoss {
  readonly step: number;
  readonly loss: number;
}

/** What came out of a training. */
export interface TrainingReport {
  /** `finished`: all its steps · `stopped`: by early stopping or `onEpoch` · `aborted`: by its signal, in an AbortedError. */
  readonly status: 'finished' | 'stopped' | 'aborted';
  /** Steps done. */
  readonly steps: number;
  /** Loss of every step, each before that step's update. */
  readonly losses: readonly number[];
  /** In the order in which they were measured; none without validation data. */
  readonly validationLosses: readonly ValidationLoss[];
  /** With `earlyStopping`, the lowest of them, whose parameters the model has now; undefined if none was a number. */
  readonly best: ValidationLoss | undefined;
  readonly seconds: number;
}

/**
 * Trains and reports. Rejects with AbortedError, which has the report so far, once the signal aborts. Everything it made on the
 * device is freed.
 */
export async function trainModel(model: EvaluatedModel, given: AllOptions): Promise<TrainingReport> {
  const { steps, epochs, signal, onProgress, validation, earlyStopping, every, onEpoch, ...training } =
    checkOptions(trainDescription, given, 'train()');
  if (earlyStopping && !validation) {
    throw new OptionError('earlyStopping needs validation, the rows whose loss it goes by');
  }
  const start = performance.now();
  const exclusive = new Exclusive('this trainer is already running');
  const validationLosses: ValidationLoss[] = [];
  let trainer: Trainer | undefined;
  let evaluator: Evaluator | undefined;
  let best: Best | undefined;
  const report = (status: TrainingReport['status']): TrainingReport => ({
    status,
    steps: trainer?.step ?? 0,
    losses: trainer?.losses ?? [],
    validationLosses,
    best: best?.loss,
    seconds: (performance.now() - start) / 1000,
  });
  try {
    const parts = { model: model.model, training: exclusive };
    trainer = await createTrainer(parts, model.tilings, model.layers, {
      ...training,
      ...(signal && { signal }),
    });
    if (validation) {
      evaluator = await createEvaluator(model, validation, training.loss ?? 'meanSquared', 'validation.');
    }
    if (earlyStopping) best = new Best(model);
    const { rows, batch } = trainer;
    const count = steps ?? Math.ceil(((epochs as number) * rows) / batch);
    const watched = evaluator !== undefined || onEpoch !== undefined;
    const pauses = watched ? pausesOf(count, rows, batch, every) : [count];
    let patience = earlyStopping?.patience ?? 0;
    let stops = false;
    for (const pause of pauses) {
      const from = trainer.step;
      const seconds = (performance.now() - start) / 1000;
      await trainer.run(pause - from, {
        ...(signal && { signal }),
        ...(onProgress && {
          onProgress: (progress) =>
            onProgress({
              ...progress,
              step: from + progress.step,
              steps: count,
              seconds: seconds + progress.seconds,
            }),
        }),
      });
      const measured = await evaluator?.measure();
      if (measured) validationLosses.push({ step: pause, loss: measured.loss });
      if (measured && earlyStopping && best) {
        const { minDelta = 0 } = earlyStopping;
        patience = best.improves(measured.loss, minDelta) ? earlyStopping.patience : patience - 1;
        best.keep({ step: pause, loss: measured.loss });
        stops = patience === 0;
      }
      const losses = trainer.losses.slice(from);
      const answer = await onEpoch?.({
        epoch: Math.floor((pause * batch) / rows),
        step: pause,
        loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
        validationLoss: measured?.loss,
        validationAccuracy: measured?.accuracy,
      });
      if (stops || answer === 'stop') {
        best?.restore();
        return report(pause < count ? 'stopped' : 'finished');
      }
      signal?.throwIfAborted();
    }
    best?.restore();
    return report('finished');
  } catch (error) {
    if (!signal?.aborted || error !== signal.reason) throw error;
    best?.restore();
    throw new AbortedError(report('aborted'), { cause: error });
  } finally {
    best?.dispose();
    evaluator?.dispose();
    trainer?.dispose();
  }
}

/** Steps after which training pauses, the last included. */
function pausesOf(steps: number, rows: number, batch: number, every: number | undefined): number[] {
  const between = every ?? (batch < rows ? rows / batch : Math.max(1, steps / PAUSES));
  const pauses: number[] = [];
  for (let k = 1; Math.ceil(k * between) < steps; k++) pauses.push(Math.ceil(k * between));
  return [...pauses, steps];
}

/** Pauses of a training whose steps are epochs. */
const PAUSES = 100;

/** The parameters of the lowest validation loss so far, kept on the device. */
class Best {
  readonly #arena: Arena;
  readonly #pairs: readonly (readonly [GPUBuffer, GPUBuffer])[];
  /** What the next loss must be lower than to count as better. */
  #bar = Number.POSITIVE_INFINITY;
  #loss: ValidationLoss | undefined;

  constructor({ model, layers }: EvaluatedModel) {
    this.#arena = new Arena(model, 'this training');
    this.#pairs = layers.map(({ theta }) => [theta, this.#arena.values('best parameters', theta.size / 4)]);
  }

  get loss(): ValidationLoss | undefined {
    return this.#loss;
  }

  /** Whether `loss` is lower than the last that was, by more than `minDelta`. */
  improves(loss: number, minDelta: number): boolean {
    if (!(loss < this.#bar - minDelta)) return false;
    this.#bar = loss;
    return true;
  }

  /** Keeps the parameters if their loss is the lowest. */
  keep(measured: ValidationLoss): void {
    if (!(measured.loss < (this.#loss?.loss ?? Number.POSITIVE_INFINITY))) return;
    this.#loss = measured;
    this.#copy(([theta, kept]) => [theta, kept]);
  }

  restore(): void {
    if (this.#loss && !this.#arena.disposed) this.#copy(([theta, kept]) => [kept, theta]);
  }

  dispose(): void {
    this.#arena.dispose();
  }

  #copy(way: (pair: readonly [GPUBuffer, GPUBuffer]) => readonly [GPUBuffer, GPUBuffer]): void {
    this.#arena.submit((encoder) => {
      for (const [from, to] of this.#pairs.map(way)) encoder.copyBufferToBuffer(from, 0, to, 0, from.size);
    });
  }
}
