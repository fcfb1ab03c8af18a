/** The networks that are compared: their settings, their training, and their curves so far. */

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { IdentityOptions, IdentityReport } from '../../experiments/identity/job.ts';
import { type Curve, MOST_STEPS } from '../../experiments/identity/report.ts';
import { choices, number, seed } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { Training } from '../../state/training.ts';
import { type CurveName, curveKinds, curveNames, usualCurves } from './curves.ts';

const parameters = {
  curves: choices(usualCurves, curveNames),
  seed: seed(0),
  /** Of each kind; the published experiment has 100. */
  models: number(10, { least: 1, most: 100, whole: true }),
  steps: number(2000, { least: 1, most: MOST_STEPS, whole: true }),
  rate: number(0.01, { above: 0, most: 100 }),
  width: number(8, { least: 1, most: 32, whole: true }),
  depth: number(3, { least: 1, most: 4, whole: true }),
};

export const state = sectionState('why', parameters);
export type WhyState = typeof state;

export interface ShownCurve {
  readonly name: CurveName;
  readonly label: string;
  /** Undefined until the run is open. */
  readonly curve: Curve | undefined;
  /** Whether it can be trained already. */
  readonly compiled: boolean;
}

export class WhyRun {
  readonly state: WhyState;
  readonly names: ReadonlySignal<readonly CurveName[]>;
  readonly training: Training<'identity'>;
  readonly #report = signal<IdentityReport>({ curves: [], compiled: [] });
  /** One for each name. */
  readonly shown: ReadonlySignal<readonly ShownCurve[]>;
  /** Where the reader points, if anywhere. */
  readonly pointed = signal<number | undefined>(undefined);

  /** Somebody is here to train them. */
  #wanted = false;
  /** Whether the kernels of this run are compiled, or will be. */
  #asked = false;

  constructor(state: WhyState) {
    this.state = state;
    const { values } = state;
    const value = <Key extends keyof typeof values.value>(key: Key) => computed(() => values.value[key]);
    const steps = value('steps');
    this.names = value('curves');
    this.shown = computed(() =>
      this.names.value.map((name, index) => ({
        name,
        label: curveKinds[name].label,
        curve: this.#report.value.curves[index],
        compiled: this.#report.value.compiled[index] ?? false,
      })),
    );
    this.training = new Training('identity', {
      onOpen: () => {
        this.#asked = false;
        this.#report.value = { curves: [], compiled: [] };
      },
      onReport: (report) => {
        this.#report.value = report;
        this.#compile();
      },
    });
    const options = computed(() => optionsOf(values.value));
    // Where it ends makes no other run.
    let opened = '';
    effect(() => {
      const wanted = JSON.stringify(options.value);
      if (wanted === opened) return;
      opened = wanted;
      this.training.open(options.value, steps.peek());
    });
    effect(() => {
      if (steps.value !== this.training.last.peek()) this.training.endAt(steps.value);
    });
  }

  /** Training is likely soon. Kernels are not compiled for those who only pass by: that may take seconds of all cores. */
  prepare(): void {
    this.#wanted = true;
    if (this.training.phase.peek() === 'ready') this.#compile();
  }

  #compile(): void {
    if (!this.#wanted || this.#asked) return;
    this.#asked = true;
    this.training.ask('compile').then(
      ({ fault }) => {
        if (fault !== undefined) this.training.refuse(fault);
      },
      () => {}, // the run is over; the next one asks again
    );
  }
}

function optionsOf(values: WhyState['values']['value']): IdentityOptions {
  const { curves, seed, models, rate, width, depth } = values;
  return {
    units: curves.map((name) => curveKinds[name].unit),
    seeds: Array.from({ length: Math.min(models, 2 ** 32 - seed) }, (_, index) => seed + index),
    learningRate: rate,
    ...{ width, depth },
  };
}

export const run = new WhyRun(state);
