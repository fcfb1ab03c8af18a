/** What an ensemble is asked for, and the same checked and resolved. */

import type { TaskShader } from '../../../shaders/kernels/ensemble-source.ts';
import { DataError, OptionError } from '../../errors.ts';
import {
  FLOAT32_MAX,
  type Matrix,
  type Rows,
  type TargetRules,
  toMatrix,
  toTargets,
} from '../../model/data.ts';
import {
  type ResolvedModel,
  resolveModel,
  type StackDescription,
  stackFields,
} from '../../model/description.ts';
import { repeatedSeed, resolveSeeds, type Seeds, seedsKind } from '../../model/seeds.ts';
import type { Task, TaskSet, TaskTwin } from '../../model/task.ts';
import {
  type RecipeOptions,
  type ResolvedRecipe,
  recipeFields,
  resolveRecipe,
} from '../../model/training.ts';
import { checkOptions, checkValue } from '../../options/check.ts';
import {
  anything,
  callback,
  type Description,
  either,
  type Fields,
  having,
  type Kind,
  list,
  map,
  needed,
  number,
  oneOf,
  options,
  seed,
  size,
  text,
} from '../../options/kinds.ts';
import { isList } from '../../options/list.ts';
import { type Reinitialization, reinitializationKind } from '../../units/recipe.ts';
import { LANES } from './lanes.ts';

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

/** Stops a model at the first log point where its error on a held-out set is below a bound. */
export interface StopRule {
  /** Name of the held-out set. */
  readonly set: string;
  /** One bound for all models, or one for each. */
  readonly below: number | readonly number[];
}

