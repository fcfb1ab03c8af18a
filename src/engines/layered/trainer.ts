/** Training of one model: full batch or shuffled mini-batches, all on the GPU; only losses come back, asynchronously. */

import { Draw, GATHER_ROWS, gather } from '../../../shaders/kernels/gather.wgsl.ts';
import { Counter, Schedule, tick } from '../../../shaders/kernels/tick.wgsl.ts';
import { type LossName, type LossShader, losses as lossRecords } from '../../../shaders/losses.wgsl.ts';
import { type OptimizerName, type OptimizerShader, optimizers } from '../../../shaders/optimizers.wgsl.ts';
import { DataError, DisposedError, OptionError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { createPacer } from '../../gpu/pacing.ts';
import { type Rows, toMatrix } from '../../model/data.ts';
import { checkSeed, checkSize } from '../../model/description.ts';
import { Arena, type Dispatch, dispatch, type GpuLayer, prepareTraining, record } from './passes.ts';

export interface TrainingOptions {
  /** Inputs, one row each. */
  x: Rows;
  /** Targets, one row each. */
  y: Rows;
  /** Default `'meanSquared'`. */
  loss?: LossName;
  /** Default `'adam'`; with hyper-parameters: `{ name: 'adam', beta1: 0.9 }`. */
  optimizer?: OptimizerName | ({ name: OptimizerName } & Record<string, number | string>);
  /** A number, or a function of the step (from 0). Default 1e-3. */
  learningRate?: number | ((step: number) => number);
  /**
   * Rows per step. Default `'full'`: all of them. With fewer, the rows are shuffled anew each epoch; every batch is
   * full, so that one which reaches the end of an epoch goes on with rows of the next.
   */
  batch?: number | 'full';
  /** Seed of the shuffling, an unsigned 32-bit integer. Default 0. */
  seed?: number;
}

export interface Progress {
  /** Steps done and steps asked for. */
  readonly step: number;
  readonly steps: number;
  /** Loss of the last step that came back. */
  readonly loss: number;
  readonly seconds: number;
}

export interface RunOptions {
  /** Ends the run early: the promise rejects with the signal's reason, and the parameters stay as they are then. */
  signal?: AbortSignal;
  /** Called a few times per second. */
  onProgress?: (progress: Progress) => void;
}

/** Slots of the rings of losses and learning rates; a submit may not hold more steps than half of them. */
const CAPACITY = 8192;
/** Submits under way at once. */
const IN_FLIGHT = 2;

/** Trains `layers` in place. Made by `createTrainer`; run it in as many pieces as you like. */
export class Trainer {
  readonly #gpu: Gpu;
  readonly #arena: Arena;
  readonly #dispatches: readonly Dispatch[];
  readonly #history: GPUBuffer;
  readonly #rates: GPUBuffer;
  readonly #rate: (step: number) => number;
  readonly #pacer = createPacer({ most: CAPACITY / 2 });
  readonly #losses: number[] = [];
  /** Rows of data, and rows per step. */
  readonly rows: number;
  readonly batch: number;
  #step = 0;
  #running = false;
  #disposed = false;

  constructor(parts: {
    gpu: Gpu;
    arena: Arena;
    dispatches: readonly Dispatch[];
    history: GPUBuffer;
    rates: GPUBuffer;
    rate: (step: number) => number;
    rows: number;
    batch: number;
  }) {
    this.#gpu = parts.gpu;
    this.#arena = parts.arena;
    this.#dispatches = parts.dispatches;
    this.#history = parts.history;
    this.#rates = parts.rates;
    this.#rate = parts.rate;
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

  /** Trains for `steps` more steps. */
  async run(steps: number, { signal, onProgress }: RunOptions = {}): Promise<void> {
    if (this.#disposed) throw new DisposedError('this trainer');
    if (this.#running)
      throw new OptionError('this trainer is already running; wait for it or abort it first');
    checkSize('steps', steps);
    signal?.throwIfAborted();
    this.#running = true;
    try {
      await this.#run(steps, signal, onProgress);
    } finally {
      this.#running = false;
    }
    signal?.throwIfAborted();
  }

  /** Frees the buffers of this trainer; the model and its parameters stay. */
  dispose(): void {
    this.#disposed = true;
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
    const pending: Promise<void>[] = [];
    let finishedAt = start;
    const receive = async (from: number, count: number): Promise<void> => {
      const losses = await this.#gpu.readFloats(this.#history, 4 * (from % CAPACITY), count);
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
        pending.push(receive(from, count));
        if (pending.length >= IN_FLIGHT) await pending.shift();
      }
      await Promise.all(pending);
    } catch (error) {
      await Promise.allSettled(pending);
      throw error;
    }
  }

  #submit(from: number, count: number): void {
    const rates = Float32Array.from({ length: count }, (_, index) => this.#rate(from + index));
    this.#gpu.write(this.#rates, rates, 4 * (from % CAPACITY));
    this.#gpu.submit((encoder) => {
      const pass = encoder.beginComputePass();
      for (let step = 0; step < count; step++) record(pass, this.#dispatches);
      pass.end();
    });
  }
}

/** Checks the options, uploads the data and lays out the step. Throws DataError, OptionError or LimitError. */
export async function createTrainer(
  gpu: Gpu,
  layers: readonly GpuLayer[],
  options: TrainingOptions,
): Promise<Trainer> {
  const inputs = (layers[0] as GpuLayer).inputs;
  const outputs = (layers.at(-1) as GpuLayer).outputs;
  const x = toMatrix('x', options.x, inputs);
  const y = toMatrix('y', options.y, outputs);
  if (x.rows !== y.rows) throw new DataError(`x has ${x.rows} rows but y has ${y.rows}; they must be equal`);
  const batch = options.batch === undefined || options.batch === 'full' ? x.rows : options.batch;
  checkSize('batch', batch);
  if (batch > x.rows) throw new OptionError(`batch is ${batch}, but the data has only ${x.rows} rows`);
  const seed = options.seed ?? 0;
  checkSeed('seed', seed);
  const loss = pick<LossShader>('loss', lossRecords, options.loss ?? 'meanSquared');
  const { optimizer, hyper } = resolveOptimizer(options.optimizer ?? 'adam');
  const rate = resolveRate(options.learningRate ?? 1e-3);

  const arena = new Arena(gpu);
  try {
    const data = { x: arena.add(gpu.upload('x', x.data)), targets: arena.add(gpu.upload('targets', y.data)) };
    const counter = arena.floats('counter', Counter.size / 4);
    const history = arena.floats('history', CAPACITY);
    const rates = arena.floats('learning rates', CAPACITY);
    const stepInfo = arena.floats('step', 16);
    const whole = batch === x.rows;
    const drawn = whole
      ? data
      : {
          x: arena.floats('batch x', batch * inputs),
          targets: arena.floats('batch targets', batch * outputs),
        };
    const training = await prepareTraining(gpu, arena, layers, {
      rows: batch,
      ...drawn,
      loss: loss.code('loss'),
      lossScale: loss.mean ? 1 / (batch * outputs) : 1,
      inputGradient: false,
      result: { kind: 'update', optimizer: optimizer.code('opt'), slots: optimizer.slots },
      stepInfo,
    });
    const schedule = { partials: training.partialCount, capacity: CAPACITY, batch, rows: x.rows };
    const ticking = await dispatch(
      gpu,
      tick(optimizer.code('opt')),
      {
        schedule: arena.uniform('schedule', Schedule.pack(schedule)),
        hyper: arena.uniform('hyper', Float32Array.from(hyper).buffer),
        partials: training.partials,
        rates,
        counter,
        history,
        step_info: stepInfo,
      },
      [1, 1, 1],
    );
    const gathering = whole
      ? []
      : [
          await dispatch(
            gpu,
            gather(inputs, outputs),
            {
              draw: arena.uniform('draw', Draw.pack({ rows: x.rows, batch, seed })),
              counter,
              x: data.x,
              targets: data.targets,
              batch_x: drawn.x,
              batch_targets: drawn.targets,
            },
            [Math.ceil(batch / GATHER_ROWS), 1, 1],
          ),
        ];
    const dispatches = [...gathering, ...training.forward, ticking, ...training.backward, ...training.steps];
    return new Trainer({ gpu, arena, dispatches, history, rates, rate, rows: x.rows, batch });
  } catch (error) {
    arena.dispose();
    throw error;
  }
}

function pick<T>(what: string, known: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!found) throw new OptionError(`there is no ${what} '${name}'; known: ${Object.keys(known).join(', ')}`);
  return found;
}

function resolveOptimizer(wanted: NonNullable<TrainingOptions['optimizer']>) {
  const { name, ...given } = typeof wanted === 'string' ? { name: wanted } : wanted;
  const optimizer = pick<OptimizerShader>('optimizer', optimizers, name);
  const values: Record<string, number> = { ...optimizer.hyper };
  for (const [key, value] of Object.entries(given)) {
    if (!(key in values)) {
      throw new OptionError(
        `${name} has no hyper-parameter '${key}'; it has: ${Object.keys(optimizer.hyper).join(', ')}`,
      );
    }
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw new OptionError(`optimizer.${key} is ${String(value)}; it must be a finite number of at least 0`);
    }
    values[key] = value;
  }
  return { optimizer, hyper: Object.values(values) };
}

function resolveRate(rate: number | ((step: number) => number)): (step: number) => number {
  const check = (value: number, where: string): number => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    throw new OptionError(
      `learningRate is ${String(value)}${where}; it must be a finite number of at least 0`,
    );
  };
  if (typeof rate === 'function') return (step) => check(rate(step), ` at step ${step}`);
  check(rate, '');
  return () => rate;
}
