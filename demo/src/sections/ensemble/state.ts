/** The ensembles of up to three units: their settings, their training, and what came back so far. */

import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import { findTask, NaluError, parseRange, type RangePair } from '../../../../src/index.ts';
import type { EnsembleReport } from '../../experiments/ensemble/job.ts';
import { libraryFormula, operations, unitsOf } from '../../experiments/ensemble/operations.ts';
import type { Plan } from '../../experiments/ensemble/plan.ts';
import type { Details, Field } from '../../experiments/ensemble/report.ts';
import { choice, number, seed, text } from '../../state/parameters.ts';
import { sectionState } from '../../state/section-state.ts';
import { Training } from '../../state/training.ts';

/** Why `read` cannot read a text, if it cannot. */
const unlessReadable = (read: (value: string) => unknown) => ({
  check(value: string): string | undefined {
    try {
      read(value);
      return undefined;
    } catch (error) {
      if (error instanceof NaluError) return error.message;
      throw error;
    }
  },
});

const range = (usual: string) => text(usual, unlessReadable(parseRange));

/** Models of one unit. */
export const MOST_MODELS = 10_000;

const parameters = {
  op: choice('mul', Object.keys(operations) as (keyof typeof operations)[]),
  /** For the operation `expression`. Whether it can be drawn from the range is said when it is trained. */
  expr: text('x₁ × x₂ + x₃'),
  /** Up to three, with commas between them; empty: the usual ones of the operation. */
  units: text('', unlessReadable(unitsOf)),
  ranges: choice('one', ['one', 'nine']),
  range: range('U[1,2)'),
  far: range('U[2,6)'),
  seeds: number(100, { least: 1, most: MOST_MODELS, whole: true }),
  seed: seed(0),
  steps: number(2000, { least: 1, most: 1_000_000, whole: true }),
  batch: number(64, { least: 1, most: 4096, whole: true }),
  recipe: choice('own', ['own', 'published']),
  rate: number(0.004, { above: 0, most: 100 }),
  schedule: choice('constant', ['constant', 'cosine', 'exponential']),
  hidden: number(2, { least: 1, most: 16, whole: true }),
  threshold: number(1e-5, { above: 0 }),
};

export const state = sectionState('ensemble', parameters);
export type EnsembleState = typeof state;

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
  /** Whether the picked model is shown. */
  readonly looking = signal(false);
  #asking = false;
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
    effect(() => {
      if (this.looking.value) untracked(() => this.#look());
    });
  }

  /** Looks closely at one model. */
  pick(picked: Picked): void {
    this.picked.value = picked;
    this.looking.value = true;
    this.#look();
  }

  #report({ fields }: EnsembleReport): void {
    this.fields.value = fields;
    this.#look();
  }

  #look(): void {
    if (!this.looking.peek()) return;
    this.#lookAgain = this.#asking;
    if (this.#asking) return;
    this.#asking = true;
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
          this.#asking = false;
          if (this.#lookAgain) this.#look();
        }, pause);
      });
  }
}

function planOf(values: EnsembleState['values']['value']): Plan {
  const { op, expr, threshold, seeds, seed, steps, batch, recipe, rate, schedule, hidden } = values;
  return {
    operation: op,
    expression: libraryFormula(expr),
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
