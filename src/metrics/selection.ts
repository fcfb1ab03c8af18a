/**
 * @file Which log point speaks for each model, and what it says: model selection as in the benchmarks (Madsen &
 * Johansen 2020; Mistry et al. 2022), on the validation error alone, so that the extrapolation error stays a test.
 */

import { DataError, OptionError } from '../errors.ts';
import { checkArguments, checkOptions } from '../options/check.ts';
import {
  type Description,
  either,
  flag,
  isNumbers,
  type Kind,
  list,
  needed,
  number,
  optional,
  such,
  text,
} from '../options/kinds.ts';

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

const pointKind = such<MeasuredPoint>('a log point { step, errors, parameters }', (value) => {
  const { step, errors, parameters, statuses = [] } = (value ?? {}) as Partial<MeasuredPoint>;
  return (
    typeof step === 'number' &&
    typeof errors === 'object' &&
    errors !== null &&
    Object.values(errors).every(isNumbers) &&
    parameters instanceof Float32Array &&
    Array.isArray(statuses)
  );
});

const positive = number({ above: 0, infinite: true });

const selectionDescription: Description<SelectionOptions> = {
  fields: {
    threshold: needed(either(positive, list(positive) as unknown as Kind<ArrayLike<number>>)),
    validation: text,
    extrapolation: text,
    initial: flag,
  },
};

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

/** What a selection knows of some models between two log points; one value per model, but for the parameters. */
export interface SelectionState {
  /** Step of the last log point; −1 before the first. */
  readonly seen: Float64Array<ArrayBuffer>;
  readonly steps: Float64Array<ArrayBuffer>;
  readonly best: Float64Array<ArrayBuffer>;
  readonly validations: Float64Array<ArrayBuffer>;
  readonly extrapolations: Float64Array<ArrayBuffer>;
  readonly solved: Float64Array<ArrayBuffer>;
  readonly parameters: Float32Array<ArrayBuffer>;
}

/** The arrays of a state with one value per model. */
const columns = ['seen', 'steps', 'best', 'validations', 'extrapolations', 'solved'] as const;

/** Takes log points one after the other and keeps, for each model, only its best so far. */
export class Selection {
  readonly #thresholds: number | readonly number[];
  readonly #validation: string;
  readonly #extrapolation: string;
  readonly #initial: boolean;
  #models = 0;
  #parametersEach = 0;
  /**
   * `best`: validation error of the best candidate; NaN while none was valid and the last point is kept. `solved`: NaN for
   * a model that was never below the threshold.
   */
  #state = emptyState(0, 0);

  constructor(options: SelectionOptions) {
    const { threshold, validation, extrapolation, initial } = checkOptions(
      selectionDescription,
      options,
      'a selection',
    );
    const thresholds = typeof threshold === 'number' ? [threshold] : Array.from(threshold);
    this.#thresholds = typeof threshold === 'number' ? threshold : thresholds;
    this.#validation = validation ?? 'validation';
    this.#extrapolation = extrapolation ?? 'extrapolation';
    this.#initial = initial ?? true;
  }

