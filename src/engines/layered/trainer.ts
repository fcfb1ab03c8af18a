/** Training of one model: full batch or shuffled mini-batches, all on the GPU; only losses come back, asynchronously. */

import { Draw, GATHER_ROWS, gather } from '../../../shaders/kernels/gather.wgsl.ts';
import { Counter, Schedule, tick } from '../../../shaders/kernels/tick.wgsl.ts';
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
import { strengthAt } from '../../units/regularizer.ts';
import { type Given, receive } from './encoding.ts';
import type { GpuLayer } from './layers.ts';
import type { Tilings } from './tiles.ts';
import { prepareTraining } from './training-pass.ts';

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

/** Slots of the rings of losses and learning rates; a submit may not hold more steps than half of them. */
const CAPACITY = 8192;
/** Submits under way at once. */
const IN_FLIGHT = 2;

/** Trains `layers` in place. Made by `createTrainer`; run it in as many pieces as you like. */
export class Trainer {
  readonly #arena: Arena;
  readonly #dispatches: readonly Dispatch[];
  readonly #history: GPUBuffer;
  readonly #rates: GPUBuffer;
  /** What the step needs from the host: its learning rate and the strength of each layer's regulariser. */
  readonly #row: (step: number) => number[];
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
    history: GPUBuffer;
    rates: GPUBuffer;
    row: (step: number) => number[];
    rows: number;
    batch: number;
  }) {
    this.#arena = parts.arena;
    this.#training = parts.training;
    this.#dispatches = parts.dispatches;
    this.#history = parts.history;
    this.#rates = parts.rates;
    this.#row = parts.row;
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
      const losses = await this.#arena.readFloats(this.#history, 4 * (from % CAPACITY), count);
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
        const count = Math.min(this.#pacer.size, first + steps - from, CAPACITY - (from % CAPACITY));
        this.#submit(from, count);
        this.#step += count;
        pending.add(receive(from, count));
        await pending.room();
      }
      await pending.finish();
    } finally {
      await pending.settle();
    }
  }

  #submit(from: number, count: number): void {
    const rows = Array.from({ length: count }, (_, index) => this.#row(from + index));
    const width = rows[0]?.length ?? 0;
    this.#arena.write(this.#rates, Float32Array.from(rows.flat()), 4 * width * (from % CAPACITY));
    this.#arena.run(this.#dispatches, count);
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
    const { batch, seed, loss, optimizer, hyper, rate, regularizers, clip } = resolved;
    const data = { x: x.buffer, targets: y.buffer };
    const counter = arena.values('counter', Counter.size / 4);
    const history = arena.values('history', CAPACITY);
    const rates = arena.values('rates', CAPACITY * (1 + layers.length));
    const strengths = arena.values('strengths', layers.length);
    const step_info = arena.values('step', optimizer.step.length);
    const whole = batch === x.rows;
    const drawn = whole
      ? data
      : {
          x: arena.values('batch x', batch * inputs),
          targets: arena.values('batch targets', batch * outputs),
        };
    const training = await prepareTraining(arena, layers, {
      tilings,
      signal,
      rows: batch,
      ...drawn,
      loss: loss.code('loss'),
      lossScale: loss.mean ? 1 / (batch * outputs) : 1,
      inputGradient: false,
      update: {
        optimizer: optimizer.code('opt'),
        slots: optimizer.slots,
        stepInfo: step_info,
        strengths,
        means: regularizers.map((regularizer) => regularizer?.reduction === 'mean'),
        clip,
        counter,
        seed,
      },
    });
    const ticking = prepareDispatch(
      arena,
      tick(optimizer.code('opt')),
      {
        schedule: arena.uniform(
          'schedule',
          Schedule.pack({
            partials: training.partialCount,
            capacity: CAPACITY,
            batch,
            rows: x.rows,
            strengths: layers.length,
          }),
        ),
        hyper: arena.uniform('hyper', Float32Array.from(hyper).buffer),
        partials: training.partials,
        rates,
        strengths,
        counter,
        history,
        step_info,
      },
      [1, 1, 1],
    );
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
    const row = (step: number) => [rate(step), ...regularizers.map((r) => (r ? strengthAt(r, step) : 0))];
    return new Trainer({
      arena,
      training: exclusive,
      dispatches,
      history,
      rates,
      row,
      rows: x.rows,
      batch,
    });
  } catch (error) {
    arena.dispose();
    throw error;
  }
}
