/** The race: its settings, its lanes, and what became of it. */

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { libraries, usualLibraries } from '../../experiments/speed/libraries.ts';
import { isOver, type Lane, waitingLane } from '../../experiments/speed/race.ts';
import { type Adapter, type News, type Outcome, startWork, type Work } from '../../experiments/speed/work.ts';
import { contendersOf, type RaceWorkload, workloads } from '../../experiments/speed/workloads.ts';
import { choice, choices, number } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { underWay } from '../../state/training.ts';

/** The others: this package always takes part. */
export const opponents = libraries.filter(({ family }) => family !== 'ours').map(({ name }) => name);

const parameters = {
  train: choice('article', Object.keys(workloads)),
  against: choices(
    usualLibraries.filter((name) => opponents.includes(name)),
    opponents,
  ),
  seconds: number(2, { least: 0.1, most: 60 }),
};

export const state = sectionState('race', parameters);
export type RaceState = typeof state;

export type Progress = { readonly kind: 'ready' | 'running' } | Outcome;

/** Milliseconds between two looks at a lane: a dozen a second, or two for those who want less motion. */
const INTERVAL = { usual: 80, reduced: 500 };

export class RaceRun {
  readonly state: RaceState;
  readonly about: ReadonlySignal<RaceWorkload>;
  /** In the order of their turns. */
  readonly lanes = signal<readonly Lane[]>([]);
  readonly progress = signal<Progress>({ kind: 'ready' });
  readonly running = computed(() => this.progress.value.kind === 'running');
  /** That of the race: it asks for a device of its own. */
  readonly adapter = signal<Adapter | undefined>(undefined);
  /** Something else trained on this page while it ran. */
  readonly disturbed = signal(false);
  #work: Work | undefined;

  constructor(state: RaceState) {
    this.state = state;
    this.about = computed(() => workloads[state.values.value.train] as RaceWorkload);
    effect(() => {
      const contenders = contendersOf(this.about.value.workload, state.values.value.against);
      state.values.value.seconds;
      this.#reset(contenders);
    });
    effect(() => {
      if (this.running.value && underWay.value.length > 0) this.disturbed.value = true;
    });
  }

  start(): void {
    const { train, seconds } = this.state.values.peek();
    const contenders = this.lanes.peek().map(({ contender }) => contender);
    this.#reset(contenders);
    this.progress.value = { kind: 'running' };
    const reduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const interval = reduced ? INTERVAL.reduced : INTERVAL.usual;
    this.#work = startWork(
      { type: 'race', workload: train, contenders, seconds, interval },
      (news) => this.#receive(news),
      (outcome) => this.#end(outcome),
    );
  }

  stop(): void {
    this.#work?.stop();
  }

  #reset(contenders: readonly string[]): void {
    this.stop();
    this.lanes.value = contenders.map(waitingLane);
    this.adapter.value = undefined;
    this.disturbed.value = false;
    this.progress.value = { kind: 'ready' };
  }

  #receive(news: News): void {
    if (news.type === 'adapter') this.adapter.value = news;
    if (news.type !== 'lane') return;
    const { lane } = news;
    this.lanes.value = this.lanes.peek().map((each) => (each.contender === lane.contender ? lane : each));
  }

  #end(outcome: Outcome): void {
    this.progress.value = outcome;
    this.lanes.value = this.lanes
      .peek()
      .map((lane) => (isOver(lane) || lane.phase === 'waiting' ? lane : { ...lane, phase: 'stopped' }));
  }
}

export const run = new RaceRun(state);
