/** What an ensemble is asked for, described for the checks, and what becomes of it. */

import type { TaskShader } from '../../../shaders/kernels/ensemble-source.ts';
import type { Matrix, Rows } from '../../model/data.ts';
import { type ResolvedModel, type StackDescription, stackFields } from '../../model/description.ts';
import { type Seeds, seedsKind } from '../../model/seeds.ts';
import type { RecurrentOptions, Sequences } from '../../model/sequences.ts';
import type { Task, TaskSet, TaskTwin } from '../../model/task.ts';
import { type RecipeOptions, type ResolvedRecipe, recipeFields } from '../../model/training.ts';
import {
  anything,
  callback,
  called,
  type Description,
  either,
  extended,
  type Fields,
  having,
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
import { type Reinitialization, reinitializationKind } from '../../units/recipe.ts';
import { LANES } from './lanes.ts';

/** Rows that are held out of training: given, or drawn by a task, which may differ from model to model. */
export type EvaluationSet = DataSet | TaskSet;

/** Rows with their targets. */
export interface DataSet {
  /** Of a recurrent model, sequences. */
  readonly x: Rows | Sequences;
  readonly y: Rows;
  /** Steps of each row, where models are recurrent. Default: as in training. */
  readonly steps?: number;
}

/** A held-out set, checked; `columns` are those of the task's shader, with a value for each model. */
export type ResolvedSet = {
  readonly name: string;
  readonly rows: number;
  /** Steps of each row; 1 where models are not recurrent. */
  readonly steps: number;
} & (
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
  /**
   * Makes the first layer a recurrent cell, which is trained through time: it reads the inputs of a step and its own outputs of the step
   * before, those of the first step being parameters that start at 0. The layers behind it read its outputs of the last step, which the
   * targets are for. Rows are sequences, `[rows, steps, inputs]`; a task's targets are those of the inputs' sums over the steps.
   */
  recurrent?: RecurrentOptions;
  /** Training data; or give `task`. */
  x?: Rows | Sequences;
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
  /** Steps of a training sequence; undefined where models are not recurrent. */
  readonly sequence: number | undefined;
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

export const atLeast0 = number({ least: 0 });
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
const sequencesKind = anything<Rows | Sequences>('rows of numbers');
const setKind = either(
  options<DataSet>({ fields: { x: needed(sequencesKind), y: needed(rowsKind), steps: size } }),
  options<TaskSet>({
    fields: { task: needed(taskKind), rows: needed(size), seed: needed(seed), steps: size },
  }),
);

export const ensembleFields = extended<RecipeOptions, EnsembleOptions>(recipeFields, {
  model: needed(
    options({
      fields: stackFields,
      elsewhere: { seed: "an ensemble's models have a seed each: give seeds" },
    }),
  ),
  seeds: needed(seedsKind),
  recurrent: options<RecurrentOptions>({ fields: { steps: needed(size) } }),
  x: sequencesKind,
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
  lanes: called("a power of two from 1 to 256, or 'calibrate'", either(oneOf(...LANES), oneOf('calibrate'))),
});

/** What holds of the options together. */
export const exactlyOne = [['x', 'task']] as const;
const seedElsewhere = 'each model of an ensemble has its own: give seeds';
export const elsewhere = { seed: seedElsewhere };

export const ensembleDescription: Description<EnsembleOptions> = {
  fields: ensembleFields,
  exactlyOne,
  elsewhere: { seed: seedElsewhere, steps: 'they are asked of run(steps), or of trainEnsemble()' },
};
