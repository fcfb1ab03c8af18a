/** Training of one model: full batch or shuffled mini-batches, all on the GPU; only losses come back, asynchronously. */

import { Draw, GATHER_ROWS, gather } from '../../../shaders/kernels/gather.wgsl.ts';
import { DataError } from '../../errors.ts';
import { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import type { Exclusive } from '../../gpu/exclusive.ts';
import { InFlight } from '../../gpu/in-flight.ts';
import { createPacer } from '../../gpu/pacing.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import { checkSize } from '../../model/description.ts';
import { resolveTraining, type TrainingOptions, trainingFields } from '../../model/training.ts';
import { checkOptions } from '../../options/check.ts';
import {
  anything,
  callback,
  type Description,
  type Fields,
  needed,
  signal,
  size,
} from '../../options/kinds.ts';
import { type Given, receive } from './encoding.ts';
import type { GpuLayer } from './layers.ts';
import { CAPACITY, planSteps, type StepRing, stepCounter } from './step-plan.ts';
import type { Tilings } from './tiles.ts';
import { StateBuffers, type TrainerState } from './trainer-state.ts';

/** How far a training is. */
export interface Progress {
  /** Steps done and steps asked for. */
  readonly step: number;
  readonly steps: number;
  /** Loss of the last step that came back. */
  readonly loss: number;
  readonly seconds: number;
}

/** What a run of a trainer may be told: an end, and who listens. */
export interface RunOptions {
  /** Ends the run early: the promise rejects with the signal's reason, and the parameters stay as they are then. */
  signal?: AbortSignal;
  /** Called a few times per second. */
  onProgress?: (progress: Progress) => void;
}

export const runFields: Fields<RunOptions> = { signal, onProgress: callback<(progress: Progress) => void>() };

const runDescription: Description<RunOptions> = { fields: runFields };

/** Data and training of a trainer. */
export interface TrainerOptions extends TrainingOptions {
  /** Inputs, one row each; or a buffer of the model's device, made with COPY_SRC, that is copied when the trainer is made. */
  x: Given;
  /** Targets, one row each, or a buffer. */
  y: Given;
  /** Rows of buffers, where they are larger than their data. Default: all. */
  rows?: number;
  /** Ends the calibration of tiles early, where the model has one: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

export const trainerFields: Fields<TrainerOptions> = {
  ...trainingFields,
  x: needed(anything('rows of inputs')),
  y: needed(anything('rows of targets')),
  rows: size,
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
  const inputs = (layers[0] as GpuLayer).inputs;
  const outputs = (layers.at(-1) as GpuLayer).outputs;
  const arena = new Arena(model, 'this trainer');
  try {
    const x = receive(arena, 'x', options.x, inputs, options.rows);
    const y = receive(arena, 'y', options.y, outputs, options.rows);
    if (x.rows !== y.rows)
      throw new DataError(`x has ${x.rows} rows but y has ${y.rows}; they must be equal`);
    const resolved = resolveTraining(options, x.rows, layers.length);
    const { batch, seed } = resolved;
    const data = { x: x.buffer, targets: y.buffer };
    const counter = stepCounter(arena);
    const whole = batch === x.rows;
    const drawn = whole
      ? data
      : {
          x: arena.values('batch x', batch * inputs),
          targets: arena.values('batch targets', batch * outputs),
        };
    const plan = { tilings, signal, resolved, ...drawn, rows: x.rows, inputGradient: false };
    const { training, ticking, ring } = await planSteps(arena, layers, counter, plan);
    const { forward, backward, steps } = training;
    const prepared = [...forward, ticking, ...backward, ...steps];
    if (!whole) {
      const draw = arena.uniform('draw', Draw.pack({ rows: x.rows, batch, seed }));
      const buffers = { ...data, draw, counter, batch_x: drawn.x, batch_targets: drawn.targets };
      const grid = [Math.ceil(batch / GATHER_ROWS), 1, 1] as const;
      prepared.unshift(prepareDispatch(arena, gather(inputs, outputs), buffers, grid));
    }
    const dispatches = await Promise.all(prepared);
    await arena.sound();
    const state = new StateBuffers(arena, layers, { moments: training.results, counter });
    return new Trainer({ arena, training: exclusive, dispatches, ring, state, rows: x.rows, batch });
  } catch (error) {
    arena.dispose();
    throw error;
  }
}
