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
import { createEnsemble } from './create.ts';
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
import type { EnsembleOptions, ResolvedEnsemble } from './options.ts';
import { resolveEnsemble } from './resolve.ts';
import { checkState, type EnsembleState, floatsPerModel, selectModels, TRAIN_STATE_WORDS } from './state.ts';
import { firstPart, type Wave, waveOptions, waveSize } from './waves.ts';

/** Milliseconds of training that a lost device may cost, about. */
const SNAPSHOT = 5000;

/**
 * Checks `options` and makes a run; it begins, or goes on from its checkpoints, when it is driven. Throws DataError,
 * OptionError.
 */
export const createEnsembleRun = (gpu: Gpu, options: DrivenOptions): EnsembleRun =>
  new EnsembleRun(gpu, options);

/** How far a run is driven, and who listens. */
interface Drive extends Pick<AdvanceOptions, 'signal' | 'onProgress'> {
  /** Whether a log point that is due at the end is taken. */
  readonly logs?: boolean;
  /** By `performance.now()`. */
  readonly deadline?: number;
}

/** Made by `createEnsembleRun`. Models train in waves, one after the other; mostly there is only one. */
export class EnsembleRun {
  readonly options: ResolvedEnsemble;
  readonly steps: number;
  readonly #given: EnsembleOptions;
  readonly #driven: Omit<DrivenOptions, keyof EnsembleOptions>;
  readonly #devices: Devices;
  readonly #checkpoints: KeptWaves;
  readonly #finished: FinishedWave[] = [];
  readonly #began = performance.now();
  #size: number;
  #lanes = 0;
  #wave: Wave | undefined;
  /** The last models as they stood at their end. */
  #last: LogPoint | undefined;
  /** When a state was last read back. */
  #kept = performance.now();
  #ensemble: Ensemble | undefined;
  readonly #driving = new Exclusive('this run is already being driven');
  /** Step that the models in hand have reached; after a loss they are brought back to it. */
  #reached = 0;
  /** Steps per millisecond of late; 0 before the first. */
  #pace = 0;
  /** Models × steps that checkpoints had. */
  #inherited = 0;
  #disposed = false;

