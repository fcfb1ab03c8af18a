/** One experiment as the page sees it: its settings, what came back so far, and what can be done with it. */

import { batch, computed, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { type Experiment, maxRelativeError } from '../../../src/index.ts';
import { type FarRows, farRows } from '../far-rows.ts';
import type { Progress, StopReason, Weights } from '../protocol.ts';
import { Costs } from './costs.ts';
import { engine, onReply, type RunReply, send } from './engine.ts';
import { epochsFault, type Settings } from './settings.ts';
import { Trail } from './trail.ts';

/** `closed`: there is no model, because the device or a setting does not allow one. */
export type Phase = 'closed' | 'opening' | 'ready' | 'training' | 'paused' | 'done' | 'diverged';

export interface Outcome {
  readonly epoch: number;
  readonly weights: Weights;
  readonly test: Float32Array;
  readonly far: Float32Array;
  /** Cost of the latest epoch, before its update. */
  readonly cost: number | undefined;
  readonly seconds: number;
  /** Of late while training, on the whole after it. */
  readonly epochsPerSecond: number | undefined;
  /** Largest relative error over all test rows, and over the far rows. */
  readonly error: number;
  readonly farError: number;
}

export interface Fault {
  readonly message: string;
  /** Another setting helps; else only another device may. */
  readonly setting: boolean;
}

/** A run that reached its last epoch. */
export interface Finished {
  readonly seed: number;
  readonly epochs: number;
  readonly learningRate: number;
  readonly error: number;
}

interface Moment {
  readonly epoch: number;
  readonly seconds: number;
}

/** Milliseconds between reports: a dozen a second, or two for those who want less motion. */
const intervals = { usual: 80, reduced: 500 };
/** Seconds over which the speed is averaged. */
const RATE_WINDOW = 2;

export class ExperimentRun {
  readonly experiment: Experiment;
  readonly far: FarRows;
  readonly settings: Signal<Settings>;
  readonly phase = signal<Phase>('opening');
  readonly outcome = signal<Outcome | undefined>(undefined);
  /** What was wrong when it could not be done. */
  readonly fault = signal<Fault | undefined>(undefined);
  readonly finished = signal<readonly Finished[]>([]);
  readonly costs = new Costs();
  readonly trail = new Trail();
  readonly busy: ReadonlySignal<boolean> = computed(() => this.phase.value === 'training');
  #run = 0;
  /** Epoch that was asked for last; 0 when nothing is wanted. */
  #until = 0;
  #recent: Moment[] = [];

  constructor(experiment: Experiment, settings: Settings) {
    this.experiment = experiment;
    this.far = farRows(experiment);
    this.settings = signal(settings);
    onReply((reply) => {
      if (reply.experiment === experiment.name && reply.run === this.#run) this.#receive(reply);
    });
  }

  /** A fresh run with the settings as they are. */
  open(): void {
    this.#run += 1;
    this.#until = 0;
    this.#recent = [];
    this.costs.clear();
    this.trail.clear();
    this.fault.value = undefined;
    const { seed, epochs, learningRate } = this.settings.value;
    const message = epochsFault(epochs);
    if (message) {
      this.#fail({ message, setting: true });
      return;
    }
    const { kind } = engine.peek();
    this.phase.value = kind === 'ready' || kind === 'starting' ? 'opening' : 'closed';
    if (kind !== 'ready') return; // it opens the run when it is
    send({ type: 'open', ...this.#address, seed, learningRate });
  }

  train(): void {
    this.phase.value = 'training';
    this.#trainUntil(this.settings.value.epochs);
  }

  step(): void {
    this.#trainUntil(Math.max(this.outcome.value?.epoch ?? 0, this.#until) + 1);
  }

  pause(): void {
    this.#until = 0;
    this.phase.value = 'paused';
    send({ type: 'pause', ...this.#address });
  }

  /** New settings. Another seed or learning rate makes it another run; another end only moves the end. */
  change(wanted: Partial<Settings>): void {
    const before = this.settings.value;
    const after = { ...before, ...wanted };
    if (
      after.seed === before.seed &&
      after.epochs === before.epochs &&
      after.learningRate === before.learningRate
    ) {
      return;
    }
    this.settings.value = after;
    const fresh = this.phase.value === 'closed' || epochsFault(after.epochs) !== undefined;
    if (fresh || after.seed !== before.seed || after.learningRate !== before.learningRate) this.open();
    else if (this.busy.value) this.train();
    else if (this.phase.value === 'paused' && this.#atEnd) this.phase.value = 'done';
    else if (this.phase.value === 'done' && !this.#atEnd) this.phase.value = 'paused';
  }

  #trainUntil(until: number): void {
    this.#until = until;
    const reduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
    send({ type: 'train', ...this.#address, until, interval: reduced ? intervals.reduced : intervals.usual });
  }

  get #atEnd(): boolean {
    return (this.outcome.value?.epoch ?? 0) >= this.settings.value.epochs;
  }

  get #address() {
    return { experiment: this.experiment.name, run: this.#run } as const;
  }

  #receive(reply: RunReply): void {
    batch(() => {
      if (reply.type === 'progress') this.#progress(reply.progress);
      else if (reply.type === 'stopped') this.#stopped(reply.reason);
      else this.#fail({ message: reply.message, setting: reply.code === 'option' });
    });
  }

  #fail(fault: Fault): void {
    this.fault.value = fault;
    this.phase.value = 'closed';
    this.outcome.value = undefined;
  }

  #progress(progress: Progress): void {
    this.costs.push(progress.costs);
    this.trail.push(progress.samples);
    const { epoch, seconds, test, far } = progress;
    const weights = progress.samples.at(-1)?.weights ?? this.outcome.value?.weights ?? {};
    this.outcome.value = {
      epoch,
      weights,
      test,
      far,
      cost: this.costs.at(this.costs.length),
      seconds,
      epochsPerSecond: this.#speed(epoch, seconds),
      error: maxRelativeError(test, this.experiment.test.y),
      farError: maxRelativeError(far, this.far.y),
    };
  }

  #speed(epoch: number, seconds: number): number | undefined {
    if (seconds === 0) return undefined;
    if (!this.busy.value || epoch >= this.#until) return epoch / seconds;
    this.#recent.push({ epoch, seconds });
    while (seconds - (this.#recent[1]?.seconds ?? seconds) > RATE_WINDOW) this.#recent.shift();
    const first = this.#recent[0] as Moment;
    return seconds > first.seconds ? (epoch - first.epoch) / (seconds - first.seconds) : epoch / seconds;
  }

  #stopped(reason: StopReason): void {
    if (reason === 'opened') this.phase.value = this.#until > 0 ? 'training' : 'ready';
    else if (reason === 'diverged') this.phase.value = 'diverged';
    else if (this.#atEnd) this.#end();
    // Else it was a step, or the answer to a request that a later one has overtaken.
    else if ((this.outcome.value?.epoch ?? 0) >= this.#until) this.phase.value = 'paused';
  }

  #end(): void {
    const { epoch, error } = this.outcome.value as Outcome;
    const { seed, learningRate } = this.settings.value;
    this.phase.value = 'done';
    const others = this.finished.value.filter(
      (run) => run.seed !== seed || run.epochs !== epoch || run.learningRate !== learningRate,
    );
    this.finished.value = [...others, { seed, epochs: epoch, learningRate, error }];
  }
}

/** Opens the runs whenever the engine has a device, and closes them when it has none. */
export function followEngine(runs: readonly ExperimentRun[]): () => void {
  return engine.subscribe((state) => {
    for (const run of runs) {
      if (state.kind === 'ready' || state.kind === 'starting') run.open();
      else run.phase.value = 'closed';
    }
  });
}
