/**
 * @file Which log point speaks for each model, and what it says: model selection as in the benchmarks (Madsen &
 * Johansen 2020; Mistry et al. 2022), on the validation error alone, so that the extrapolation error stays a test.
 */

import { DataError, OptionError } from '../errors.ts';
import {
  type SolvedAt,
  type SparsityErrors,
  type SuccessRate,
  solvedAt,
  sparsityErrors,
  successRate,
} from './estimates.ts';

/** How all models stand at a step; an ensemble's log point is one. */
export interface MeasuredPoint {
  readonly step: number;
  /** Errors of each model by held-out set. */
  readonly errors: Readonly<Record<string, ArrayLike<number>>>;
  /** Each model's parameters, model after model. */
  readonly parameters: Float32Array;
  /** A model's points from when it diverged on do not belong to its series. */
  readonly statuses?: readonly string[];
}

/** Which held-out sets select a model and decide on its success, and the threshold. */
export interface SelectionOptions {
  /** Success threshold of the extrapolation error: one number, or one for each model. */
  threshold: number | ArrayLike<number>;
  /** The held-out set that selects. Default `validation`. */
  validation?: string;
  /** The held-out set that decides on success. Default `extrapolation`. */
  extrapolation?: string;
  /**
   * Whether the point at step 0 may be selected. The published code looks at the last 5000 log points, which leaves out
   * the first of the arithmetic dataset's 5001 but none of the single-module task's 51. Default true.
   */
  initial?: boolean;
}

/** What became of one model. */
export interface Outcome {
  /** Step of the selected log point. */
  readonly step: number;
  /** Validation error there. */
  readonly validation: number;
  /** Extrapolation error there. */
  readonly extrapolation: number;
  /** Whether that is below the threshold. */
  readonly success: boolean;
  /** Step of the first log point with an extrapolation error below the threshold; `null` unless successful. */
  readonly solvedAt: number | null;
  /** Raw parameters at the selected log point. */
  readonly parameters: Float32Array;
}

/** Errors by held-out set that model `model` has with these parameters; undefined leaves those of the log point. */
export type Remeasure = (
  model: number,
  parameters: Float32Array,
) => Readonly<Record<string, number>> | undefined;

/** A selection between two log points. */
export interface SelectionState {
  readonly step: number;
  readonly models: number;
  readonly steps: Float64Array<ArrayBuffer>;
  readonly best: Float64Array<ArrayBuffer>;
  readonly validations: Float64Array<ArrayBuffer>;
  readonly extrapolations: Float64Array<ArrayBuffer>;
  readonly solved: Float64Array<ArrayBuffer>;
  readonly parameters: Float32Array<ArrayBuffer>;
}

/** Takes log points one after the other and keeps, for each model, only its best so far. */
export class Selection {
  readonly #thresholds: number | ArrayLike<number>;
  readonly #validation: string;
  readonly #extrapolation: string;
  readonly #initial: boolean;
  #step = Number.NEGATIVE_INFINITY;
  #models = 0;
  #steps = new Float64Array();
  /** Validation error of the best candidate; NaN while none was valid and the last point is kept. */
  #best = new Float64Array();
  #validations = new Float64Array();
  #extrapolations = new Float64Array();
  /** NaN: never below the threshold. */
  #solved = new Float64Array();
  #parameters = new Float32Array();

  constructor({ threshold, validation, extrapolation, initial }: SelectionOptions) {
    const thresholds = typeof threshold === 'number' ? [threshold] : Array.from(threshold);
    const wrong = thresholds.find((value) => !(value > 0));
    if (wrong !== undefined) throw new OptionError(`threshold is ${String(wrong)}; it must be above 0`);
    this.#thresholds = typeof threshold === 'number' ? threshold : thresholds;
    this.#validation = validation ?? 'validation';
    this.#extrapolation = extrapolation ?? 'extrapolation';
    this.#initial = initial ?? true;
  }

