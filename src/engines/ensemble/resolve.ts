/** Checks the options of an ensemble together, and fills in what follows from them. */

import { keptFloats } from '../../../shaders/kernels/ensemble-sequence.ts';
import { DataError, OptionError } from '../../errors.ts';
import { FLOAT32_MAX, type Rows, type TargetRules, toMatrix, toTargets } from '../../model/data.ts';
import { type ResolvedModel, resolveModel } from '../../model/description.ts';
import { repeatedSeed, resolveSeeds } from '../../model/seeds.ts';
import { resolveRecurrent, type Sequences, toSequences } from '../../model/sequences.ts';
import type { Task } from '../../model/task.ts';
import { type RecipeOptions, resolveRecipe } from '../../model/training.ts';
import { checkOptions, checkValue } from '../../options/check.ts';
import { isList } from '../../options/list.ts';
import {
  atLeast0,
  type EnsembleOptions,
  type EvaluationSet,
  ensembleDescription,
  type ResolvedEnsemble,
  type ResolvedSet,
} from './options.ts';

/** Rows of a held-out set. */
const MAX_SET_ROWS = 1_000_000;

/** Checks `given` and fills in the defaults. Throws DataError or OptionError. */
export function resolveEnsemble(given: EnsembleOptions): ResolvedEnsemble {
  const options = checkOptions(ensembleDescription, given, 'an ensemble');
  const { recurrent } = options;
  const model = recurrent ? resolveRecurrent(options.model) : resolveModel(options.model);
  const sequence = recurrent?.steps;
  if (sequence !== undefined) checkSequence(model, sequence);
  const seeds = resolveSeeds(options.seeds);
  const { task, lanes, logEvery = 1000, learningRate = 1e-3 } = options;
  if (task && options.y !== undefined) {
    throw new OptionError('an ensemble trains on data (x and y) or on a task; y belongs to the data');
  }
  const recipe = resolveRecipe(recurrent ? behindState(options) : options, model.layers.length);
  const data =
    options.x === undefined
      ? undefined
      : resolveRows('', { x: options.x, y: options.y, steps: sequence }, model, recipe.loss);
  const batch = resolveBatch(options.batch, data?.x.rows);
  const columns = task ? resolveTask('task', task, model, seeds.length) : [];
  const twice = repeatedSeed(seeds);
  if (twice !== undefined && columns.length === 0 && !isList(learningRate)) {
    throw new OptionError(
      `seeds has ${twice} twice; those models would be one and the same: give each a seed of its own`,
    );
  }
  const sets = Object.entries(options.evaluate ?? {}).map(([name, set]) =>
    resolveSet(name, set, { model, sequence, models: seeds.length, loss: recipe.loss }),
  );
  return {
    model,
    sequence,
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

/** Floats that each thread keeps of a training sequence: a quarter of the memory that functions have everywhere. */
const MOST_KEPT = 512;

/** Throws OptionError where a training sequence is too long for the kernel. */
function checkSequence({ layers }: ResolvedModel, steps: number): void {
  const most = Math.floor(MOST_KEPT / keptFloats(layers, 1));
  if (steps <= most) return;
  throw new OptionError(
    `recurrent.steps is ${steps}; a cell of ${layers[1]?.inputs} inputs, its state included, can be trained on sequences of at most ` +
      `${most} steps. Sets to evaluate may have any number of steps`,
  );
}

/** The options of the layers that were described, where the initial state stands before them. */
const behindState = ({ regularizers, ...recipe }: RecipeOptions): RecipeOptions => ({
  ...recipe,
  ...(regularizers && { regularizers: [null, ...regularizers] }),
});

/** What all sets of an ensemble have in common. */
interface SetRules {
  readonly model: ResolvedModel;
  readonly sequence: number | undefined;
  readonly models: number;
  readonly loss: TargetRules;
}

function resolveSet(
  name: string,
  set: EvaluationSet,
  { model, sequence, models, loss }: SetRules,
): ResolvedSet {
  const where = `evaluate.${name}`;
  if (sequence === undefined && set.steps !== undefined) {
    throw new OptionError(`${where}.steps is ${set.steps}; only recurrent models have steps: give recurrent`);
  }
  const steps = set.steps ?? sequence ?? 1;
  if ('task' in set) {
    checkRows(where, set.rows);
    const columns = resolveTask(`${where}.task`, set.task, model, models);
    return { name, kind: 'task', rows: set.rows, steps, task: set.task, seed: set.seed, columns };
  }
  const length = sequence === undefined ? undefined : steps;
  const { x, y } = resolveRows(`${where}.`, { x: set.x, y: set.y, steps: length }, model, loss);
  checkRows(where, x.rows);
  return { name, kind: 'data', rows: x.rows, steps, x, y };
}

function checkRows(where: string, rows: number): void {
  if (rows <= MAX_SET_ROWS) return;
  throw new DataError(`${where} has ${rows} rows; at most ${MAX_SET_ROWS} are allowed`);
}

function resolveRows(
  where: string,
  { x, y, steps }: { x: Rows | Sequences | undefined; y: Rows | undefined; steps: number | undefined },
  model: ResolvedModel,
  loss: TargetRules,
) {
  if (x === undefined || y === undefined)
    throw new DataError(`${where}${x === undefined ? 'x' : 'y'} is missing`);
  const inputs =
    steps === undefined
      ? toMatrix(`${where}x`, x as Rows, model.inputs)
      : toSequences(`${where}x`, x, model.inputs, steps);
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
