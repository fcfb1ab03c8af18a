/** Many models of up to three units, trained side by side from the same seeds, and one of them looked at closely. */

import {
  createEnsembleRun,
  type EnsembleRun,
  type EnsembleState,
  type Gpu,
  type LogPoint,
} from '../../../../src/index.ts';
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
        const field = (saved as readonly (SavedField | undefined)[] | undefined)?.[index];
        const training = new UnitTraining(gpu, plan, planEnsemble(plan, unit), field);
        trainings.push(training);
        await training.run.prepare();
        if (training.many && !field) continue;
        tell?.(`Testing the random starts of ${unit}, ${index + 1} of ${units.length}…`);
        await training.begin();
      }
      return new EnsembleJob(trainings);
    } catch (error) {
      for (const training of trainings) training.run.dispose();
      throw error;
    }
  },
};

class EnsembleJob implements Job<EnsembleReport, EnsembleQuestion, Details> {
  readonly #trainings: readonly UnitTraining[];

  constructor(trainings: readonly UnitTraining[]) {
    this.#trainings = trainings;
  }

  /** That of the unit which is behind: a device may be lost between two units. */
  get step(): number {
    const runs = this.#trainings.map(({ run }) => run);
    const open = runs.filter(({ done }) => !done).map(({ step }) => step);
    return open.length > 0 ? Math.min(...open) : Math.max(...runs.map(({ step }) => step));
  }

  get saved(): readonly (SavedField | undefined)[] {
    return this.#trainings.map((training) => training.saved);
  }

  /** All units go to the same step: as far as the slowest comes in its share of the time. */
  async advance({ until, milliseconds }: Turn) {
    const open = this.#trainings.filter(({ run }) => !run.done);
    const [slowest, ...others] = open.sort((a, b) => a.run.step - b.run.step || b.took - a.took);
    await slowest?.trainTo(until, milliseconds / open.length);
    for (const each of others) await each.trainTo(slowest?.run.step ?? until);
    const diverged = this.#trainings.every(({ run }) => run.done && run.step < run.steps);
    return diverged ? 'diverged' : undefined;
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
    for (const { run } of this.#trainings) run.dispose();
  }
}

/** The models of one unit. */
class UnitTraining {
  readonly planned: PlannedEnsemble;
  readonly run: EnsembleRun;
  /** Milliseconds of the last piece. */
  took = 0;
  readonly #ranges: number;
  readonly #selection: Selection;
  #point: LogPoint | undefined;
  readonly #tallies: Tally[];
  outcomes: readonly Outcome[] = [];

  constructor(gpu: Gpu, plan: Plan, planned: PlannedEnsemble, saved: SavedField | undefined) {
    this.planned = planned;
    this.#ranges = plan.ranges.length;
    this.#selection = new Selection({ threshold: planned.thresholds });
    if (saved) {
      this.#selection.importState(saved.selection);
      this.outcomes = this.#selection.outcomes();
    }
    this.#tallies = [...(saved?.tallies ?? [])];
    this.run = createEnsembleRun(gpu, {
      ...planned.options,
      // A map shows all models at one step: where memory runs out, there must be fewer of them, not one part after the other.
      modelsPerWave: planned.models.length,
      onRecovery({ error }) {
        throw error;
      },
      recover: false,
      onLog: (point) => this.#take(point),
      ...(saved && { from: saved.state }),
    });
  }

  /** So many that testing them takes seconds without a graphics card. They are tested with the first step, not before. */
  get many(): boolean {
    return this.planned.models.length > MANY;
  }

  /** Looks at the models before the first step, or where they go on. */
  async begin(): Promise<void> {
    if (this.outcomes.length > 0) this.#point = await this.run.inspect();
    else await this.run.advance({ steps: 0 });
  }

  get saved(): SavedField | undefined {
    if (!this.#point || this.#point.step === 0) return undefined;
    const selection = this.#selection.exportState();
    return { state: this.#point.state, selection, tallies: this.#tallies };
  }

  /** Trains to `step`, or for so many milliseconds. At the end models count as they stand there, log point or not. */
  async trainTo(step: number, milliseconds?: number): Promise<void> {
    const start = performance.now();
    const steps = step - this.run.step;
    if (steps > 0) await this.run.advance({ steps, ...(milliseconds !== undefined && { milliseconds }) });
    this.took = performance.now() - start;
    if (this.run.done && this.#point?.step !== this.run.step) this.#take(await this.run.inspect());
  }

  field(): Field {
    return fieldOf(this.planned, this.outcomes, this.#tallies, this.#diverged);
  }

  weights({ parameters }: Outcome) {
    return this.run.weights({ parameters }, 0);
  }

  get #diverged(): number {
    return this.#point?.statuses.filter((status) => status === 'diverged').length ?? 0;
  }

  #take(point: LogPoint): void {
    this.#point = point;
    this.#selection.add(point);
    this.outcomes = this.#selection.outcomes();
    this.#tallies.push(tallyOf(point.step, this.outcomes, this.#ranges));
  }
}