  /** Takes the next log point. */
  add(point: MeasuredPoint): void {
    const validations = errorsOf(point, this.#validation);
    const extrapolations = errorsOf(point, this.#extrapolation);
    if (!(point.step > this.#step)) {
      throw new DataError(`the log point of step ${point.step} comes after that of step ${this.#step}`);
    }
    const first = this.#models === 0;
    if (first) this.#allocate(validations.length, point.parameters.length);
    const models = this.#models;
    const sizes = [validations.length, extrapolations.length, point.statuses?.length ?? models];
    if (sizes.some((size) => size !== models) || point.parameters.length !== this.#parameters.length) {
      throw new DataError(
        `the log point of step ${point.step} is not of ${models} models with ${this.#parameters.length / models} parameters each`,
      );
    }
    this.#step = point.step;
    for (let model = 0; model < models; model++) {
      if (!first && point.statuses?.[model] === 'diverged') continue;
      const extrapolation = extrapolations[model] as number;
      const solved = this.#solved[model] as number;
      if (Number.isNaN(solved) && extrapolation < this.#threshold(model)) this.#solved[model] = point.step;
      this.#consider(model, point, validations[model] as number, extrapolation);
    }
  }

  /** Everything it knows, to go on from with `importState`. */
  exportState(): SelectionState {
    return structuredClone({
      step: this.#step,
      models: this.#models,
      steps: this.#steps,
      best: this.#best,
      validations: this.#validations,
      extrapolations: this.#extrapolations,
      solved: this.#solved,
      parameters: this.#parameters,
    });
  }

  /** Goes on from `state`, which must come from a selection with the same options. */
  importState(state: SelectionState): void {
    const own = structuredClone(state);
    this.#step = own.step;
    this.#models = own.models;
    this.#steps = own.steps;
    this.#best = own.best;
    this.#validations = own.validations;
    this.#extrapolations = own.extrapolations;
    this.#solved = own.solved;
    this.#parameters = own.parameters;
  }

  /**
   * What became of every model, by the log points so far. Log points of an ensemble are float32; `measure` computes the
   * errors of a model's selected parameters again, in float64 (`EnsembleReport.errors64`), and then decides on success.
   */
  outcomes(measure?: Remeasure): Outcome[] {
    if (this.#models === 0) throw new DataError('there is no log point to select from');
    const each = this.#parameters.length / this.#models;
    return Array.from({ length: this.#models }, (_, model) => {
      const parameters = this.#parameters.slice(model * each, (model + 1) * each);
      const again = measure?.(model, parameters);
      const [validation, extrapolation] = again
        ? [again[this.#validation], again[this.#extrapolation]]
        : [this.#validations[model], this.#extrapolations[model]];
      const success = (extrapolation as number) < this.#threshold(model);
      const step = this.#steps[model] as number;
      const solved = this.#solved[model] as number;
      return {
        step,
        validation: validation as number,
        extrapolation: extrapolation as number,
        success,
        // Where float64 alone is below the threshold, no log point was.
        solvedAt: success ? (Number.isNaN(solved) ? step : solved) : null,
        parameters,
      };
    });
  }

  #threshold(model: number): number {
    return typeof this.#thresholds === 'number' ? this.#thresholds : (this.#thresholds[model] as number);
  }

  #consider(model: number, point: MeasuredPoint, validation: number, extrapolation: number): void {
    const candidate = point.step > 0 || this.#initial ? validation : Number.NaN;
    const best = this.#best[model] as number;
    if (!(Number.isNaN(best) || candidate < best)) return;
    this.#best[model] = candidate;
    this.#steps[model] = point.step;
    this.#validations[model] = validation;
    this.#extrapolations[model] = extrapolation;
    const each = this.#parameters.length / this.#models;
    const from = model * each;
    this.#parameters.set(point.parameters.subarray(from, from + each), from);
  }

  #allocate(models: number, parameters: number): void {
    const { length } = typeof this.#thresholds === 'number' ? { length: models } : this.#thresholds;
    if (models === 0 || parameters % models !== 0) {
      throw new DataError(`${parameters} parameters cannot be those of ${models} models`);
    }
    if (length !== models) throw new OptionError(`threshold has ${length} values for ${models} models`);
    this.#models = models;
    this.#steps = new Float64Array(models);
    this.#best = new Float64Array(models).fill(Number.NaN);
    this.#validations = new Float64Array(models);
    this.#extrapolations = new Float64Array(models);
    this.#solved = new Float64Array(models).fill(Number.NaN);
    this.#parameters = new Float32Array(parameters);
  }
}

/** How many of several models succeeded, how fast, and how sparse they are. */
export interface Summary {
  readonly models: number;
  readonly successes: number;
  readonly successRate: SuccessRate;
  /** Of the successful models. */
  readonly solvedAt: SolvedAt;
  /** Of the successful models at their selected points. */
  readonly sparsityErrors: SparsityErrors;
}

/** The benchmarks' three figures over models; `sparsityError` reads one model's from its outcome. */
export function summarize(
  outcomes: readonly Outcome[],
  sparsityError: (outcome: Outcome, model: number) => number,
): Summary {
  const errors: number[] = [];
  const steps: number[] = [];
  outcomes.forEach((outcome, model) => {
    if (outcome.solvedAt === null) return;
    steps.push(outcome.solvedAt);
    errors.push(sparsityError(outcome, model));
  });
  return {
    models: outcomes.length,
    successes: steps.length,
    successRate: successRate(steps.length, outcomes.length),
    solvedAt: solvedAt(steps),
    sparsityErrors: sparsityErrors(errors),
  };
}

function errorsOf({ errors }: MeasuredPoint, set: string): ArrayLike<number> {
  const values = errors[set];
  if (values) return values;
  const known = Object.keys(errors).join(', ') || 'none';
  throw new OptionError(`the log point has no errors of a set '${set}', only of: ${known}`);
}
