/** A model on the GPU: predict, train, read and set its parameters. */

import { isPacked } from '../../../shaders/kernels/packed.ts';
import { parameterCounts, thetaFloats } from '../../../shaders/kernels/parameters.ts';
import { DataError } from '../../errors.ts';
import { Arena } from '../../gpu/arena.ts';
import { checkGpu } from '../../gpu/check-gpu.ts';
import { Exclusive } from '../../gpu/exclusive.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { type BufferSpan, isSpan, spanKind } from '../../gpu/span.ts';
import type { Rows } from '../../model/data.ts';
import {
  describeModel,
  initialParameters,
  type ModelDescription,
  type ResolvedModel,
  resolveModel,
} from '../../model/description.ts';
import { rowFunction64 } from '../../model/evaluate.ts';
import { summarize } from '../../model/summary.ts';
import { type GivenParameters, joinParameters, type LayerWeights, readWeights } from '../../model/weights.ts';
import { checkArguments, checkOptions, show } from '../../options/check.ts';
import { type Description, size } from '../../options/kinds.ts';
import type { RowFunction } from '../../units/unit.ts';
import { createStepTrainer, type StepTrainerOptions } from './create-step-trainer.ts';
import {
  type EncodeOptions,
  Encoding,
  encodeDescription,
  encoderKind,
  type Given,
  type PrepareOptions,
  prepareDescription,
} from './encoding.ts';
import { createEvaluator, type EvaluateOptions, type Evaluation, evaluateDescription } from './evaluation.ts';
import { type Gradients, type GradientsOptions, gradientsDescription, gradientsOf } from './gradients.ts';
import type { GpuLayer } from './layers.ts';
import { Predictions } from './prediction.ts';
import type { StepTrainer } from './step-trainer.ts';
import { type TileChoice, type TileChooser, Tilings } from './tiles.ts';
import { type TrainingReport, type TrainOptions, trainModel } from './train.ts';
import { createTrainer, type Trainer, type TrainerOptions } from './trainer.ts';

/** Options of `Model.predict`. */
export interface PredictOptions {
  /** Rows of a buffer, where it is larger than its data. Default: all. */
  rows?: number;
  /** A buffer for the outputs. Default: they are read back. */
  y?: BufferSpan;
}

const predictDescription: Description<PredictOptions> = {
  fields: { rows: size, y: spanKind },
};

/** Of `Model.predictBatches`. */
export interface PredictBatchesOptions {
  /** Batches that are on the GPU at a time. Default 4. */
  inFlight?: number;
}

const predictBatchesDescription: Description<PredictBatchesOptions> = { fields: { inFlight: size } };

/** Creates a model with fresh parameters on `gpu`. Throws OptionError, or LimitError if the adapter cannot hold it. */
export function createModel(gpu: Gpu, description: ModelDescription): Model {
  checkGpu(gpu);
  return new Model(gpu, resolveModel(description));
}

/** A stack of units on a device: predicts, trains, gives and takes its parameters. Made by `createModel`; `dispose` frees its buffers. */
export class Model {
  readonly gpu: Gpu;
  /** What the model was made of, with all defaults filled in: `createModel` makes the same model of it. */
  readonly description: Required<ModelDescription>;
  readonly #resolved: ResolvedModel;
  readonly #arena: Arena;
  readonly #layers: readonly GpuLayer[];
  readonly #tilings: Tilings;
  readonly #predictions: Predictions;
  readonly #encoding: Encoding;
  readonly #training = new Exclusive('this model is already being trained');