/** Models, data and training of an ensemble: many models of one architecture, which differ in their seeds. */
export interface EnsembleOptions extends RecipeOptions {
  /** One architecture for all models. */
  model: StackDescription;
  /**
   * Seeds of the models: a list, or `{ count: 200 }` for 0 to 199. A model's seed decides its initial values and its batches, so that
   * a list has each once, unless the models differ in their learning rates or in the columns of a task.
   */
  seeds: Seeds;
  /** Training data; or give `task`. */
  x?: Rows;
  y?: Rows;
  /** A task that draws fresh rows for every batch. */
  task?: Task;
  /** Rows per step. Default: all rows of the data, in order; with a task it must be given. */
  batch?: number | 'full';
  /** A number for all models, one for each, or a function of the step (from 0) for all. Default 1e-3. */
  learningRate?: number | readonly number[] | ((step: number) => number);
  /** Factor of the learning rate, by step (from 0). Default 1. */
  learningRateFactor?: (step: number) => number;
  /** Held-out sets; each log point has every model's mean squared error on each. */
  evaluate?: Readonly<Record<string, EvaluationSet>>;
  /** Steps between log points. Default 1000. */
  logEvery?: number;
  /** Stops each model at the first log point where its error on `set` is below `below` (one bound, or one per model). */
  stopWhen?: StopRule;
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

const atLeast0 = number({ least: 0 });
const perModelKind = either(atLeast0, list(atLeast0));

const taskFields: Fields<Task> = {
  inputs: needed(size),
  outputs: needed(size),
  shader: needed(having<TaskShader>('the shader of a task', 'columns', 'input', 'target')),
  columns: needed(map(either(number(), list(number())))),
  twin: having<TaskTwin>('the twin of a task', 'input', 'target'),
};
const taskKind = options<Task>({ fields: taskFields });

const rowsKind = anything<Rows>('rows of numbers');
const setKind = either(
  options<{ readonly x: Rows; readonly y: Rows }>({ fields: { x: needed(rowsKind), y: needed(rowsKind) } }),
  options<TaskSet>({ fields: { task: needed(taskKind), rows: needed(size), seed: needed(seed) } }),
);

export const ensembleFields: Fields<EnsembleOptions> = {
  ...recipeFields,
  model: needed(
    options({
      fields: stackFields,
      elsewhere: { seed: "an ensemble's models have a seed each: give seeds" },
    }),
  ),
  seeds: needed(seedsKind),
  x: rowsKind,
  y: rowsKind,
  task: taskKind,
  batch: either(size, oneOf('full')),
  learningRate: either(perModelKind, callback<(step: number) => number>()),
  learningRateFactor: callback<(step: number) => number>(),
  evaluate: map(setKind),
  logEvery: size,
  stopWhen: options<StopRule>({ fields: { set: needed(text), below: needed(perModelKind) } }),
  validation: text,
  reinitialization: reinitializationKind,
  lanes: {
    ...either(oneOf(...LANES), oneOf('calibrate')),
    what: "a power of two from 1 to 256, or 'calibrate'",
  } as Kind<number | 'calibrate'>,
};

/** What holds of the options together. */
export const exactlyOne = [['x', 'task']] as const;
export const elsewhere = { seed: 'each model of an ensemble has its own: give seeds' };

const ensembleDescription: Description<EnsembleOptions> = {
  fields: ensembleFields,
  exactlyOne,
  elsewhere: { ...elsewhere, steps: 'they are asked of run(steps), or of trainEnsemble()' },
};

/** Rows of a held-out set. */
const MAX_SET_ROWS = 1_000_000;

/** Checks `given` and fills in the defaults. Throws DataError or OptionError. */
export function resolveEnsemble(given: EnsembleOptions): ResolvedEnsemble {
  const options = checkOptions(ensembleDescription, given, 'an ensemble');
  const model = resolveModel(options.model);
  const seeds = resolveSeeds(options.seeds);
  const { task, lanes, logEvery = 1000, learningRate = 1e-3 } = options;
  if (task && options.y !== undefined) {
    throw new OptionError('an ensemble trains on data (x and y) or on a task; y belongs to the data');
  }
  const recipe = resolveRecipe(options, model.layers.length);
  const data =
    options.x === undefined ? undefined : resolveRows('', options.x, options.y, model, recipe.loss);
  const batch = resolveBatch(options.batch, data?.x.rows);
  const columns = task ? resolveTask('task', task, model, seeds.length) : [];
  const twice = repeatedSeed(seeds);
  if (twice !== undefined && columns.length === 0 && !isList(learningRate)) {
    throw new OptionError(
      `seeds has ${twice} twice; those models would be one and the same: give each a seed of its own`,
    );
  }
  const sets = Object.entries(options.evaluate ?? {}).map(([name, set]) =>
    resolveSet(name, set, model, seeds.length, recipe.loss),
  );
  return {
    model,
    seeds,
    data,
    task,
    batch,
    shuffled: data !== undefined && batch < data.x.rows,
    recipe,
    ...resolveRates(learningRate, options.learningRateFactor, seeds.length),
    columns,
    sets,
    logEvery,
    ...resolveValidation(options, sets, logEvery),
    stop: options.stopWhen && resolveStop(options.stopWhen, sets, seeds.length),
    lanes,
  };
}

/** Each model's learning rate, and the factor that all have at a step. */
function resolveRates(
  rate: NonNullable<EnsembleOptions['learningRate']>,
  schedule: EnsembleOptions['learningRateFactor'],
  models: number,
): Pick<ResolvedEnsemble, 'learningRates' | 'rateFactor'> {
  if (typeof rate !== 'function') {
    const rateFactor = schedule ? checkedRate('learningRateFactor', schedule) : () => 1;
    return { learningRates: perModel('learningRate', rate, models, 0), rateFactor };
  }
  if (schedule) {
    throw new OptionError(
      'learningRate is a function of the step; learningRateFactor would be a second one: give one',
    );
  }
  return {
    learningRates: perModel('learningRate', 1, models, 0),
    rateFactor: checkedRate('learningRate', rate),
  };
}

const checkedRate =
  (name: string, rate: (step: number) => number) =>
  (step: number): number =>
    checkValue(atLeast0, rate(step), `${name} at step ${step}`);

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

function resolveSet(
  name: string,
  set: EvaluationSet,
  model: ResolvedModel,
  models: number,
  loss: TargetRules,
): ResolvedSet {
  const where = `evaluate.${name}`;
  if ('task' in set) {
    checkRows(where, set.rows);
    const columns = resolveTask(`${where}.task`, set.task, model, models);
    return { name, kind: 'task', rows: set.rows, task: set.task, seed: set.seed, columns };
  }
  const { x, y } = resolveRows(`${where}.`, set.x, set.y, model, loss);
  checkRows(where, x.rows);
  return { name, kind: 'data', rows: x.rows, x, y };
}

function checkRows(where: string, rows: number): void {
  if (rows <= MAX_SET_ROWS) return;
  throw new DataError(`${where} has ${rows} rows; at most ${MAX_SET_ROWS} are allowed`);
}

function resolveRows(
  where: string,
  x: Rows | undefined,
  y: Rows | undefined,
  model: ResolvedModel,
  loss: TargetRules,
) {
  if (x === undefined || y === undefined)
    throw new DataError(`${where}${x === undefined ? 'x' : 'y'} is missing`);
  const inputs = toMatrix(`${where}x`, x, model.inputs);
  const targets = toTargets(`${where}y`, y, model.outputs, inputs.rows, loss);
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
  const { validation: requested = 'validation', reinitialization } = options;
  const index = sets.findIndex(({ name }) => name === requested);
  const known = sets.map(({ name }) => name).join(', ') || 'none';
  if (index < 0 && options.validation !== undefined) {
    throw new OptionError(`validation '${requested}' is not among the sets to evaluate: ${known}`);
  }
  const waits = options.regularizers?.some((regularizer) => regularizer?.schedule.kind === 'whileAccurate');
  if (index < 0 && (waits || reinitialization)) {
    const what = reinitialization ? 'reinitialization' : 'a penalty with schedule whileAccurate';
    throw new OptionError(`${what} needs a validation set among the sets to evaluate; there is: ${known}`);
  }
  if (reinitialization) {
    if (logEvery > reinitialization.history) {
      throw new OptionError(
        `logEvery is ${logEvery}; with reinitialization it may be at most its history, ${reinitialization.history}`,
      );
    }
  }
  return { validation: index < 0 ? undefined : index, reinitialization };
}
