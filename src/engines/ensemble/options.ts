/** What an ensemble is asked for, and the same checked and resolved. */

import { DataError, OptionError } from '../../errors.ts';
import { FLOAT32_MAX, type Matrix, type Rows, toMatrix } from '../../model/data.ts';
import {
  checkSeed,
  checkSize,
  type ModelDescription,
  type ResolvedModel,
  resolveModel,
} from '../../model/description.ts';
import type { Task, TaskSet } from '../../model/task.ts';
import { type RecipeOptions, type ResolvedRecipe, resolveRecipe } from '../../model/training.ts';
import type { Reinitialization } from '../../units/recipe.ts';
import { isLanes } from './lanes.ts';

/** Rows that are held out of training: given, or drawn by a task, which may differ from model to model. */
export type EvaluationSet = { readonly x: Rows; readonly y: Rows } | TaskSet;

/** A held-out set, checked; `columns` are those of the task's shader, with a value for each model. */
export type ResolvedSet = { readonly name: string; readonly rows: number } & (
  | { readonly kind: 'data'; readonly x: Matrix; readonly y: Matrix }
  | {
      readonly kind: 'task';
      readonly task: Task;
      readonly seed: number;
      readonly columns: readonly (readonly number[])[];
    }
);

export interface EnsembleOptions extends RecipeOptions {
  /** One architecture for all models. */
  model: Omit<ModelDescription, 'seed'>;
  /** Seeds of the models, or how many: then 0, 1, 2, … A model's seed decides its initial values and its batches. */
  seeds: number | readonly number[];
  /** Training data; or give `task`. */
  x?: Rows;
  y?: Rows;
  /** A task that draws fresh rows for every batch. */
  task?: Task;
  /** Rows per step. Default: all rows of the data, in order; with a task it must be given. */
  batch?: number | 'full';
  /** A number for all models, or one for each. Default 1e-3. */
  learningRate?: number | readonly number[];
  /** Factor of the learning rate, by step (from 0). Default 1. */
  learningRateSchedule?: (step: number) => number;
  /** Held-out sets; each log point has every model's mean squared error on each. */
  evaluate?: Readonly<Record<string, EvaluationSet>>;
  /** Steps between log points. Default 1000. */
  logEvery?: number;
  /** Stops each model at the first log point where its error on `set` is below `below` (one bound, or one per model). */
  stopWhen?: { readonly set: string; readonly below: number | readonly number[] };
  /** The held-out set that waiting penalties and `reinitialization` look at. Default `'validation'`, if there is one. */
  validation?: string;
  /** Draws the parameters of models that are stuck again; needs a validation set. Default: never. */
  reinitialization?: Reinitialization;
  /**
   * Threads per model, a power of two up to 256. Default: one subgroup, which depends on the adapter alone;
   * `'calibrate'` measures a few numbers first and takes the fastest. Another number adds the rows' gradients in another
   * order, so results differ in the last bits.
   */
  lanes?: number | 'calibrate';
}

export interface ResolvedEnsemble {
  readonly model: ResolvedModel;
  readonly seeds: readonly number[];
  readonly data: { readonly x: Matrix; readonly y: Matrix } | undefined;
  readonly task: Task | undefined;
  readonly batch: number;
  readonly shuffled: boolean;
  readonly recipe: ResolvedRecipe;
  readonly learningRates: readonly number[];
  readonly rateFactor: (step: number) => number;
  readonly columns: readonly (readonly number[])[];
  readonly sets: readonly ResolvedSet[];
  readonly logEvery: number;
  readonly stop: { readonly set: number; readonly below: readonly number[] } | undefined;
  /** Index of the validation set, if there is one. */
  readonly validation: number | undefined;
  readonly reinitialization: Reinitialization | undefined;
  readonly lanes: number | 'calibrate' | undefined;
}

/** Rows of a held-out set. */
const MAX_SET_ROWS = 1_000_000;

/** Checks `options` and fills in the defaults. Throws DataError or OptionError. */
export function resolveEnsemble(options: EnsembleOptions): ResolvedEnsemble {
  const model = resolveModel(options.model);
  const seeds = resolveSeeds(options.seeds);
  const { task } = options;
  if ((task === undefined) === (options.x === undefined)) {
    throw new OptionError(
      'an ensemble trains either on data (x and y) or on a task, and on one of them only',
    );
  }
  const data = options.x === undefined ? undefined : resolveRows('', options.x, options.y, model);
  const batch = resolveBatch(options.batch, data?.x.rows);
  const columns = task ? resolveTask('task', task, model, seeds.length) : [];
  const sets = Object.entries(options.evaluate ?? {}).map(([name, set]) =>
    resolveSet(name, set, model, seeds.length),
  );
  const logEvery = options.logEvery ?? 1000;
  checkSize('logEvery', logEvery);
  const { lanes } = options;
  if (lanes !== undefined && lanes !== 'calibrate' && !isLanes(lanes)) {
    throw new OptionError(`lanes is ${lanes}; it must be a power of two from 1 to 256, or 'calibrate'`);
  }
  return {
    model,
    seeds,
    data,
    task,
    batch,
    shuffled: data !== undefined && batch < data.x.rows,
    recipe: resolveRecipe(options, model.layers.length),
    learningRates: perModel('learningRate', options.learningRate ?? 1e-3, seeds.length, 0),
    rateFactor: options.learningRateSchedule ?? (() => 1),
    columns,
    sets,
    logEvery,
    ...resolveValidation(options, sets, logEvery),
    stop: options.stopWhen && resolveStop(options.stopWhen, sets, seeds.length),
    lanes,
  };
}

