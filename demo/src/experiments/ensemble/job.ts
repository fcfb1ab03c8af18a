/** Many models of up to three units, trained side by side from the same seeds, and one of them looked at closely. */

import { createEnsemble, type Ensemble, type EnsembleState, type LogPoint } from '../../../../src/index.ts';
import { type Outcome, Selection, type SelectionState } from '../../../../src/metrics/index.ts';
import type { Job, JobKind, Turn } from '../job.ts';
import { type Plan, type PlannedEnsemble, planEnsemble } from './plan.ts';
import { type Details, detailsOf, type Field, fieldOf, type Tally, tallyOf } from './report.ts';

export interface EnsembleJobOptions {
  readonly plan: Plan;
  /** Units, or stacks of them. */
  readonly units: readonly string[];
}

export interface EnsembleReport {
  /** One per unit; none before the models were looked at for the first time. */
  readonly fields: readonly Field[];
}

export interface EnsembleQuestion {
  /** Index of the unit. */
  readonly unit: number;
  readonly model: number;
}

interface SavedField {
  readonly state: EnsembleState;
  readonly selection: SelectionState;
  readonly tallies: readonly Tally[];
}

/** Models of a unit that are tested before the first step, at most. */
const MANY = 1000;

export const kind: JobKind<EnsembleJobOptions, EnsembleReport, EnsembleQuestion, Details> = {
  async open(gpu, { plan, units }, saved, tell) {
    const trainings: UnitTraining[] = [];
    try {
      for (const [index, unit] of units.entries()) {
        tell?.(`Compiling ${unit} for your GPU, ${index + 1} of ${units.length}…`);
        const planned = planEnsemble(plan, unit);
        const { steps: _, ...options } = planned.options;
        const training = new UnitTraining(plan, planned, await createEnsemble(gpu, options));
        trainings.push(training);
        if (training.many && !saved) continue;
        tell?.(`Testing the random starts of ${unit}, ${index + 1} of ${units.length}…`);
        await training.begin((saved as readonly (SavedField | undefined)[] | undefined)?.[index]);
      }
      return new EnsembleJob(plan, trainings);
    } catch (error) {
      for (const training of trainings) training.ensemble.dispose();
      throw error;
    }
  },
};

class EnsembleJob implements Job<EnsembleReport, EnsembleQuestion, Details> {
  readonly #plan: Plan;
  readonly #trainings: readonly UnitTraining[];
  #perMillisecond = 0;

  constructor(plan: Plan, trainings: readonly UnitTraining[]) {
    this.#plan = plan;
    this.#trainings = trainings;
  }

  /** That of the unit which is behind: a device may be lost between two units. */
  get step(): number {
    return Math.min(...this.#trainings.map(({ ensemble }) => ensemble.step));
  }

  get saved(): readonly (SavedField | undefined)[] {
    return this.#trainings.map((training) => training.saved);
  }

  async advance({ until, milliseconds }: Turn) {
    const start = performance.now();
    const from = this.step;
    // The first pieces are short, since it is not known yet how long a step takes.
    const wanted = Math.min(2 * from + 1, Math.round(this.#perMillisecond * milliseconds));
    const to = Math.min(from + Math.max(wanted, 1), until);
    for (const training of this.#trainings) await training.trainTo(to, to === this.#plan.steps);
    this.#perMillisecond = (to - from) / (performance.now() - start);
    return undefined;
  }

  async report(): Promise<EnsembleReport> {
    const seen = this.#trainings.every(({ outcomes }) => outcomes.length > 0);
    return { fields: seen ? this.#trainings.map((training) => training.field()) : [] };
  }

  transfer({ fields }: EnsembleReport): Transferable[] {
    return fields.flatMap(({ extrapolation, validation, steps, solvedAt }) =>
      [extrapolation, validation, steps, solvedAt].map(({ buffer }) => buffer),
    );
  }

  async answer({ unit, model }: EnsembleQuestion): Promise<Details> {
    const training = this.#trainings[unit];
    const outcome = training?.outcomes[model];
    if (!training || !outcome) throw new Error(`there is no model ${model} of unit ${unit}`);
    return detailsOf(training.planned, training.weights(outcome), outcome, model);
  }

  dispose(): void {
    for (const { ensemble } of this.#trainings) ensemble.dispose();
  }
}

/** The models of one unit. */
class UnitTraining {
  readonly planned: PlannedEnsemble;
  readonly ensemble: Ensemble;
  readonly #ranges: number;
  readonly #selection: Selection;
  #point: LogPoint | undefined;
  #tallies: Tally[] = [];
  outcomes: readonly Outcome[] = [];

  constructor(plan: Plan, planned: PlannedEnsemble, ensemble: Ensemble) {
    this.planned = planned;
    this.ensemble = ensemble;
    this.#ranges = plan.ranges.length;
    this.#selection = new Selection({ threshold: planned.thresholds });
  }

  /** So many that testing them takes seconds without a graphics card. They are tested at the first log point, not before. */
  get many(): boolean {
    return this.planned.models.length > MANY;
  }

  async begin(saved: SavedField | undefined): Promise<void> {
    if (saved) {
      this.ensemble.importState(saved.state);
      this.#selection.importState(saved.selection);
      this.#tallies = [...saved.tallies];
      this.#point = await this.ensemble.inspect();
      this.outcomes = this.#selection.outcomes();
    } else this.#take(await this.ensemble.inspect());
  }

  get saved(): SavedField | undefined {
    if (!this.#point || this.#point.step === 0) return undefined;
    const selection = this.#selection.exportState();
    return { state: this.#point.state, selection, tallies: this.#tallies };
  }

  /** `last`: it is the end, and the models count as they stand there, log point or not. */
  async trainTo(step: number, last: boolean): Promise<void> {
    const steps = step - this.ensemble.step;
    if (steps > 0) await this.ensemble.run(steps, { onLog: (point) => this.#take(point) });
    if (last && this.#point?.step !== step) this.#take(await this.ensemble.inspect());
  }

  field(): Field {
    return fieldOf(this.planned, this.outcomes, this.#tallies, this.#diverged);
  }

  weights({ parameters }: Outcome) {
    return this.ensemble.weights({ ...(this.#point as LogPoint), parameters }, 0);
  }

  get #diverged(): number {
    return this.#point?.statuses.filter((status) => status === 'diverged').length ?? 0;
  }

  #take(point: LogPoint): void {
    // What was inspected before the first step is logged again with it.
    if (point.step <= (this.#tallies.at(-1)?.step ?? -1)) return;
    this.#point = point;
    this.#selection.add(point);
    this.outcomes = this.#selection.outcomes();
    this.#tallies.push(tallyOf(point.step, this.outcomes, this.#ranges));
  }
}
