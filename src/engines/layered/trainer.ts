/** Training of one model: full batch or shuffled mini-batches, all on the GPU; only losses come back, asynchronously. */

import { Draw, GATHER_ROWS, gather } from '../../../shaders/kernels/gather.wgsl.ts';
import { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import type { Exclusive } from '../../gpu/exclusive.ts';
import { InFlight } from '../../gpu/in-flight.ts';
import { createPacer } from '../../gpu/pacing.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import { checkSize } from '../../model/description.ts';
import { resolveLoss, resolveTraining, type TrainingOptions, trainingFields } from '../../model/training.ts';
import { checkOptions } from '../../options/check.ts';
import { callback, type Description, type Fields, signal } from '../../options/kinds.ts';
import type { GpuLayer } from './layers.ts';
import { CAPACITY, planSteps, type StepRing, stepCounter } from './step-plan.ts';
import type { Tilings } from './tiles.ts';
import { StateBuffers, type TrainerState } from './trainer-state.ts';
import { type DataOptions, dataFields, receiveData } from './training-data.ts';

/** How far a training is. */
export interface Progress {
  /** Steps done and steps asked for. */
  readonly step: number;
  readonly steps: number;
  /** Loss of the last step that came back. */
  readonly loss: number;
  readonly seconds: number;
}

/** Options of a run of a trainer: when it ends, and who listens. */
export interface RunOptions {
  /** Ends the run early: the promise rejects with the signal's reason, and the parameters stay as they are then. */
  signal?: AbortSignal;
  /** Called a few times per second. */
  onProgress?: (progress: Progress) => void;
}

export const runFields: Fields<RunOptions> = { signal, onProgress: callback<(progress: Progress) => void>() };

const runDescription: Description<RunOptions> = { fields: runFields };

/** Data and training of a trainer. */
export interface TrainerOptions extends TrainingOptions, DataOptions {
  /** Ends the calibration of tiles early, where the model has one: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

export const trainerFields: Fields<TrainerOptions> = {
  ...trainingFields,
  ...dataFields,
  signal,
};

const trainerDescription: Description<TrainerOptions> = { fields: trainerFields };

/** Submits under way at once. */
const IN_FLIGHT = 2;

/** Trains `layers` in place. Made by `createTrainer`; run it in as many pieces as you like. */
export class Trainer {
  readonly #arena: Arena;
  readonly #dispatches: readonly Dispatch[];
  readonly #ring: StepRing;
  readonly #state: StateBuffers;
  readonly #pacer = createPacer({ most: CAPACITY / 2 });
  readonly #losses: number[] = [];
  /** One training at a time: those of other trainers would change the parameters in between. */
  readonly #training: Exclusive;
  /** Rows of data, and rows per step. */
  readonly rows: number;
  readonly batch: number;
  #step = 0;

  constructor(parts: {
    arena: Arena;
    training: Exclusive;
    dispatches: readonly Dispatch[];
    ring: StepRing;
    state: StateBuffers;
    rows: number;
    batch: number;
  }) {
    this.#arena = parts.arena;
    this.#training = parts.training;
    this.#dispatches = parts.dispatches;
    this.#ring = parts.ring;
    this.#state = parts.state;
    this.rows = parts.rows;
    this.batch = parts.batch;
  }

  /** Steps done since the trainer was made. */
  get step(): number {
    return this.#step;
  }

  /** The loss of every step so far, each as it was before that step's update. */
  get losses(): readonly number[] {
    return this.#losses;
  }

  /** Trains for `steps` more steps. Rejects with BusyError while this or another trainer trains the model. */
  async run(steps: number, options: RunOptions = {}): Promise<void> {
    const { signal, onProgress } = checkOptions(runDescription, options, 'run()');
    this.#arena.check();
    checkSize('steps', steps);
    signal?.throwIfAborted();
    await this.#training.run(() => this.#run(steps, signal, onProgress));
    signal?.throwIfAborted();
  }

  /** Everything this training needs to go on to the same bits, in this trainer or one with the same options. Not while it runs. */
  async exportState(): Promise<TrainerState> {
    return this.#training.run(() => this.#state.read(this.#step));
  }

  /**
   * Goes back, or on, to `state`, the model's parameters included; `losses` stays as it is. Throws BusyError while the model is
   * being trained, and DataError for a state of another model, optimiser or version.
   */
  importState(state: TrainerState): void {
    this.#arena.check();
    this.#training.check();
    this.#state.write(state);
    this.#step = state.step;
  }

  /** Frees the buffers of this trainer; the model and its parameters stay. */
  dispose(): void {
    this.#arena.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Keeps a few submits under way until all steps are done, the signal fires, or something fails. */
  async #run(
    steps: number,
    signal: AbortSignal | undefined,
    onProgress: RunOptions['onProgress'],
  ): Promise<void> {
    const start = performance.now();
    const first = this.#step;
    const pending = new InFlight(IN_FLIGHT);
    let finishedAt = start;
    const receive = async (from: number, count: number): Promise<void> => {
      const losses = await this.#ring.losses(from, count);
      for (const loss of losses) this.#losses.push(loss);
      const now = performance.now();
      this.#pacer.took(count, now - finishedAt);
      finishedAt = now;
      const loss = losses[count - 1] as number;
      onProgress?.({ step: from + count - first, steps, loss, seconds: (now - start) / 1000 });
    };
    try {
      while (this.#step < first + steps && !signal?.aborted) {
        const from = this.#step;
        const count = this.#ring.stretch(from, Math.min(this.#pacer.size, first + steps - from));
        this.#ring.write(from, count);
        this.#arena.run(this.#dispatches, count);
        this.#step += count;
        pending.add(receive(from, count));
        await pending.room();
      }
      await pending.finish();
    } finally {
      await pending.settle();
    }
  }
}

/** Checks the options, uploads the data and lays out the step. Throws DataError, OptionError or LimitError. */
export async function createTrainer(
  { model, training: exclusive }: { readonly model: Arena; readonly training: Exclusive },
  tilings: Tilings,
  layers: readonly GpuLayer[],
  given: TrainerOptions,
): Promise<Trainer> {
  const { signal, ...options } = checkOptions(trainerDescription, given, 'createTrainer()');
  signal?.throwIfAborted();
  const inputs = (layers[0] as GpuLayer).inputs;
  const outputs = (layers.at(-1) as GpuLayer).outputs;
  const arena = new Arena(model, 'this trainer');
  try {
    const loss = resolveLoss(options.loss ?? 'meanSquared');
    const { x, targets, sampleWeights, rows } = receiveData(arena, options, { inputs, outputs, loss });
    const resolved = resolveTraining(options, rows, layers.length);
    const { batch, seed } = resolved;
    const data = { x, targets, ...(sampleWeights && { sample_weights: sampleWeights }) };
    const counter = stepCounter(arena);
    const whole = batch === rows;
    const widths = { x: inputs, targets: outputs, ...(sampleWeights && { sample_weights: 1 }) };
    const drawn: typeof data = { ...data };
    if (!whole) {
      for (const [name, width] of Object.entries(widths))
        drawn[name as keyof typeof data] = arena.values(`batch ${name}`, batch * width);
    }
    const { training, ticking, ring } = await planSteps(arena, layers, counter, {
      tilings,
      signal,
      resolved,
      x: drawn.x,
      targets: drawn.targets,
      sampleWeights: drawn.sample_weights,
      rows,
      inputGradient: false,
    });
    const { forward, end, backward, steps } = training;
    const prepared = [...forward, ...(end ? [end.fromLoss] : []), ticking, ...backward, ...steps];
    if (!whole) {
      const draw = arena.uniform('draw', Draw.pack({ rows, batch, seed }));
      const batches = Object.fromEntries(
        Object.entries(drawn).map(([name, buffer]) => [`batch_${name}`, buffer]),
      );
      const grid = [Math.ceil(batch / GATHER_ROWS), 1, 1] as const;
      prepared.unshift(prepareDispatch(arena, gather(widths), { ...data, ...batches, draw, counter }, grid));
    }
    const dispatches = await Promise.all(prepared);
    await arena.sound();
    const state = new StateBuffers(arena, layers, { moments: training.results, counter });
    return new Trainer({ arena, training: exclusive, dispatches, ring, state, rows, batch });
  } catch (error) {
    arena.dispose();
    throw error;
  }
}