  /**
   * Takes the next log point: of all models, or of those from number `part` on, where models are trained in parts. There
   * are then as many in all as thresholds.
   */
  add(point: MeasuredPoint, part?: number): void {
    checkArguments(
      'add()',
      { point, part },
      { point: pointKind, part: optional(number({ whole: true, least: 0 })) },
    );
    const first = part ?? 0;
    const validations = errorsOf(point, this.#validation);
    const extrapolations = errorsOf(point, this.#extrapolation);
    const count = validations.length;
    const { length: models } = typeof this.#thresholds === 'number' ? validations : this.#thresholds;
    if (this.#models === 0 && part === undefined && count > 0 && count !== models) {
      throw wrongThresholds(models, count);
    }
    if (this.#models === 0) this.#allocate(first, count, point.parameters.length);
    const sizes = [extrapolations.length, point.statuses?.length ?? count];
    const expected = this.#parametersEach * count;
    const whole = part !== undefined || count === this.#models;
    if (sizes.some((size) => size !== count) || !whole || point.parameters.length !== expected) {
      throw new DataError(
        `the log point of step ${point.step} is not of ${this.#models} models with ${this.#parametersEach} parameters each`,
      );
    }
    if (first + count > this.#models) throw wrongThresholds(this.#models, first + count);
    const { seen } = this.#state;
    const last = Math.max(...seen.subarray(first, first + count));
    if (!(point.step > last)) {
      throw new DataError(`the log point of step ${point.step} comes after that of step ${last}`);
    }
    for (let at = 0; at < count; at++) {
      const begun = (seen[first + at] as number) >= 0;
      seen[first + at] = point.step;
      if (begun && point.statuses?.[at] === 'diverged') continue;
      this.#consider(first + at, point, at, validations[at] as number, extrapolations[at] as number);
    }
  }

  /** Everything it knows, or what it knows of `count` models from `first` on; `importState` goes on from it. */
  exportState(first = 0, count = this.#models - first): SelectionState {
    const each = this.#parametersEach;
    const part = columns.map((name) => [name, this.#state[name].slice(first, first + count)]);
    const parameters = this.#state.parameters.slice(first * each, (first + count) * each);
    return { ...(Object.fromEntries(part) as Omit<SelectionState, 'parameters'>), parameters };
  }

  /**
   * Goes on from `state`, which must come from a selection with the same options and hold the models from `first` on.
   * Throws DataError where it does not fit.
   */
  importState(state: SelectionState, first = 0): void {
    const count = state.seen?.length;
    const fits = columns.every((name) => state[name] instanceof Float64Array && state[name].length === count);
    if (!fits || !(state.parameters instanceof Float32Array)) {
      throw new DataError('the state of the selection lacks values: each of its models needs one of each');
    }
    if (count === 0) return;
    this.#allocate(first, count, state.parameters.length);
    if (state.parameters.length !== count * this.#parametersEach) {
      throw new DataError(
        `the state of the selection is not of models with ${this.#parametersEach} parameters`,
      );
    }
    for (const name of columns) this.#state[name].set(state[name], first);
    this.#state.parameters.set(state.parameters, first * this.#parametersEach);
  }

  /**
   * What became of every model, by the log points so far. Log points of an ensemble are float32; `measure` computes the
   * errors of a model's selected parameters again, in float64 (`EnsembleReport.errors64`), and then decides on success.
   */
  outcomes(measure?: Remeasure): Outcome[] {
    const { seen, steps, validations, extrapolations, solved } = this.#state;
    const missing = seen.findIndex((step) => !(step >= 0));
    if (this.#models === 0 || missing >= 0) {
      const whose = missing > 0 ? ` of model ${missing}` : '';
      throw new DataError(`there is no log point${whose} to select from`);
    }
    const each = this.#parametersEach;
    return Array.from({ length: this.#models }, (_, model) => {
      const parameters = this.#state.parameters.slice(model * each, (model + 1) * each);
      const again = measure?.(model, parameters);
      const [validation, extrapolation] = again
        ? [again[this.#validation], again[this.#extrapolation]]
        : [validations[model], extrapolations[model]];
      const success = (extrapolation as number) < this.#threshold(model);
      const step = steps[model] as number;
      const first = solved[model] as number;
      return {
        step,
        validation: validation as number,
        extrapolation: extrapolation as number,
        success,
        // Where float64 alone is below the threshold, no log point was.
        solvedAt: success ? (Number.isNaN(first) ? step : first) : null,
        parameters,
      };
    });
  }

  #threshold(model: number): number {
    return typeof this.#thresholds === 'number' ? this.#thresholds : (this.#thresholds[model] as number);
  }

  /** Takes what a log point says at index `at`, that of `model`. */
  #consider(
    model: number,
    point: MeasuredPoint,
    at: number,
    validation: number,
    extrapolation: number,
  ): void {
    const { solved, best, steps, validations, extrapolations, parameters } = this.#state;
    if (Number.isNaN(solved[model]) && extrapolation < this.#threshold(model)) solved[model] = point.step;
    const candidate = point.step > 0 || this.#initial ? validation : Number.NaN;
    const before = best[model] as number;
    if (!(Number.isNaN(before) || candidate < before)) return;
    best[model] = candidate;
    steps[model] = point.step;
    validations[model] = validation;
    extrapolations[model] = extrapolation;
    const each = this.#parametersEach;
    parameters.set(point.parameters.subarray(at * each, (at + 1) * each), model * each);
  }

  /** Makes room for all models once it is known how many there are; checks that `count` models from `first` on are of them. */
  #allocate(first: number, count: number, parameters: number): void {
    if (count === 0 || parameters % count !== 0) {
      throw new DataError(`${parameters} parameters cannot be those of ${count} models`);
    }
    if (this.#models === 0) {
      this.#models = typeof this.#thresholds === 'number' ? first + count : this.#thresholds.length;
      this.#parametersEach = parameters / count;
      this.#state = emptyState(this.#models, this.#parametersEach);
    }
    if (first + count <= this.#models) return;
    throw wrongThresholds(this.#models, first + count);
  }
}

const wrongThresholds = (thresholds: number, models: number): OptionError =>
  new OptionError(`threshold has ${thresholds} values for ${models} models`);

const emptyState = (models: number, parametersEach: number): SelectionState => ({
  seen: new Float64Array(models).fill(-1),
  steps: new Float64Array(models),
  best: new Float64Array(models).fill(Number.NaN),
  validations: new Float64Array(models),
  extrapolations: new Float64Array(models),
  solved: new Float64Array(models).fill(Number.NaN),
  parameters: new Float32Array(models * parametersEach),
});

function errorsOf({ errors }: MeasuredPoint, set: string): ArrayLike<number> {
  const values = errors[set];
  if (values) return values;
  const known = Object.keys(errors).join(', ') || 'none';
  throw new OptionError(`the log point has no errors of a set '${set}', only of: ${known}`);
}
