/** The two experiments: what they are set to, their training, and what came back so far. */

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import {
  type Experiment,
  type ExperimentName,
  experiments,
  maxRelativeError,
  type RecipeName,
} from '../../../../src/index.ts';
import type { ArticleReport, Weights } from '../../experiments/article/job.ts';
import { type FarRows, farRows } from '../../experiments/article/plan.ts';
import { number, type Parameter, seed } from '../../state/parameters.ts';
import { type SectionState, sectionState } from '../../state/section-state.ts';
import { Training } from '../../state/training.ts';
import { Costs, Trail } from './history.ts';

export interface Settings {
  readonly seed: number;
  /** Training stops here. */
  readonly epochs: number;
  readonly rate: number;
  /** Adam's β₂. */
  readonly beta2: number;
  /** A cost at which training pauses; 0 for none. */
  readonly stop: number;
}

export interface Outcome {
  readonly epoch: number;
  readonly weights: Weights;
  readonly test: Float32Array;
  readonly far: Float32Array;
  /** Cost of the latest epoch, before its update. */
  readonly cost: number | undefined;
  /** Largest relative error over all test rows, and over the far rows. */
  readonly error: number;
  readonly farError: number;
  /** What an ordinary network that learns beside it makes of the far rows, once it has begun. */
  readonly network: Float32Array | undefined;
  readonly networkFarError: number | undefined;
}

/** A run that reached its last epoch. */
export interface Finished extends Omit<Settings, 'stop'> {
  readonly error: number;
}

type State = SectionState<Readonly<Record<string, Parameter<number>>>>;

export class ExperimentRun {
  readonly experiment: Experiment;
  readonly far: FarRows;
  readonly settings: ReadonlySignal<Settings>;
  readonly training: Training<'article'>;
  readonly outcome = signal<Outcome | undefined>(undefined);
  readonly finished = signal<readonly Finished[]>([]);
  /** Whether it pauses because the cost has become as small as was asked for. */
  readonly stopped = signal(false);
  readonly costs = new Costs();
  readonly trail = new Trail();
  readonly state: State;
  /** Whether somebody is here to see it: until then nothing is opened, nor compiled. */
  readonly #wanted = signal(false);

  constructor(experiment: Experiment, state: State) {
    const { name } = experiment;
    this.experiment = experiment;
    this.state = state;
    this.far = farRows(experiment);
    const value = (key: keyof Settings) => computed(() => state.values.value[`${name}.${key}`] ?? 0);
    const [seed, epochs, rate, stop] = [value('seed'), value('epochs'), value('rate'), value('stop')];
    const beta2 = value('beta2');
    this.settings = computed(() => ({
      seed: seed.value,
      epochs: epochs.value,
      rate: rate.value,
      beta2: beta2.value,
      stop: stop.value,
    }));
    this.training = new Training('article', {
      onOpen: () => {
        this.costs.clear();
        this.trail.clear();
        this.stopped.value = false;
        this.outcome.value = undefined;
      },
      onReport: (report, epoch) => this.#report(report, epoch),
    });
    // Another seed or learning rate makes it another run; another end only moves the end.
    effect(() => {
      if (!this.#wanted.value) return;
      const options = { experiment: name, seed: seed.value, learningRate: rate.value, beta2: beta2.value };
      this.training.open(options, epochs.peek());
    });
    effect(() => {
      if (epochs.value !== this.training.last.peek()) this.training.endAt(epochs.value);
    });
    effect(() => {
      if (this.training.phase.value === 'done') this.#keep();
    });
  }

  /** Opens the run now, and whenever it is set otherwise. */
  prepare(): void {
    this.#wanted.value = true;
  }

  /** Whether anything is set otherwise than the page begins with. */
  isSet(): boolean {
    const { values, parameters } = this.state;
    return Object.entries(parameters).some(
      ([key, { usual }]) => key.startsWith(`${this.experiment.name}.`) && values.value[key] !== usual,
    );
  }

  /** Settings of a recipe: the page starts with the short one. */
  recipe(name: RecipeName): Pick<Settings, 'epochs' | 'rate' | 'beta2'> {
    const { epochs, learningRate, beta2 } = this.experiment.recipes[name];
    return { epochs, rate: learningRate, beta2 };
  }

  change(wanted: Partial<Settings>): void {
    const { name } = this.experiment;
    this.state.change(
      Object.fromEntries(Object.entries(wanted).map(([key, value]) => [`${name}.${key}`, value])),
    );
  }

  #report({ costs, samples, test, far, network }: ArticleReport, epoch: number): void {
    const before = this.outcome.peek()?.cost ?? Number.POSITIVE_INFINITY;
    this.costs.push(costs);
    this.trail.push(samples);
    this.outcome.value = {
      epoch,
      weights: samples.at(-1)?.weights ?? this.outcome.peek()?.weights ?? {},
      test,
      far,
      cost: this.costs.at(this.costs.length),
      error: maxRelativeError(test, this.experiment.test.y),
      farError: maxRelativeError(far, this.far.y),
      network,
      networkFarError: network && maxRelativeError(network, this.far.y),
    };
    const { stop } = this.settings.peek();
    const cost = this.costs.at(this.costs.length) ?? Number.POSITIVE_INFINITY;
    // Who goes on after that goes on: it has to rise above the limit first.
    this.stopped.value = this.training.busy.peek() ? before >= stop && cost < stop : this.stopped.peek();
    if (this.stopped.peek()) this.training.pause();
  }

  #keep(): void {
    const outcome = this.outcome.peek();
    if (!outcome) return;
    const { seed, rate, beta2 } = this.settings.peek();
    const epochs = outcome.epoch;
    const others = this.finished
      .peek()
      .filter(
        (run) => run.seed !== seed || run.epochs !== epochs || run.rate !== rate || run.beta2 !== beta2,
      );
    this.finished.value = [...others, { seed, epochs, rate, beta2, error: outcome.error }];
  }
}

/** More epochs would fill the memory with costs. */
const epochs = (usual: number) => number(usual, { least: 1, most: 1_000_000, whole: true });
const rate = (usual: number) => number(usual, { above: 0, most: 100 });
const beta2 = (usual: number) => number(usual, { least: 0, most: 0.999999 });
const stop = () => number(0, { least: 0 });
const { addition, multiplication } = experiments;
const { short } = addition.recipes;

export const state = sectionState('learn', {
  'addition.seed': seed(),
  'addition.epochs': epochs(short.epochs),
  'addition.rate': rate(short.learningRate),
  'addition.beta2': beta2(short.beta2),
  'addition.stop': stop(),
  'multiplication.seed': seed(),
  'multiplication.epochs': epochs(short.epochs),
  'multiplication.rate': rate(short.learningRate),
  'multiplication.beta2': beta2(short.beta2),
  'multiplication.stop': stop(),
});

export const runs: Readonly<Record<ExperimentName, ExperimentRun>> = {
  multiplication: new ExperimentRun(multiplication, state),
  addition: new ExperimentRun(addition, state),
};
runs.multiplication.prepare();
