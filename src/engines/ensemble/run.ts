/**
 * A run of an ensemble that can be driven in pieces and outlives what can happen to it: it pauses, is saved and goes on,
 * survives lost devices, and is cut into waves where memory is short. However it is cut, its results have the same bits.
 */

import {
  DeviceLostError,
  DisposedError,
  type NaluError,
  OptionError,
  OutOfMemoryError,
} from '../../errors.ts';
import { checkGpu } from '../../gpu/check-gpu.ts';
import { Exclusive } from '../../gpu/exclusive.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { type LayerWeights, weightsOf } from '../../model/weights.ts';
import { checkOptions } from '../../options/check.ts';
import { Devices } from './devices.ts';
import {
  type AdvanceOptions,
  advanceDescription,
  type DrivenOptions,
  drivenDescription,
  type FinishedWave,
  type WaveProgress,
} from './driven.ts';
import type { Ensemble } from './ensemble.ts';
import { KeptWaves } from './kept-waves.ts';
import type { LogPoint } from './log.ts';
import { OpenEnsemble } from './open-ensemble.ts';
import type { EnsembleOptions, ResolvedEnsemble } from './options.ts';
import { resolveEnsemble } from './resolve.ts';
import { checkState, floatsPerModel, selectModels, TRAIN_STATE_WORDS } from './state.ts';
import { WaveTraining } from './wave-training.ts';
import { firstPart, type Wave, waveSize } from './waves.ts';

/**
 * Checks `options` and makes a run; it begins, or goes on from its checkpoints, when it is driven. Throws DataError,
 * OptionError.
 */
export const createEnsembleRun = (gpu: Gpu, options: DrivenOptions): EnsembleRun =>
  new EnsembleRun(gpu, options);

/** Made by `createEnsembleRun`. Models train in waves, one after the other; mostly there is only one. */
export class EnsembleRun {
  readonly options: ResolvedEnsemble;
  readonly steps: number;
  readonly #driven: Omit<DrivenOptions, keyof EnsembleOptions>;
  readonly #devices: Devices;
  readonly #checkpoints: KeptWaves;
  readonly #training: WaveTraining;
  /** Of the models in hand. */
  readonly #ensemble: OpenEnsemble;
  readonly #finished: FinishedWave[] = [];
  readonly #began = performance.now();
  readonly #driving = new Exclusive('this run is already being driven');
  #size: number;
  /** The models in hand. */
  #wave: Wave | undefined;
  /** The last models as they stood at their end. */
  #last: LogPoint | undefined;
  /** Models × steps that checkpoints had. */
  #inherited = 0;

  constructor(gpu: Gpu, requested: DrivenOptions) {
    checkGpu(gpu);
    const options = checkOptions(drivenDescription, requested, 'createEnsembleRun()');
    const { steps, modelsPerWave, onLog, recover, onRecovery, checkpoints, attachments, from, ...given } =
      options;
    if (from && checkpoints)
      throw new OptionError('a run begins with `from` or with checkpoints, not with both');
    this.options = resolveEnsemble(given);
    this.steps = steps;
    this.#driven = options;
    this.#devices = new Devices(gpu, recover);
    this.#ensemble = new OpenEnsemble(this.#devices, given, this.options);
    this.#checkpoints = new KeptWaves(given, this.options, options);
    this.#training = new WaveTraining(options, this.#checkpoints);
    this.#size = waveSize(gpu, this.options, modelsPerWave);
    if (from) checkState(from, this.models, floatsPerModel(this.options));
  }

  /** Number of models, of all waves. */
  get models(): number {
    return this.options.seeds.length;
  }

  /** The device it trains on now. */
  get gpu(): Gpu {
    return this.#devices.current;
  }

  /** Threads per model; 0 before the first step. */
  get lanes(): number {
    return this.#ensemble.lanes;
  }

  /** Devices that were lost on the way. */
  get recoveries(): number {
    return this.#devices.recoveries;
  }

  /** The models in hand: the first of them. */
  get first(): number {
    return this.#wave?.first ?? this.#endOfFinished;
  }

