/** An ensemble on the GPU: many models of one architecture, trained together, each from its own seed. */

import { Evaluation } from '../../../shaders/kernels/ensemble-evaluate.wgsl.ts';
import { Run, STATUS, Standing } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import { thetaFloats } from '../../../shaders/kernels/parameters.ts';
import { DisposedError, GpuValidationError, OptionError } from '../../errors.ts';
import type { Arena } from '../../gpu/arena.ts';
import { type Dispatch, submitDispatches } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { checkSize, initialParameters } from '../../model/description.ts';
import type { LayerWeights } from '../../model/weights.ts';
import { strengthAt } from '../../units/regularizer.ts';
import { type LogPoint, type ModelStatus, parametersInState, weightsOf } from './log.ts';
import { Monitor } from './monitor.ts';
import { type ResolvedEnsemble, tableColumns } from './options.ts';
import { createPlanner } from './planner.ts';
import { checkState, type EnsembleState } from './state.ts';

export interface EnsembleProgress {
  readonly step: number;
  readonly steps: number;
  /** Models that still train. */
  readonly running: number;
  /** Models × steps per second since the run began. */
  readonly rate: number;
  readonly seconds: number;
}

export interface EnsembleRunOptions {
  /** Stops at the next submit: the promise rejects with the reason, and the ensemble can be run on. */
  signal?: AbortSignal;
  onProgress?: (progress: EnsembleProgress) => void;
  /** Every log point, in order; training goes on when it has returned. */
  onLog?: (point: LogPoint) => unknown;
}

/** Steps a dispatch may hold; the rows of the schedule are uploaded for so many. */
export const MAX_STEPS = 4096;

/** A held-out set on the GPU. */
export interface HeldOut {
  readonly dispatch: Dispatch;
  readonly info: GPUBuffer;
  readonly errors: GPUBuffer;
  readonly rows: number;
}

/** Made by `createEnsemble`. */
export class Ensemble {
  readonly gpu: Gpu;
  readonly options: ResolvedEnsemble;
  readonly lanes: number;
  readonly #arena: Arena;
  readonly #buffers: Readonly<Record<string, GPUBuffer>>;
  readonly #training: Dispatch;
  readonly #evaluations: readonly HeldOut[];
  readonly #floats: number;
  readonly #table: Float32Array<ArrayBuffer>;
  readonly #planner = createPlanner();
  readonly #monitor: Monitor;
  #active: number[];
  readonly #stopped = new Set<number>();
  #step = 0;
  #logged = -1;
  #running = false;
  #disposed = false;

  constructor(parts: {
    gpu: Gpu;
    options: ResolvedEnsemble;
    lanes: number;
    arena: Arena;
    buffers: Readonly<Record<string, GPUBuffer>>;
    training: Dispatch;
    evaluations: readonly HeldOut[];
    floats: number;
    /** The per-model table, which the host may rewrite between two submits. */
    table: ArrayBuffer;
  }) {
    this.gpu = parts.gpu;
    this.options = parts.options;
    this.lanes = parts.lanes;
    this.#arena = parts.arena;
    this.#buffers = parts.buffers;
    this.#training = parts.training;
    this.#evaluations = parts.evaluations;
    this.#floats = parts.floats;
    this.#table = new Float32Array(parts.table);
    this.#monitor = new Monitor(this.models, this.options.reinitialization);
    this.#active = this.options.seeds.map((_, model) => model);
    this.#uploadActive();
  }

  /** Number of models. */
  get models(): number {
    return this.options.seeds.length;
  }

  /** How often the parameters of `model` were drawn again. */
  draws(model: number): number {
    return this.#monitor.draws(model);
  }

  /** Steps done. */
  get step(): number {
    return this.#step;
  }

