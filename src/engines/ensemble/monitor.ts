/** What depends on each model's validation error while it trains: penalties that wait for it, and reinitialization. */

import type { Reinitialization } from '../../units/recipe.ts';

/** Equal values in a row. */
type Stretch = [value: number, count: number];

/** State of the monitor, for export: per model, the last error, the list of errors in stretches, and the draws so far. */
export interface MonitorState {
  readonly errors: readonly number[];
  readonly histories: readonly (readonly Stretch[])[];
  readonly draws: readonly number[];
}

export class Monitor {
  readonly #rule: Reinitialization | undefined;
  /** Last known validation error of each model. */
  #errors: number[];
  #histories: Stretch[][];
  /** How often each model's parameters were drawn again. */
  #draws: number[];

  constructor(models: number, rule: Reinitialization | undefined) {
    this.#rule = rule;
    this.#errors = Array.from({ length: models }, () => Number.POSITIVE_INFINITY);
    this.#histories = Array.from({ length: models }, () => []);
    this.#draws = Array.from({ length: models }, () => 0);
  }

  /** Last known validation error of `model`. */
  error(model: number): number {
    return this.#errors[model] as number;
  }

  /** Takes the errors measured at a log point. */
  measure(errors: ArrayLike<number>): void {
    this.#errors = Array.from(errors);
  }

  /** The step, at most `end`, after which `advance` from `step` would list the first restarts. */
  next(models: readonly number[], step: number, end: number): number {
    if (!this.#rule) return end;
    const trial = new Monitor(this.#errors.length, this.#rule);
    trial.importState(this.exportState());
    return trial.#advance(models, step, end, this.#rule).step;
  }

  /**
   * Goes through the steps from `step` up to, not including, `end`, during which the errors stay as they are. Each step
   * appends the model's error to its list; every `every` steps the older half of a list longer than `history` is compared
   * with the newer one (see `Reinitialization`). Returns those of `models` that are reinitialized after the last of the steps;
   * `end` is never beyond `next`.
   */
  advance(models: readonly number[], step: number, end: number): readonly number[] {
    return this.#rule ? this.#advance(models, step, end, this.#rule).restarts : [];
  }

  /** Stops at the first step after which there are restarts. */
  #advance(models: readonly number[], step: number, end: number, rule: Reinitialization) {
    for (let at = step; at < end; ) {
      const check = Math.max(rule.every, Math.ceil(at / rule.every) * rule.every);
      const until = Math.min(end, check + 1);
      for (const model of models) append(this.#histories[model] as Stretch[], this.error(model), until - at);
      at = until;
      if (at !== check + 1) continue;
      const restarts = models.filter((model) => isStuck(this.#histories[model] as Stretch[], rule));
      if (restarts.length === 0) continue;
      for (const model of restarts) {
        this.#histories[model] = [];
        this.#draws[model] = (this.#draws[model] as number) + 1;
      }
      return { step: at, restarts };
    }
    return { step: end, restarts: [] };
  }

  /** How often the parameters of `model` were drawn again. */
  draws(model: number): number {
    return this.#draws[model] as number;
  }

  exportState(): MonitorState {
    return structuredClone({ errors: this.#errors, histories: this.#histories, draws: this.#draws });
  }

  importState(state: MonitorState): void {
    const { errors, histories, draws } = structuredClone(state) as {
      errors: number[];
      histories: Stretch[][];
      draws: number[];
    };
    this.#errors = errors;
    this.#histories = histories;
    this.#draws = draws;
  }
}

function append(history: Stretch[], value: number, count: number): void {
  const last = history.at(-1);
  if (last && Object.is(last[0], value)) last[1] += count;
  else history.push([value, count]);
}

/** Whether the newer half of the errors is no better than the older one, and bad. NaN is never stuck. */
function isStuck(history: readonly Stretch[], { history: least, error }: Reinitialization): boolean {
  const length = history.reduce((sum, [, count]) => sum + count, 0);
  if (length <= least) return false;
  const half = Math.floor(length / 2);
  const older = moments(history, 0, half);
  const newer = moments(history, half, length);
  return older.mean <= newer.mean + newer.deviation && newer.mean > error;
}

/** Mean and population standard deviation of the values from index `from` up to, not including, `to`. */
function moments(history: readonly Stretch[], from: number, to: number) {
  const inside: Stretch[] = [];
  let index = 0;
  for (const [value, count] of history) {
    const overlap = Math.min(to, index + count) - Math.max(from, index);
    if (overlap > 0) inside.push([value, overlap]);
    index += count;
  }
  const total = to - from;
  const mean = inside.reduce((sum, [value, count]) => sum + value * count, 0) / total;
  const variance = inside.reduce((sum, [value, count]) => sum + (value - mean) ** 2 * count, 0) / total;
  return { mean, deviation: Math.sqrt(variance) };
}