function resolveSeeds(seeds: number | readonly number[]): readonly number[] {
  if (typeof seeds === 'number') {
    checkSize('seeds', seeds);
    return Array.from({ length: seeds }, (_, seed) => seed);
  }
  if (!Array.isArray(seeds) || seeds.length === 0) {
    throw new OptionError('seeds must be a number of models or a list of at least one seed');
  }
  seeds.forEach((seed, index) => {
    checkSeed(`seeds[${index}]`, seed);
  });
  return seeds;
}

/** Checks the task named `where` against the model; its columns' values, one list per column. */
function resolveTask(where: string, task: Task, model: ResolvedModel, models: number) {
  if (task.inputs !== model.inputs || task.outputs !== model.outputs) {
    throw new OptionError(
      `${where} has ${task.inputs} inputs and ${task.outputs} outputs; the model has ${model.inputs} and ${model.outputs}`,
    );
  }
  return task.shader.columns.map((name) => {
    const values = task.columns[name];
    if (values === undefined) throw new OptionError(`${where}: column '${name}' has no value`);
    return perModel(`${where}: column ${name}`, values, models, -FLOAT32_MAX);
  });
}

function resolveSet(name: string, set: EvaluationSet, model: ResolvedModel, models: number): ResolvedSet {
  const where = `evaluate.${name}`;
  if ('task' in set) {
    checkSize(`${where}.rows`, set.rows);
    checkSeed(`${where}.seed`, set.seed);
    checkRows(where, set.rows);
    const columns = resolveTask(`${where}.task`, set.task, model, models);
    return { name, kind: 'task', rows: set.rows, task: set.task, seed: set.seed, columns };
  }
  const { x, y } = resolveRows(`${where}.`, set.x, set.y, model);
  checkRows(where, x.rows);
  return { name, kind: 'data', rows: x.rows, x, y };
}

function checkRows(where: string, rows: number): void {
  if (rows <= MAX_SET_ROWS) return;
  throw new DataError(`${where} has ${rows} rows; at most ${MAX_SET_ROWS} are allowed`);
}

function resolveRows(where: string, x: Rows | undefined, y: Rows | undefined, model: ResolvedModel) {
  if (x === undefined || y === undefined)
    throw new DataError(`${where}${x === undefined ? 'x' : 'y'} is missing`);
  const inputs = toMatrix(`${where}x`, x, model.inputs);
  const targets = toMatrix(`${where}y`, y, model.outputs);
  if (inputs.rows !== targets.rows) {
    throw new DataError(
      `${where}x has ${inputs.rows} rows but ${where}y has ${targets.rows}; they must be equal`,
    );
  }
  return { x: inputs, y: targets };
}

function resolveBatch(batch: number | 'full' | undefined, rows: number | undefined): number {
  if (batch === undefined || batch === 'full') {
    if (rows !== undefined) return rows;
    throw new OptionError('a task draws as many rows as it is asked for: give batch, the rows per step');
  }
  checkSize('batch', batch);
  if (rows !== undefined && batch > rows) {
    throw new OptionError(`batch is ${batch}, but the data has only ${rows} rows`);
  }
  return batch;
}

/** One number for all models, or one for each; each finite, in float32, and at least `least`. */
function perModel(
  name: string,
  values: number | readonly number[],
  models: number,
  least: number,
): readonly number[] {
  const list = typeof values === 'number' ? Array.from({ length: models }, () => values) : values;
  if (list.length !== models) {
    throw new OptionError(
      `${name} has ${list.length} values for ${models} models; give one number or one per model`,
    );
  }
  list.forEach((value, model) => {
    if (!(value >= least && value <= FLOAT32_MAX)) {
      const range = least === 0 ? 'a finite number of at least 0' : 'a finite float32 number';
      throw new OptionError(`${name} of model ${model} is ${String(value)}; it must be ${range}`);
    }
  });
  return list;
}

function resolveStop(
  { set, below }: NonNullable<EnsembleOptions['stopWhen']>,
  sets: ResolvedEnsemble['sets'],
  models: number,
) {
  const index = sets.findIndex(({ name }) => name === set);
  if (index < 0) {
    const known = sets.map(({ name }) => name).join(', ') || 'none';
    throw new OptionError(`stopWhen.set '${set}' is not among the sets to evaluate: ${known}`);
  }
  return { set: index, below: perModel('stopWhen.below', below, models, 0) };
}

function resolveValidation(options: EnsembleOptions, sets: ResolvedEnsemble['sets'], logEvery: number) {
  const { validation: wanted = 'validation', reinitialization } = options;
  const index = sets.findIndex(({ name }) => name === wanted);
  const known = sets.map(({ name }) => name).join(', ') || 'none';
  if (index < 0 && options.validation !== undefined) {
    throw new OptionError(`validation '${wanted}' is not among the sets to evaluate: ${known}`);
  }
  const waits = options.regularizers?.some((regularizer) => regularizer?.schedule.kind === 'whileAccurate');
  if (index < 0 && (waits || reinitialization)) {
    const what = reinitialization ? 'reinitialization' : 'a penalty with schedule whileAccurate';
    throw new OptionError(`${what} needs a validation set among the sets to evaluate; there is: ${known}`);
  }
  if (reinitialization) {
    checkSize('reinitialization.every', reinitialization.every);
    checkSize('reinitialization.history', reinitialization.history);
    if (logEvery > reinitialization.history) {
      throw new OptionError(
        `logEvery is ${logEvery}; with reinitialization it may be at most its history, ${reinitialization.history}`,
      );
    }
  }
  return { validation: index < 0 ? undefined : index, reinitialization };
}
