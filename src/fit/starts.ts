/** Random starts of one architecture, trained together, a cycle at a time: after each, only the better ones go on. */

import { createEnsemble } from '../engines/ensemble/create.ts';
import type { EnsembleOptions } from '../engines/ensemble/options.ts';
import { type EnsembleState, selectModels } from '../engines/ensemble/state.ts';
import type { Gpu } from '../gpu/gpu.ts';
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
  /** Those that still train, as indices into `all`, and where their training stands. */
  #going: readonly number[];
  #state: EnsembleState | undefined;
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
    return this.#state?.step ?? 0;
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
    const order = this.#going.map((_, place) => place);
    order.sort((a, b) => this.#at(a).error - this.#at(b).error);
    const places = order.slice(0, count).sort((a, b) => a - b);
    if (this.#state) this.#state = selectModels(this.#state, places);
    this.#going = places.map((place) => this.#going[place] as number);
  }

  /**
   * Trains a cycle of `steps`, in which the learning rate falls in a cosine. Resolves early, with what was reached, when
   * `signal` aborts.
   */
  async train(gpu: Gpu, steps: number, { signal, onReady, onStep }: TrainOptions): Promise<void> {
    const began = performance.now();
    if (signal.aborted) return;
    const from = this.#state?.step ?? 0;
    const ensemble = await createEnsemble(gpu, {
      ...this.#options,
      seeds: this.#going.map((index) => this.all[index]?.seed as number),
      learningRate: this.#going.map((index) => LEARNING_RATES[index % LEARNING_RATES.length] as number),
      learningRateFactor: (step) => {
        const phase = Math.min(1, (step - from) / steps);
        return LAST_RATE + (1 - LAST_RATE) * 0.5 * (1 + Math.cos(Math.PI * phase));
      },
      logEvery: 2 ** 30,
    });
    this.#compilation = Math.max(this.#compilation, (performance.now() - began) / 1000);
    onReady?.();
    try {
      if (this.#state) ensemble.importState(this.#state);
      try {
        if (!signal.aborted) {
          await ensemble.run(steps, { signal, onProgress: ({ step }) => onStep?.(step) });
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      if (ensemble.step === 0) return;
      const { parameters, state, statuses } = await ensemble.inspect();
      this.#state = state;
      const each = parametersPerModel(this.model);
      this.#going.forEach((index, place) => {
        const start = this.all[index] as Start;
        start.parameters = parameters.slice(place * each, (place + 1) * each);
        start.steps = ensemble.step;
        start.error = statuses[place] === 'diverged' ? Number.POSITIVE_INFINITY : this.#errorOf(start);
      });
    } finally {
      ensemble.dispose();
      this.#seconds += (performance.now() - began) / 1000;
    }
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

  #at(place: number): Start {
    return this.all[this.#going[place] as number] as Start;
  }
}
