/** Random starts of one architecture, trained together, a cycle at a time: after each, only the better ones go on. */

import type { Devices } from '../engines/ensemble/devices.ts';
import type { WaveProgress } from '../engines/ensemble/driven.ts';
import type { LogPoint } from '../engines/ensemble/log.ts';
import type { EnsembleOptions } from '../engines/ensemble/options.ts';
import { createEnsembleRun, type EnsembleRun } from '../engines/ensemble/run.ts';
import { type EnsembleState, joinStates, selectModels } from '../engines/ensemble/state.ts';
import { type ResolvedModel, resolveModel } from '../model/description.ts';
import { predict64 } from '../model/evaluate.ts';
import { parametersPerModel } from '../model/weights.ts';
import type { Architecture } from './architectures.ts';

/** What is trained on, scaled, row-major; and what is predicted to rank the starts, likewise. */
export interface TrainingRows {
  readonly inputs: number;
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Float32Array<ArrayBuffer>;
  /** Rows held out: starts are ranked by their error on them. */
  readonly heldOutX: Float32Array<ArrayBuffer>;
  readonly heldOutY: Float32Array<ArrayBuffer>;
}

export interface Start {
  readonly seed: number;
  /** Raw parameters as they were last. */
  parameters: Float32Array;
  /** Root mean square error on the rows held out, scaled; infinite for a start that diverged. */
  error: number;
  steps: number;
}

export interface TrainOptions {
  readonly signal: AbortSignal;
  /** When all is compiled and the first step can be made. */
  readonly onReady?: () => void;
  readonly onStep?: (step: number) => void;
}

/** Learning rates of the starts, in turn: which one suits depends on the table. */
const LEARNING_RATES = [0.02, 0.05, 0.008];
/** Learning rate at the end of a cycle, relative to its beginning. */
const LAST_RATE = 0.01;
/** Rows per step. */
const MOST_ROWS = 64;

export class Starts {
  readonly architecture: Architecture;
  readonly model: ResolvedModel;
  readonly all: readonly Start[];
  readonly #options: Omit<EnsembleOptions, 'seeds' | 'learningRate' | 'learningRateFactor'>;
  readonly #rows: TrainingRows;
  /** Those that still train, as indices into `all`, and their state at the end of the last cycle. */
  #going: readonly number[];
  #state: EnsembleState | undefined;
  #steps = 0;
  #seconds = 0;
  #compilation = 0;

  constructor(architecture: Architecture, rows: TrainingRows, seeds: readonly number[]) {
    const description = architecture.model(rows.inputs);
    this.architecture = architecture;
    this.model = resolveModel(description);
    this.#rows = rows;
    this.#options = {
      model: description,
      x: rows.x,
      y: rows.y,
      batch: Math.min(MOST_ROWS, rows.y.length),
      clipGradient: 100,
    };
    const none = new Float32Array(parametersPerModel(this.model));
    this.all = seeds.map((seed) => ({ seed, parameters: none, error: Number.POSITIVE_INFINITY, steps: 0 }));
    this.#going = seeds.map((_, index) => index);
  }

  /** Seconds of training so far, compilation included. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Seconds until the first step could be made. */
  get compilation(): number {
    return this.#compilation;
  }

  /** Steps of those that still train. */
  get steps(): number {
    return this.#steps;
  }

  /** How many still train. */
  get going(): number {
    return this.#going.length;
  }

  /** Those that were trained at least once. */
  get trained(): readonly Start[] {
    return this.all.filter(({ steps }) => steps > 0);
  }

  /** Starts from the smallest to the largest error on the rows held out. */
  ranked(): Start[] {
    return [...this.trained].sort((a, b) => a.error - b.error);
  }

  /** Only the best `count` of those that still train go on. */
  keep(count: number): void {
    const order = this.#going.map((_, model) => model);
    order.sort((a, b) => this.#at(a).error - this.#at(b).error);
    const kept = order.slice(0, count).sort((a, b) => a - b);
    if (this.#state) this.#state = selectModels(this.#state, kept);
    this.#going = kept.map((model) => this.#going[model] as number);
  }

  /**
   * Trains a cycle of `steps`, in which the learning rate falls in a cosine. Resolves early, with what was reached, when
   * `signal` aborts; then there is no further cycle.
   */
  async train(devices: Devices, steps: number, { signal, onReady, onStep }: TrainOptions): Promise<void> {
    if (signal.aborted) return;
    const began = performance.now();
    const from = this.#steps;
    const run = this.#cycle(devices, steps);
    const onProgress = ({ step }: WaveProgress): void => onStep?.(step - from);
    const ends: EnsembleState[] = [];
    try {
      await run.prepare(signal);
      this.#compilation = Math.max(this.#compilation, (performance.now() - began) / 1000);
      onReady?.();
      // Models are trained together; where memory was short, one part after the other.
      while (!run.done) {
        const { first } = run;
        const end = await run.advance({ signal, onProgress });
        if (!end) continue;
        this.#take(end, first);
        ends.push(end.state);
      }
      this.#state = joinStates(ends);
    } catch (error) {
      if (!signal.aborted) throw error;
      if (run.step > from) this.#take(await run.inspect(), run.first);
    } finally {
      run.dispose();
      this.#seconds += (performance.now() - began) / 1000;
    }
  }

  #cycle(devices: Devices, steps: number): EnsembleRun {
    const from = this.#steps;
    return createEnsembleRun(devices.current, {
      ...this.#options,
      seeds: this.#going.map((index) => this.all[index]?.seed as number),
      learningRate: this.#going.map((index) => LEARNING_RATES[index % LEARNING_RATES.length] as number),
      learningRateFactor: (step) => {
        const phase = Math.min(1, (step - from) / steps);
        return LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + Math.cos(Math.PI * phase));
      },
      logEvery: 2 ** 30,
      steps: from + steps,
      modelsPerWave: this.#going.length,
      recover: (error) => devices.recoverFrom(error),
      ...(this.#state && { from: this.#state }),
    });
  }

  /** Takes over how the models from `first` on, of those that still train, stand. */
  #take({ parameters, statuses, step }: LogPoint, first: number): void {
    const each = parametersPerModel(this.model);
    statuses.forEach((status, model) => {
      const start = this.#at(first + model);
      start.parameters = parameters.slice(model * each, (model + 1) * each);
      start.steps = step;
      start.error = status === 'diverged' ? Number.POSITIVE_INFINITY : this.#errorOf(start);
    });
    this.#steps = Math.max(this.#steps, step);
  }

  /** Predictions of `start` for scaled rows. */
  predict(start: Start, x: Float32Array<ArrayBuffer>): Float64Array {
    const { inputs } = this.#rows;
    const predicted = predict64(this.model, start.parameters, {
      data: x,
      rows: x.length / inputs,
      columns: inputs,
    });
    return predicted ?? new Float64Array(x.length / inputs).fill(Number.NaN);
  }

  #errorOf(start: Start): number {
    const { heldOutX, heldOutY } = this.#rows;
    const predicted = this.predict(start, heldOutX);
    const squares = predicted.reduce((sum, value, row) => sum + (value - (heldOutY[row] as number)) ** 2, 0);
    return Number.isFinite(squares) ? Math.sqrt(squares / heldOutY.length) : Number.POSITIVE_INFINITY;
  }

  /** The start that trains as `model` of the ensemble. */
  #at(model: number): Start {
    return this.all[this.#going[model] as number] as Start;
  }
}
