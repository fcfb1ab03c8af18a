/** How units were trained in the literature, as data to read, use and change. */

import { checkArguments } from '../options/check.ts';
import { type Fields, having, list, needed, number, oneOf, options, size } from '../options/kinds.ts';
import { type Regularizer, regularizerKind } from './regularizer.ts';

/** The four operations on two inputs, in the benchmarks' names. */
export type Operation = 'add' | 'sub' | 'mul' | 'div';

/**
 * Training with Adam (β 0.9 and 0.999, ε 1e-8). What is left out is not used.
 *
 * A recipe belongs to one layer; in a stack, the learning rate and the clipping are those of the whole model.
 */
export interface Recipe {
  readonly learningRate: number;
  readonly regularizer?: Regularizer;
  /** Every element of the gradient is clipped to ± this before the optimiser. */
  readonly clipGradient?: number;
  /** The norm of the model's whole gradient is clipped to this before the optimiser. */
  readonly clipGradientNorm?: number;
  readonly reinitialization?: Reinitialization;
}

/**
 * Drawing the parameters again when training is stuck. Each step appends the last validation error to a list. Every `every` steps, if
 * the list is longer than `history`, its two halves are compared: where the mean of the older is at most the mean plus
 * one (population) standard deviation of the newer, and the mean of the newer is above `error`, all parameters are
 * drawn again and the list is emptied. The optimiser's state stays.
 */
export interface Reinitialization {
  readonly every: number;
  readonly history: number;
  readonly error: number;
}

/**
 * `arithmetic`: two layers on the arithmetic data set of Madsen and Johansen, arXiv:2001.05016.
 * `singleModule`: one layer on two inputs, the Primer's Single Module Arithmetic Task, arXiv:2101.09530.
 */
export type RecipeTask = 'arithmetic' | 'singleModule';

/** A recipe that was published for a task. */
export interface TaskRecipe {
  readonly task: RecipeTask;
  /** Default: all of them. */
  readonly operations?: readonly Operation[];
  readonly recipe: Recipe;
}

export const reinitializationKind = options<Reinitialization>({
  fields: { every: needed(size), history: needed(size), error: needed(number()) },
});

const recipeFields: Fields<Recipe> = {
  learningRate: needed(number({ least: 0 })),
  regularizer: regularizerKind,
  clipGradient: number({ above: 0, infinite: true }),
  clipGradientNorm: number({ above: 0, infinite: true }),
  reinitialization: reinitializationKind,
};

export const recipeKind = options<Recipe>({ fields: recipeFields });

export const operationKind = oneOf<Operation>('add', 'sub', 'mul', 'div');

const taskKind = oneOf<RecipeTask>('arithmetic', 'singleModule');

export const taskRecipeKind = options<TaskRecipe>({
  fields: {
    task: needed(taskKind),
    operations: list(operationKind),
    recipe: needed(recipeKind),
  },
});

/** The recipe that was published for `task` and `operation`, or else the unit's own. */
export function recipeFor(
  unit: { readonly recipe: Recipe; readonly recipes?: readonly TaskRecipe[] },
  task: RecipeTask,
  operation: Operation,
): Recipe {
  checkArguments(
    'recipeFor()',
    { unit, task, operation },
    {
      unit: having<{ readonly recipe: Recipe; readonly recipes?: readonly TaskRecipe[] }>(
        'the record of a unit',
        'recipe',
      ),
      task: taskKind,
      operation: operationKind,
    },
  );
  const fits = ({ task: other, operations }: TaskRecipe) =>
    other === task && (operations?.includes(operation) ?? true);
  return unit.recipes?.find(fits)?.recipe ?? unit.recipe;
}

/** Adam at 1e-3 and nothing else. */
export const plain: Recipe = { learningRate: 1e-3 };

/** A penalty that is a mean and rises in a line from 0 at step `start` to `strength` at step `end`. */
export const rising = (strength: number, start: number, end: number): Regularizer => ({
  strength,
  reduction: 'mean',
  schedule: { kind: 'linear', start, end },
});
