/** An ensemble: many models of one architecture, trained together, each from its own seed. */

import { STATUS } from '../../../shaders/kernels/ensemble-train-state.ts';
import { BusyError } from '../../errors.ts';
import { Exclusive } from '../../gpu/exclusive.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { checkSize } from '../../model/description.ts';
import { type LayerWeights, weightsOf } from '../../model/weights.ts';
import { checkOptions } from '../../options/check.ts';
import { type LogPoint, logPoint } from './log.ts';
import { type Measured, statusesOf } from './measured.ts';
import { Monitor } from './monitor.ts';
import { EnsembleOnGpu, type EnsembleParts } from './on-gpu.ts';
import type { ResolvedEnsemble } from './options.ts';
import { type EnsembleRunOptions, runDescription } from './run-options.ts';
import { checkState, type EnsembleState, TRAIN_STATE_WORDS } from './state.ts';

/** Log points that may be on their way to the CPU while training goes on. */
const LOGS_UNDER_WAY = 2;

/** Made by `createEnsemble`. */
export class Ensemble {
  readonly #device: EnsembleOnGpu;
  readonly #monitor: Monitor;
  /** Models that still train, as far as the CPU knows; the kernels skip those that stopped since. */
  #active: readonly number[];
  /** Models that are known to have stopped or diverged, but may still be in the list. */
  #dropped = new Set<number>();
  /** Whether errors of models that do not train are yet to be computed: after an import they are on no GPU. */
  #evaluateAll = false;
  #step = 0;
  #logged = -1;
  readonly #running = new Exclusive('this ensemble is already running');

  constructor(parts: EnsembleParts) {
    this.#device = new EnsembleOnGpu(parts);
    this.#monitor = new Monitor(this.models, this.options.reinitialization);
    this.#active = this.#everyone();
    this.#device.list(this.#active);
  }

  get gpu(): Gpu {
    return this.#device.parts.gpu;
  }

  get options(): ResolvedEnsemble {
    return this.#device.parts.options;
  }

