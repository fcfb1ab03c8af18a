/** The ensembles of up to three units: their settings, their training, and what came back so far. */

import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import { findTask, parseRange, type RangePair } from '../../../../src/index.ts';
import { Training } from '../../state/training.ts';
import type { EnsembleReport } from '../../worker/jobs/ensemble.ts';
import type { Details } from '../../worker/jobs/ensemble-details.ts';
import type { Field } from '../../worker/jobs/ensemble-tally.ts';
import { operations } from './operations.ts';
import type { Plan } from './plan.ts';
import { type EnsembleState, MOST_MODELS, state } from './state.ts';
import { unitsOf } from './units.ts';

export interface Picked {
  /** Index of the unit. */
  readonly unit: number;
  readonly model: number;
}

/** Milliseconds between two looks at the picked model while it trains. */
const LOOKS = 500;

export class EnsembleRun {
  readonly state: EnsembleState;
  readonly units: ReadonlySignal<readonly string[]>;
  readonly plan: ReadonlySignal<Plan>;
  readonly training: Training<'ensemble'>;
  /** One per unit; none until the first report. */
  readonly fields = signal<readonly Field[]>([]);
  readonly picked = signal<Picked>({ unit: 0, model: 0 });
  readonly details = signal<Details | undefined>(undefined);
  #looking = false;
  #lookAgain = false;

  constructor(state: EnsembleState) {
    this.state = state;
    const { values } = state;
    this.units = computed(() => {
      const units = unitsOf(values.value.units);
      return units.length > 0 ? units : operations[values.value.op].usual;
    });
    this.plan = computed(() => planOf(values.value));
    this.training = new Training('ensemble', {
      onOpen: () => {
        this.fields.value = [];
        this.details.value = undefined;
      },
      onReport: (report) => this.#report(report),
    });
    effect(() => {
      const [plan, units] = [this.plan.value, this.units.value];
      const models = plan.ranges.length * plan.seeds.count;
      const { unit, model } = this.picked.peek();
      if (unit >= units.length || model >= models) this.picked.value = { unit: 0, model: 0 };
      if (models > MOST_MODELS) {
        const most = Math.floor(MOST_MODELS / plan.ranges.length);
        this.training.refuse(
          `${plan.ranges.length} ranges with ${plan.seeds.count} seeds each are ${models} models of each unit, ` +
            `more than ${MOST_MODELS}; choose at most ${most} seeds.`,
        );
      } else this.training.open({ plan, units }, plan.steps);
    });
  }

  /** Looks closely at one model. */
  pick(picked: Picked): void {
    this.picked.value = picked;
    this.#look();
  }

  #report({ fields }: EnsembleReport): void {
    this.fields.value = fields;
    this.#look();
  }

  #look(): void {
    this.#lookAgain = this.#looking;
    if (this.#looking) return;
    this.#looking = true;
    const picked = this.picked.peek();
    this.training
      .ask(picked)
      .then(
        (details) => {
          if (picked === this.picked.peek()) this.details.value = details;
          else this.#lookAgain = true;
        },
        () => {}, // the run is over; the next one's first report asks again
      )
      .finally(() => {
        const pause = picked === this.picked.peek() && this.training.busy.peek() ? LOOKS : 0;
        setTimeout(() => {
          this.#looking = false;
          if (this.#lookAgain) this.#look();
        }, pause);
      });
  }
}

function planOf(values: EnsembleState['values']['value']): Plan {
  const { op, expr, threshold, seeds, seed, steps, batch, recipe, rate, schedule, hidden } = values;
  return {
    operation: op,
    expression: expr,
    threshold,
    ranges: rangesOf(values),
    seeds: { first: seed, count: Math.min(seeds, 2 ** 32 - seed) },
    steps,
    batch,
    learningRate: recipe === 'published' ? undefined : rate,
    schedule,
    hidden,
  };
}

function rangesOf({ ranges, range, far }: EnsembleState['values']['value']): readonly RangePair[] {
  if (ranges === 'nine') return findTask('single-module').ranges;
  return [{ range: parseRange(range), extrapolationRange: parseRange(far) }];
}

export const run = new EnsembleRun(state);