  /** Trains every model that still runs for `steps` more steps, with a log point at every multiple of `logEvery`. */
  async run(steps: number, { signal, onProgress, onLog }: EnsembleRunOptions = {}): Promise<void> {
    this.#check();
    if (this.#running)
      throw new OptionError('this ensemble is already running; wait for it or abort it first');
    checkSize('steps', steps);
    signal?.throwIfAborted();
    this.#running = true;
    try {
      const start = performance.now();
      const first = this.#step;
      let work = 0;
      const report = (count: number): void => {
        work += count;
        const seconds = (performance.now() - start) / 1000;
        const running = this.#active.length;
        onProgress?.({ step: this.#step - first, steps, running, rate: work / seconds, seconds });
      };
      const end = first + steps;
      while (this.#step < end && this.#active.length > 0) {
        if (this.#step % this.options.logEvery === 0) await this.#log(onLog);
        const logged = (Math.floor(this.#step / this.options.logEvery) + 1) * this.options.logEvery;
        await this.#advance(Math.min(end, logged), signal, report);
        signal?.throwIfAborted();
      }
      if (this.#step % this.options.logEvery === 0) await this.#log(onLog);
    } finally {
      this.#running = false;
    }
  }

  /** How the models stand now. */
  async inspect(): Promise<LogPoint> {
    this.#check();
    const { state, standings, losses } = this.#buffers as Record<'state' | 'standings' | 'losses', GPUBuffer>;
    const all = this.options.seeds.map((_, model) => model);
    if (this.#active.length < all.length)
      this.gpu.write(this.#buffers.models as GPUBuffer, Uint32Array.from(all));
    for (const { dispatch, info, rows } of this.#evaluations) {
      const scale = 1 / (rows * this.options.model.outputs);
      for (const { first, count } of windows(this.models)) {
        this.gpu.write(info, Evaluation.pack({ first, rows, scale }));
        submitDispatches(this.gpu, [{ ...dispatch, grid: [count, 1, 1] }]);
      }
    }
    const reads = await Promise.all([
      this.gpu.readFloats(losses),
      this.gpu.read(standings),
      this.gpu.readFloats(state),
      ...this.#evaluations.map(({ errors }) => this.gpu.readFloats(errors)),
    ]);
    if (this.#active.length < all.length) this.#uploadActive();
    const [lossValues, standingBytes, floats, ...errors] = reads as [Float32Array, ArrayBuffer, Float32Array];
    return {
      step: this.#step,
      losses: this.#step === 0 ? lossValues.fill(Number.NaN) : lossValues,
      errors: Object.fromEntries(
        this.options.sets.map(({ name }, index) => [name, (errors as Float32Array[])[index] as Float32Array]),
      ),
      parameters: parametersInState(this.options.model, floats, this.models),
      statuses: this.#statuses(standingBytes),
    };
  }

  /** Parameters of one model in a log point, named and with its effective weights. */
  weights(point: LogPoint, model: number): LayerWeights[] {
    return weightsOf(this.options.model, point.parameters, model);
  }

  /** Everything the run needs to go on. */
  async exportState(): Promise<EnsembleState> {
    this.#check();
    const { state, standings, losses } = this.#buffers as Record<'state' | 'standings' | 'losses', GPUBuffer>;
    const [floats, standingBytes, lossValues] = await Promise.all([
      this.gpu.readFloats(state),
      this.gpu.read(standings),
      this.gpu.readFloats(losses),
    ]);
    return {
      version: 1,
      models: this.models,
      step: this.#step,
      floats: floats as Float32Array<ArrayBuffer>,
      standings: new Uint32Array(standingBytes),
      losses: lossValues as Float32Array<ArrayBuffer>,
      active: [...this.#active],
      monitor: this.#monitor.exportState(),
    };
  }

  /** Goes back, or on, to `state`, which must come from an ensemble with the same options. */
  importState(state: EnsembleState): void {
    this.#check();
    checkState(state, this.models, this.#floats);
    const buffers = this.#buffers as Record<'state' | 'standings' | 'losses', GPUBuffer>;
    this.gpu.write(buffers.state, state.floats);
    this.gpu.write(buffers.standings, state.standings);
    this.gpu.write(buffers.losses, state.losses);
    this.#step = state.step;
    this.#logged = state.step;
    this.#active = [...state.active];
    this.#monitor.importState(state.monitor);
    this.#uploadFlags();
    this.#stopped.clear();
    const active = new Set(state.active);
    for (let model = 0; model < this.models; model++) {
      const diverged = state.standings[4 * model + 3] === STATUS.diverged;
      if (!active.has(model) && !diverged) this.#stopped.add(model);
    }
    this.#uploadActive();
  }

  dispose(): void {
    this.#disposed = true;
    this.#arena.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Trains to step `end`, before the next log point; models that are stuck start anew on the way. */
  async #advance(
    end: number,
    signal: AbortSignal | undefined,
    report: (count: number) => void,
  ): Promise<void> {
    while (this.#step < end && !signal?.aborted) {
      const before = this.#step;
      await this.#train(this.#monitor.next(this.#active, before, end), signal, report);
      for (const model of this.#monitor.advance(this.#active, before, this.#step)) this.#drawAgain(model);
    }
  }

  /** Gives a model new initial parameters; the optimiser's state stays. */
  #drawAgain(model: number): void {
    const { model: description, seeds } = this.options;
    const seed = seeds[model] as number;
    let at = 4 * model * this.#floats;
    description.layers.forEach((layer, k) => {
      const fresh = initialParameters({ ...description, seed }, k, this.#monitor.draws(model));
      this.gpu.write(this.#buffers.state as GPUBuffer, fresh, at);
      at += 4 * thetaFloats(layer);
    });
  }

  /** Tells the kernel for which models the penalties that wait for the validation error are in effect. */
  #uploadFlags(): void {
    const waiting = this.options.recipe.regularizers.find((r) => r?.schedule.kind === 'whileAccurate');
    if (waiting?.schedule.kind !== 'whileAccurate') return;
    const width = tableColumns(this.options);
    for (let model = 0; model < this.models; model++) {
      this.#table[model * width + 2] = this.#monitor.error(model) < waiting.schedule.error ? 1 : 0;
    }
    this.gpu.write(this.#buffers.table as GPUBuffer, this.#table);
  }

  /** Trains to step `end` in submits of a few models and steps each, two under way at a time. */
  async #train(end: number, signal: AbortSignal | undefined, report: (count: number) => void): Promise<void> {
    const pending: Promise<void>[] = [];
    let finishedAt = performance.now();
    const receive = async (work: number): Promise<void> => {
      await this.gpu.finished();
      const now = performance.now();
      this.#planner.took(work, now - finishedAt);
      finishedAt = now;
      report(work);
    };
    try {
      while (this.#step < end && !signal?.aborted) {
        const plan = this.#planner.plan(this.#active.length, Math.min(end - this.#step, MAX_STEPS));
        this.#uploadSchedule(plan.steps);
        for (const { first, count } of windows(this.#active.length, plan.models)) {
          const { lossScale, clip, rows } = this.#constants();
          this.gpu.write(
            this.#buffers.run as GPUBuffer,
            Run.pack({ steps: plan.steps, first, rows, lossScale, clip }),
          );
          submitDispatches(this.gpu, [{ ...this.#training, grid: [count, 1, 1] }]);
          pending.push(receive(count * plan.steps));
          if (pending.length >= 2) await pending.shift();
        }
        this.#step += plan.steps;
      }
      await Promise.all(pending);
    } catch (error) {
      await Promise.allSettled(pending);
      throw error;
    }
  }

  /** Takes a log point, once per step; drops models that diverged or reached what `stopWhen` asks for. */
  async #log(onLog: EnsembleRunOptions['onLog']): Promise<void> {
    if (this.#logged === this.#step) return;
    this.#logged = this.#step;
    const point = await this.inspect();
    const { stop, sets, validation } = this.options;
    if (validation !== undefined) {
      this.#monitor.measure(point.errors[sets[validation]?.name ?? ''] ?? []);
      this.#uploadFlags();
    }
    const errors = stop && point.errors[sets[stop.set]?.name ?? ''];
    const stays = (model: number): boolean => {
      if (point.statuses[model] !== 'running') return false;
      const reached = errors !== undefined && (errors[model] as number) < (stop?.below[model] as number);
      if (reached) this.#stopped.add(model);
      return !reached;
    };
    const active = this.#active.filter(stays);
    if (active.length < this.#active.length) {
      this.#active = active;
      this.#uploadActive();
    }
    const statuses = point.statuses.map((status, model) => (this.#stopped.has(model) ? 'stopped' : status));
    await onLog?.({ ...point, statuses });
  }

  #constants() {
    const { recipe, batch, model, data } = this.options;
    return {
      lossScale: recipe.loss.mean ? 1 / (batch * model.outputs) : 1,
      clip: recipe.clip,
      rows: data?.x.rows ?? 0,
    };
  }

  #uploadSchedule(steps: number): void {
    const { recipe, rateFactor } = this.options;
    const rows = Array.from({ length: steps }, (_, index) => {
      const step = this.#step + index;
      return [
        rateFactor(step),
        ...recipe.regularizers.map((r) => (r ? strengthAt(r, step, Number.NEGATIVE_INFINITY) : 0)),
      ];
    });
    this.gpu.write(this.#buffers.schedule as GPUBuffer, Float32Array.from(rows.flat()));
  }

  #uploadActive(): void {
    if (this.#active.length > 0)
      this.gpu.write(this.#buffers.models as GPUBuffer, Uint32Array.from(this.#active));
  }

  /** Checks that the GPU did the steps it was given, and reads who still runs. */
  #statuses(bytes: ArrayBuffer): ModelStatus[] {
    const active = new Set(this.#active);
    return this.options.seeds.map((_, model) => {
      const { step, status } = Standing.unpack(bytes, Standing.size * model);
      if (status === STATUS.diverged) return 'diverged';
      if (active.has(model) && step !== this.#step) {
        throw new GpuValidationError(
          `model ${model} did ${step} steps where ${this.#step} were submitted: the GPU dropped work ` +
            '(a timeout, most likely); run again with fewer lanes or on another adapter',
        );
      }
      return this.#stopped.has(model) ? 'stopped' : 'running';
    });
  }

  #check(): void {
    if (this.#disposed) throw new DisposedError('this ensemble');
    this.gpu.check();
  }
}

/** Workgroups of one dispatch; more models are dispatched one window after the other. */
const MAX_WORKGROUPS = 65535;

function* windows(models: number, size = MAX_WORKGROUPS): Generator<{ first: number; count: number }> {
  const width = Math.min(size, MAX_WORKGROUPS);
  for (let first = 0; first < models; first += width) yield { first, count: Math.min(width, models - first) };
}