  /** Steps that the models in hand have done; of a run that is done, those of its last models. */
  get step(): number {
    return this.done ? (this.#last?.step ?? this.steps) : (this.#wave?.reached ?? 0);
  }

  /** Waves that are done, in order. */
  get finished(): readonly FinishedWave[] {
    return this.#finished;
  }

  /** Whether every model was trained to its end. */
  get done(): boolean {
    return this.#endOfFinished === this.models;
  }

  /**
   * Compiles the kernels and uploads the models in hand, so that the next `advance` trains at once. Rejects with LimitError
   * where the models are too large for the device, and with the signal's reason.
   */
  async prepare(signal?: AbortSignal): Promise<void> {
    await this.#exclusively(async () => {
      if (this.done) return;
      await this.#begin();
      await this.#withEnsemble(signal, async () => {});
    });
  }

  /**
   * Trains the models in hand until the budget is spent, all their steps are done, or all have stopped or diverged; then they
   * count as finished, and the next call takes up the next wave. With 0 steps it only takes the log point that is due. Resolves
   * with the end of the models that it finished. Does nothing for a run that is done.
   */
  async advance(options: AdvanceOptions = {}): Promise<LogPoint | undefined> {
    const { steps, milliseconds, signal, onProgress } = checkOptions(
      advanceDescription,
      options,
      'advance()',
    );
    const deadline = performance.now() + (milliseconds ?? Number.POSITIVE_INFINITY);
    return this.#exclusively(async () => {
      if (this.done) return undefined;
      signal?.throwIfAborted();
      const target = Math.min(this.steps, (await this.#begin()).reached + (steps ?? this.steps));
      return this.#withEnsemble(signal, async (ensemble, wave) => {
        await this.#training.train(ensemble, wave, target, {
          logs: true,
          deadline,
          signal,
          onProgress: () => onProgress?.(this.#progress(ensemble)),
        });
        return ensemble.step < this.steps && ensemble.training > 0 ? undefined : this.#finish(ensemble, wave);
      });
    });
  }

  /** Drives every wave to its end. */
  async complete(options: Pick<AdvanceOptions, 'signal' | 'onProgress'> = {}): Promise<void> {
    while (!this.done) await this.advance(options);
  }

  /** How the models in hand stand now; they are the models from `first` on. */
  async inspect(signal?: AbortSignal): Promise<LogPoint> {
    return this.#exclusively(async () => {
      if (this.done && this.#last) return this.#last;
      await this.#begin();
      return this.#withEnsemble(signal, async (ensemble, wave) => {
        await this.#training.train(ensemble, wave, wave.reached, { signal });
        return ensemble.inspect();
      });
    });
  }

  /** Parameters of one model in a log point, named and with its effective weights. */
  weights(point: Pick<LogPoint, 'parameters'>, model: number): LayerWeights[] {
    return weightsOf(this.options.model, point.parameters, model);
  }

  /** Frees what is on the GPU, and the device if it was asked for here. States that were kept stay. */
  dispose(): void {
    this.#ensemble.dispose();
    this.#devices.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  get #endOfFinished(): number {
    const last = this.#finished.at(-1);
    return last ? last.first + last.seeds.length : 0;
  }

  #exclusively<T>(body: () => Promise<T>): Promise<T> {
    return this.#driving.run(async () => {
      if (this.#ensemble.disposed) throw new DisposedError('this run');
      return body();
    });
  }

  /** The models in hand: where there are none, as many of the next as were kept together, or as many as fit. */
  async #begin(): Promise<Wave> {
    if (this.#wave) return this.#wave;
    const first = this.#endOfFinished;
    const saved = await this.#checkpoints.load(first);
    const end = Math.min(this.models, first + (saved?.state.models ?? this.#size));
    const { from } = this.#driven;
    const state = from ? selectModels(from, range(first, end)) : saved?.state;
    const [reached, logged] = [state?.step ?? 0, saved?.logged ?? state?.logged ?? -1];
    this.#inherited += reached * (end - first);
    this.#wave = { first, end, saved: state, reached, logged };
    return this.#wave;
  }

  /** Runs `body` with the ensemble of the models in hand, again and again where a device is lost or memory runs out. */
  async #withEnsemble<T>(
    signal: AbortSignal | undefined,
    body: (ensemble: Ensemble, wave: Wave) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      const wave = this.#wave as Wave;
      try {
        return await body(await this.#ensemble.of(wave, signal), wave);
      } catch (error) {
        // The run is paused, and can go on.
        if (signal?.aborted && error === signal.reason) throw error;
        await this.#recover(error, wave);
      }
    }
  }

  async #finish(ensemble: Ensemble, wave: Wave): Promise<LogPoint> {
    const point = await ensemble.inspect();
    if (this.#driven.checkpoints && wave.saved?.step !== point.step) {
      wave.saved = point.state;
      await this.#checkpoints.save(wave);
    }
    const { losses, errors, parameters, statuses, state } = point;
    const { seeds } = ensemble.options;
    const steps = seeds.map((_, model) => state.trainStates[TRAIN_STATE_WORDS * model] as number);
    this.#finished.push({ first: wave.first, seeds, steps, losses, errors, parameters, statuses });
    this.#last = point;
    this.#ensemble.close();
    this.#wave = wave.rest;
    return point;
  }

  /** Makes ready to go on after `error`, or throws it. */
  async #recover(error: unknown, wave: Wave): Promise<void> {
    const short = error instanceof OutOfMemoryError && wave.end - wave.first > 1;
    // Whoever drives it on begins with the state that was kept.
    this.#ensemble.close();
    if (this.#ensemble.disposed || !(short || error instanceof DeviceLostError)) throw error;
    let next = wave;
    if (short) {
      this.#size = Math.ceil((wave.end - wave.first) / 2);
      next = firstPart(wave, this.#size);
      this.#wave = next;
      for (const each of [next, next.rest]) if (each) await this.#checkpoints.save(each);
    }
    await this.#devices.recoverFrom(error as NaluError);
    const { saved, first, end } = next;
    this.#driven.onRecovery?.({ error: error as NaluError, step: saved?.step ?? 0, models: end - first });
  }

  #progress(ensemble: Ensemble): WaveProgress {
    const { first, end } = this.#wave as Wave;
    const done = first * this.steps + ensemble.models * ensemble.step;
    const seconds = (performance.now() - this.#began) / 1000;
    const wave = this.#finished.length;
    return {
      done,
      total: this.models * this.steps,
      rate: (done - this.#inherited) / seconds,
      seconds,
      step: ensemble.step,
      wave,
      waves: wave + 1 + Math.ceil((this.models - end) / this.#size),
    };
  }
}

const range = (first: number, end: number): number[] =>
  Array.from({ length: end - first }, (_, index) => first + index);