  constructor(
    gpu: Gpu,
    description: ResolvedModel,
    chooserOf?: (layers: readonly GpuLayer[]) => TileChooser,
  ) {
    this.gpu = gpu;
    this.description = describeModel(description);
    this.#resolved = description;
    this.#arena = new Arena(gpu, 'this model');
    for (const [index, layer] of description.layers.entries()) {
      gpu.checkSize(`parameters of layer ${index}`, 4 * thetaFloats(layer));
    }
    try {
      this.#layers = description.layers.map(({ record, unit, inputs, outputs }, index) => {
        const theta = this.#arena.values(`parameters ${index}`, thetaFloats({ unit, inputs, outputs }));
        const packed = isPacked({ unit, inputs, outputs }, description.layers[index - 1]?.unit);
        return { name: record.name, unit, inputs, outputs, index, packed, theta };
      });
      this.#tilings = new Tilings(gpu, chooserOf?.(this.#layers));
      this.#predictions = new Predictions(this.#arena, this.#tilings, this.#layers);
      this.#encoding = new Encoding(this.#arena, this.#tilings, this.#layers);
      this.reset();
    } catch (error) {
      this.#arena.dispose();
      throw error;
    }
  }

  get inputs(): number {
    return this.description.inputs;
  }

  get outputs(): number {
    return this.#resolved.outputs;
  }

  /** The tilings that the model's kernels have so far, and those it was given: pass them as `tiles` to repeat a run. */
  get tiles(): readonly TileChoice[] {
    return this.#tilings.choices;
  }

  /**
   * Outputs for `x`, `[rows, outputs]` row-major. Any number of rows; throws DataError for bad ones. From a buffer of the model's
   * device nothing is read back before the outputs; with `y`, they go to a buffer, and the promise resolves when the work is in
   * the queue. See `encode` for what buffers must be.
   */
  predict(x: Given, options?: Omit<PredictOptions, 'y'>): Promise<Float32Array<ArrayBuffer>>;
  predict(x: Given, options: PredictOptions & { y: BufferSpan }): Promise<undefined>;
  async predict(x: Given, options: PredictOptions = {}): Promise<Float32Array<ArrayBuffer> | undefined> {
    const { rows, y } = checkOptions(predictDescription, options, 'predict()');
    if (isSpan(x) || y !== undefined || rows !== undefined) {
      this.#check();
      return this.#encoding.predict(x, y, rows);
    }
    for await (const y of this.predictBatches([x])) return y;
    throw new DataError('x has no rows; at least one is needed');
  }

  /**
   * Outputs for each batch of `batches`, in their order, `[rows, outputs]` row-major. The next batches are read while
   * earlier ones are on the GPU, at most `inFlight` (default 4) at a time: as much memory as those take, however many come.
   */
  async *predictBatches(
    batches: Iterable<Rows> | AsyncIterable<Rows>,
    options: PredictBatchesOptions = {},
  ): AsyncGenerator<Float32Array<ArrayBuffer>> {
    const { inFlight = 4 } = checkOptions(predictBatchesDescription, options, 'predictBatches()');
    this.#check();
    yield* this.#predictions.stream(batches, inFlight);
  }

  /** Compiles the kernels that `encode` needs, which itself waits for nothing. */
  async prepare(options: PrepareOptions): Promise<void> {
    const { rows } = checkOptions(prepareDescription, options, 'prepare()');
    this.#check();
    await this.#encoding.prepare(rows);
  }

  /**
   * Records a forward pass into `encoder`, of the model's device, and submits nothing: x is read and y written when the caller
   * submits, which must be before the model is disposed. Kernels bind the buffers as they are if they were made with STORAGE and
   * their offsets are multiples of 256 (`minStorageBufferOffsetAlignment`); else they are copied, for which x needs COPY_SRC and
   * y COPY_DST. Throws OptionError unless `prepare` was awaited, and DataError for buffers that do not fit.
   */
  encode(encoder: GPUCommandEncoder, options: EncodeOptions): void {
    checkArguments('encode()', { encoder }, { encoder: encoderKind });
    this.#check();
    this.#encoding.encode(encoder, checkOptions(encodeDescription, options, 'encode()'));
  }

  /** A trainer that can be run in pieces; it changes this model's parameters. Dispose it when done. */
  async createTrainer(options: TrainerOptions): Promise<Trainer> {
    this.#check();
    const parts = { model: this.#arena, training: this.#training };
    return createTrainer(parts, this.#tilings, this.#layers, options);
  }

  /**
   * A trainer that is given a batch at each step, or forward pass, backward pass and update one by one; it changes this model's
   * parameters. Dispose it when done.
   */
  async createStepTrainer(options: StepTrainerOptions): Promise<StepTrainer> {
    this.#check();
    const parts = { model: this.#arena, training: this.#training };
    return createStepTrainer(parts, this.#tilings, this.#layers, options);
  }

  /**
   * Trains and reports. On abort, rejects with AbortedError, whose `report` has what came of it so far; the model stays usable with
   * the parameters it has reached. A non-finite loss is left in the report: it says that training diverged.
   */
  async train(options: TrainOptions): Promise<TrainingReport> {
    this.#check();
    return this.#training.run(() => trainModel(this.#parts, options));
  }

  /**
   * Loss and errors on rows with targets, by default of the mean of squares: `x` and `y` as for `train`. The outputs stay on the
   * device. Throws DataError and OptionError.
   */
  async evaluate(x: Given, y: Given, options: EvaluateOptions = {}): Promise<Evaluation> {
    const { loss = 'meanSquared', ...rest } = checkOptions(evaluateDescription, options, 'evaluate()');
    this.#check();
    const evaluator = await createEvaluator(this.#parts, { x, y, ...rest }, loss);
    try {
      return await evaluator.measure();
    } finally {
      evaluator.dispose();
    }
  }

  /** Gradients of Σ y · dy for the outputs y of `x`: the vector-Jacobian product with `dy` `[rows, outputs]`. */
  async gradients(options: GradientsOptions): Promise<Gradients> {
    const given = checkOptions(gradientsDescription, options, 'gradients()');
    this.#check();
    return gradientsOf(this.#arena, this.#tilings, this.#layers, this.#resolved, given);
  }

  /** A table of the layers, with their units, shapes and parameters, for people. */
  summary(): string {
    return summarize(this.#resolved);
  }

  /** Parameters and effective weights of every layer. */
  async weights(): Promise<LayerWeights[]> {
    const flat = await this.#readParameters();
    return this.#resolved.layers.map((layer, index) => readWeights(layer, flat[index] as Float32Array));
  }

  /**
   * The model with the parameters it has now as a function of one row, in float64 on the CPU: for rows that come one by one, which a
   * way to the GPU and back would slow. It needs the model no longer. Throws OptionError where a unit has no `forward`.
   */
  async rowFunction(): Promise<RowFunction> {
    const flat = await this.#readParameters();
    const all = new Float32Array(flat.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const part of flat) {
      all.set(part, offset);
      offset += part.length;
    }
    return rowFunction64(this.#resolved, all);
  }

  /**
   * Sets every parameter of every layer, by name: what `weights` gives, or plain arrays, row-major. Throws DataError for a
   * parameter that is missing or unknown, or has another shape, and BusyError while the model is being trained.
   */
  setParameters(layers: readonly GivenParameters[]): void {
    this.#check();
    this.#training.check();
    if (!Array.isArray(layers)) {
      throw new DataError(
        `the parameters are ${show(layers)}; give a list, with the parameters of each layer by name`,
      );
    }
    if (layers.length !== this.#layers.length) {
      throw new DataError(
        `parameters for ${layers.length} layers were given; the model has ${this.#layers.length}`,
      );
    }
    const joined = this.#resolved.layers.map((layer, index) =>
      joinParameters(layer, layers[index] as GivenParameters, `layer ${index}`),
    );
    for (const [index, flat] of joined.entries())
      this.#arena.write((this.#layers[index] as GpuLayer).theta, flat);
  }

  /** Sets the parameters back to the initial values of the description's seed. Throws BusyError while the model is being trained. */
  reset(): void {
    this.#check();
    this.#training.check();
    this.#layers.forEach((layer, index) => {
      this.#arena.write(layer.theta, initialParameters(this.#resolved, index));
    });
  }

  /** Another model on the same Gpu, with the parameters that this one has now. */
  clone(): Model {
    this.#check();
    const other = new Model(this.gpu, this.#resolved);
    const from = this.#layers;
    other.#arena.submit((encoder) => {
      other.#layers.forEach(({ theta }, index) => {
        encoder.copyBufferToBuffer((from[index] as GpuLayer).theta, 0, theta, 0, theta.size);
      });
    });
    return other;
  }

  /** Frees the model's buffers. Its predictions and trainings that are under way reject with DisposedError. */
  dispose(): void {
    this.#arena.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #parts() {
    return { model: this.#arena, tilings: this.#tilings, layers: this.#layers };
  }

  /** Raw parameters of each layer. */
  async #readParameters(): Promise<Float32Array[]> {
    this.#check();
    return Promise.all(
      this.#layers.map((layer) => this.#arena.readFloats(layer.theta, 0, parameterCounts(layer).all)),
    );
  }

  #check(): void {
    this.#arena.check();
  }
}
