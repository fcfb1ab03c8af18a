/** The networks that are compared: their settings, their training, and their curves so far. */

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { Training } from '../../state/training.ts';
import type { IdentityOptions, IdentityReport } from '../../worker/jobs/identity.ts';
import type { Curve } from '../../worker/jobs/identity-curves.ts';
import { type CurveName, curveKinds } from './curves.ts';
import { state, type WhyState } from './state.ts';

export interface ShownCurve {
  readonly name: CurveName;
  readonly label: string;
  /** Undefined while it is getting ready. */
  readonly curve: Curve | undefined;
}

/** Milliseconds between two looks for curves that are getting ready. */
const LOOKS = 300;

export class WhyRun {
  readonly state: WhyState;
  readonly names: ReadonlySignal<readonly CurveName[]>;
  readonly training: Training<'identity'>;
  readonly #curves = signal<readonly (Curve | undefined)[]>([]);
  /** One for each name. */
  readonly shown: ReadonlySignal<readonly ShownCurve[]>;
  /** Where the reader points, if anywhere. */
  readonly pointed = signal<number | undefined>(undefined);

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
        curve: this.#curves.value[index],
      })),
    );
    this.training = new Training('identity', {
      onOpen: () => {
        this.#curves.value = [];
      },
      onReport: (report) => this.#report(report),
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

  #report({ curves }: IdentityReport): void {
    this.#curves.value = curves;
    if (curves.some((curve) => curve === undefined)) setTimeout(() => this.#lookAgain(), LOOKS);
  }

  /** Curves that get ready before the training begins are shown, too. */
  #lookAgain(): void {
    if (this.training.phase.peek() !== 'ready') return;
    const seen = this.#curves.peek();
    this.training.ask('report').then(
      (report) => {
        if (this.#curves.peek() === seen) this.#report(report);
      },
      () => {}, // the run is over; the next one reports by itself
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