  /** Threads per model. */
  get lanes(): number {
    return this.#device.parts.lanes;
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

  /** Models that still train, as far as is known: log points and `inspect` tell who has stopped or diverged. */
  get training(): number {
    return this.#active.length;
  }

  /** Whether this step is a log point that has not been taken yet: the next run takes it first. */
  get logDue(): boolean {
    return this.#step % this.options.logEvery === 0 && this.#logged !== this.#step;
  }

  /**
   * Trains every model that still runs for `steps` more steps, with a log point at every multiple of `logEvery`; with 0
   * steps it only takes the log point that is due.
   */
  async run(steps: number, options: EnsembleRunOptions = {}): Promise<void> {
    const given = checkOptions(runDescription, options, 'run()');
    this.#check();
    if (steps !== 0) checkSize('steps', steps);
    given.signal?.throwIfAborted();
    await this.#running.run(() => this.#run(steps, given));
  }

  /** How the models stand now. Not while `run` is under way: its log points tell. */
  async inspect(): Promise<LogPoint> {
    this.#check();
    if (this.#running.taken) throw new BusyError('this ensemble is running; read its log points instead');
    await this.#evaluate(false);
    return this.#point(await this.#read());
  }

  /** Parameters of one model in a log point, named and with its effective weights. */
  weights(point: LogPoint, model: number): LayerWeights[] {
    return weightsOf(this.options.model, point.parameters, model);
  }

  /** Everything the run needs to go on. Not while `run` is under way: its log points have it. */
  async exportState(): Promise<EnsembleState> {
    this.#check();
    if (this.#running.taken) throw new BusyError('this ensemble is running; its log points have the state');
    return { ...(await this.#readState()), monitor: this.#monitor.exportState() };
  }

  /** Goes back, or on, to `state`, which must come from an ensemble with the same options. */
  importState(state: EnsembleState): void {
    this.#check();
    if (this.#running.taken) throw new BusyError('this ensemble is running; wait for it or abort it first');
    checkState(state, this.models, this.#device.parts.floats);
    this.#device.writeState(state);
    this.#step = state.step;
    this.#logged = state.logged;
    this.#monitor.importState(state.monitor);
    this.#dropped.clear();
    this.#active = this.#everyone().filter(
      (model) => state.trainStates[TRAIN_STATE_WORDS * model + 3] === STATUS.running,
    );
    this.#evaluateAll = this.#active.length < this.models;
    this.#device.list(this.#active);
  }

  dispose(): void {
    this.#device.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  async #run(steps: number, { signal, pause, onProgress, onLog }: EnsembleRunOptions): Promise<void> {
    const logs: Promise<void>[] = [];
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
      const mayPause = (): boolean => this.#step > first && this.#step < end;
      const stops = (): boolean => signal?.aborted === true || (mayPause() && pause?.() === true);
      while (!stops()) {
        this.#drop();
        if (this.logDue) await this.#log(logs, onLog);
        this.#drop();
        if (this.#step >= end || this.#active.length === 0) break;
        const { logEvery } = this.options;
        const nextLog = (Math.floor(this.#step / logEvery) + 1) * logEvery;
        await this.#advance(Math.min(end, nextLog), stops, report);
      }
      signal?.throwIfAborted();
      await this.#device.finish();
      await Promise.all(logs);
      this.#drop();
    } finally {
      await Promise.allSettled([...logs, this.#device.finish()]);
    }
  }

  /** Trains to step `end`, before the next log point; models that are stuck are reinitialized on the way. */
  async #advance(end: number, stops: () => boolean, report: (count: number) => void): Promise<void> {
    while (this.#step < end && !stops()) {
      const before = this.#step;
      await this.#train(this.#monitor.next(this.#active, before, end), stops, report);
      for (const model of this.#monitor.advance(this.#active, before, this.#step)) {
        this.#device.drawAgain(model, this.#monitor.draws(model));
      }
    }
  }

  /** Trains to step `end`. */
  async #train(end: number, stops: () => boolean, report: (count: number) => void): Promise<void> {
    while (this.#step < end && !stops()) {
      this.#drop();
      this.#step += await this.#device.train(this.#active.length, this.#step, end, report);
    }
  }

  /**
   * Takes a log point: models are stopped and penalties switched on the GPU, and what was measured follows in a promise
   * that joins `logs`. It is awaited only where models may be reinitialized, since that is decided on the CPU.
   */
  async #log(logs: Promise<void>[], onLog: EnsembleRunOptions['onLog']): Promise<void> {
    await this.#evaluate(true);
    this.#logged = this.#step;
    const reading = this.#read();
    const previous = logs.at(-1);
    const receive = async (): Promise<void> => {
      const measured = await reading;
      await previous;
      this.#learn(measured);
      await onLog?.(this.#point(measured));
    };
    const received = receive();
    received.catch(() => {}); // it is awaited below, or by `run`
    logs.push(received);
    const waiting = this.options.reinitialization ? 0 : LOGS_UNDER_WAY;
    while (logs.length > waiting) await logs.shift();
  }

  /** Learns from a log point which models are done, and which errors those have that may be reinitialized. */
  #learn({ errors, statuses }: Measured): void {
    statuses.forEach((status, model) => {
      if (status !== 'running') this.#dropped.add(model);
    });
    const { validation, reinitialization } = this.options;
    if (validation !== undefined && reinitialization) this.#monitor.measure(errors[validation] ?? []);
  }

  /** Takes models that are done off the list; between two submits of all models only. */
  #drop(): void {
    if (this.#dropped.size === 0) return;
    const active = this.#active.filter((model) => !this.#dropped.has(model));
    this.#dropped.clear();
    if (active.length === this.#active.length) return;
    this.#active = active;
    this.#device.list(active);
  }

  /** Computes the errors on all held-out sets; those of models that are done were computed before. */
  async #evaluate(decide: boolean): Promise<void> {
    const models = this.#evaluateAll ? this.#everyone() : this.#active;
    if (this.#evaluateAll) this.#device.list(models);
    await this.#device.evaluate(models.length, decide);
    if (this.#evaluateAll) this.#device.list(this.#active);
    this.#evaluateAll = false;
  }

  /** What there is to know of this step, from copies made now. */
  async #read(): Promise<Measured> {
    const active = new Set(this.#active);
    const [state, errors] = await Promise.all([this.#readState(), this.#device.readErrors()]);
    return { state, errors, statuses: statusesOf(state, active) };
  }

  #point({ state, errors, statuses }: Measured): LogPoint {
    const { model, sets } = this.options;
    return logPoint(model, {
      state: { ...state, monitor: this.#monitor.exportState() },
      losses: state.step === 0 ? new Float32Array(this.models).fill(Number.NaN) : state.losses,
      errors: Object.fromEntries(sets.map(({ name }, index) => [name, errors[index] as Float32Array])),
      statuses,
    });
  }

  async #readState(): Promise<Measured['state']> {
    const [step, logged] = [this.#step, this.#logged];
    const raw = await this.#device.readState();
    return { version: 2, models: this.models, lanes: this.lanes, step, logged, ...raw };
  }

  #everyone(): number[] {
    return this.options.seeds.map((_, model) => model);
  }

  #check(): void {
    this.#device.parts.arena.check();
  }
}