  constructor(gpu: Gpu, requested: DrivenOptions) {
    checkGpu(gpu);
    const options = checkOptions(drivenDescription, requested, 'createEnsembleRun()');
    const { steps, modelsPerWave, onLog, recover, onRecovery, checkpoints, attachments, from, ...given } =
      options;
    if (from && checkpoints)
      throw new OptionError('a run begins with `from` or with checkpoints, not with both');
    this.options = resolveEnsemble(given);
    this.steps = steps;
    this.#given = given;
    this.#driven = options;
    this.#devices = new Devices(gpu, recover);
    this.#checkpoints = new KeptWaves(given, this.options, options);
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
    return this.#lanes;
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
    return this.done ? (this.#last?.step ?? this.steps) : this.#reached;
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
   * count as finished, and the next call takes up the next wave. With 0 steps it only takes the log point that is due. Does
   * nothing for a run that is done.
   */
  async advance(options: AdvanceOptions = {}): Promise<void> {
    const { steps, milliseconds, signal, onProgress } = checkOptions(
      advanceDescription,
      options,
      'advance()',
    );
    const deadline = performance.now() + (milliseconds ?? Number.POSITIVE_INFINITY);
    const drive = { logs: true, deadline, signal, onProgress };
    await this.#exclusively(async () => {
      if (this.done) return;
      signal?.throwIfAborted();
      await this.#begin();
      const target = Math.min(this.steps, this.#reached + (steps ?? this.steps));
      await this.#withEnsemble(signal, async (ensemble) => {
        await this.#train(ensemble, target, drive);
        if (ensemble.step < this.steps && ensemble.training > 0) return;
        await this.#finish(ensemble);
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
      return this.#withEnsemble(signal, async (ensemble) => {
        await this.#train(ensemble, this.#reached, { signal });
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
    this.#disposed = true;
    this.#close();
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
      if (this.#disposed) throw new DisposedError('this run');
      return body();
    });
  }

  /** Takes up the next wave, where none is in hand: as many models as were kept together, or as many as fit. */
  async #begin(): Promise<void> {
    if (this.#wave) return;
    const first = this.#endOfFinished;
    const saved = await this.#checkpoints.load(first);
    const end = Math.min(this.models, first + (saved?.state.models ?? this.#size));
    const { from } = this.#driven;
    const state = from ? selectModels(from, range(first, end)) : saved?.state;
    this.#take({ first, end, saved: state, logged: saved?.logged ?? state?.logged ?? -1 });
    this.#inherited += (state?.step ?? 0) * (end - first);
  }

  #take(wave: Wave): void {
    this.#wave = wave;
    this.#reached = wave.saved?.step ?? 0;
  }

  /** Runs `body` with the ensemble of the models in hand, again and again where a device is lost or memory runs out. */
  async #withEnsemble<T>(
    signal: AbortSignal | undefined,
    body: (ensemble: Ensemble) => Promise<T>,
  ): Promise<T> {
    for (;;) {
      try {
        return await body(await this.#open(signal));
      } catch (error) {
        // The run is paused, and can go on.
        if (signal?.aborted && error === signal.reason) throw error;
        await this.#recover(error);
      }
    }
  }

  async #open(signal: AbortSignal | undefined): Promise<Ensemble> {
    if (this.#ensemble) return this.#ensemble;
    const wave = this.#wave as Wave;
    // What was calibrated once holds for all waves, and after a recovery; what was kept goes on with the same.
    const fixed = wave.saved?.lanes ?? this.#lanes;
    const part = waveOptions(this.#given, this.options, wave.first, wave.end);
    const ensemble = await createEnsemble(
      this.#devices.current,
      { ...part, ...(fixed > 0 && { lanes: fixed }) },
      { signal },
    );
    if (this.#disposed) {
      ensemble.dispose();
      throw new DisposedError('this run');
    }
    if (wave.saved) ensemble.importState(wave.saved);
    this.#ensemble = ensemble;
    this.#lanes = ensemble.lanes;
    return ensemble;
  }

  #close(): void {
    this.#ensemble?.dispose();
    this.#ensemble = undefined;
  }

  /** Trains to step `target`, or until the deadline, and keeps states on the way. */
  async #train(ensemble: Ensemble, target: number, drive: Drive): Promise<void> {
    const { logs = false, deadline = Number.POSITIVE_INFINITY, signal, onProgress } = drive;
    const wave = this.#wave as Wave;
    const { onLog, checkpoints } = this.#driven;
    const every = checkpoints?.every ?? SNAPSHOT;
    const age = (): number => performance.now() - this.#kept;
    const keep = async (state: EnsembleState): Promise<void> => {
      wave.saved = state;
      await this.#checkpoints.save(wave);
      this.#kept = performance.now();
    };
    const late = (): boolean => performance.now() >= deadline;
    const options = {
      signal,
      pause: () => late() || age() >= every,
      onLog: async (point: LogPoint) => {
        if (point.step > wave.logged) await onLog?.(point, wave.first);
        wave.logged = Math.max(wave.logged, point.step);
        wave.saved = point.state;
        // Log points have the state anyway: where they come often, training need not pause for it.
        if (age() >= every / 2) await keep(point.state);
      },
      onProgress: () => onProgress?.(this.#progress(ensemble)),
    };
    try {
      while (ensemble.step < target || (logs && ensemble.logDue)) {
        if (ensemble.training === 0 && !ensemble.logDue) break;
        const [from, began] = [ensemble.step, performance.now()];
        await ensemble.run(Math.min(target - from, this.#stepsUntil(deadline)), options);
        if (ensemble.step > from) this.#pace = (ensemble.step - from) / (performance.now() - began);
        this.#reached = Math.max(this.#reached, ensemble.step);
        if (age() >= every) await keep(await ensemble.exportState());
        if (late()) break;
      }
    } catch (error) {
      if (signal?.aborted && error === signal.reason) {
        await keep(await ensemble.exportState());
        this.#reached = ensemble.step;
      }
      throw error;
    }
  }

  /** Steps that can be done in time, at the pace of late; at least one. */
  #stepsUntil(deadline: number): number {
    if (deadline === Number.POSITIVE_INFINITY) return this.steps;
    return Math.max(1, Math.floor(this.#pace * (deadline - performance.now())));
  }

  async #finish(ensemble: Ensemble): Promise<void> {
    const wave = this.#wave as Wave;
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
    this.#close();
    this.#wave = undefined;
    this.#reached = 0;
    if (wave.rest) this.#take(wave.rest);
  }

  /** Makes ready to go on after `error`, or throws it. */
  async #recover(error: unknown): Promise<void> {
    const wave = this.#wave as Wave;
    const short = error instanceof OutOfMemoryError && wave.end - wave.first > 1;
    // Whoever drives it on begins with the state that was kept.
    this.#close();
    if (this.#disposed || !(short || error instanceof DeviceLostError)) throw error;
    if (short) {
      this.#size = Math.ceil((wave.end - wave.first) / 2);
      const part = firstPart(wave, this.#size);
      this.#wave = part;
      for (const each of [part, part.rest]) if (each) await this.#checkpoints.save(each);
    }
    await this.#devices.recoverFrom(error as NaluError);
    const { saved, first, end } = this.#wave as Wave;
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
