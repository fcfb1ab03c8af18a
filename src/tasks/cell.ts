/** Puts a cell together from what distinguishes the tasks. */

import { OptionError } from '../errors.ts';
import { checkSize, type ModelDescription } from '../model/description.ts';
import type { Task } from '../model/task.ts';
import { formatRange } from '../range.ts';
import type { Recipe } from '../units/recipe.ts';
import { stretchSchedules } from '../units/stretch.ts';
import type { Unit } from '../units/unit.ts';
import { type Cell, type CellOptions, type CellRequest, EVALUATION, type RangePair } from './benchmark.ts';
import type { ResolvedRequest } from './request.ts';

export interface CellParts {
  /** Name of the task. */
  readonly task: string;
  readonly request: CellRequest;
  readonly resolved: ResolvedRequest<string>;
  /** Name of the unit or network. */
  readonly unit: string;
  readonly model: Omit<ModelDescription, 'seed'>;
  /** Of the whole model; its penalty counts in every layer whose unit has one. */
  readonly recipe: Recipe;
  /** The task with the ranges of one side, one per model. */
  on(side: keyof RangePair): Task;
  /** Success threshold; null: there is none. Called once for each pair of ranges. */
  threshold(pair: RangePair): number | null;
  readonly steps: number;
  readonly batch?: number;
  readonly logEvery?: number;
  /** Steps of the sequences that a recurrent model is trained and validated on, and of those it is asked for beyond. */
  readonly recurrent?: { readonly length: number; readonly extrapolationLength: number };
  readonly figures?: Cell['figures'];
}

/** Log points of a training that is shorter than published: at least so many. */
const LEAST_LOG_POINTS = 10;

/** Batches of 128 and a log point every 1000 steps, unless the task has others. */
export function assembleCell(parts: CellParts): Cell {
  const { request, resolved, model } = parts;
  const { pairs, seeds, operation, settings } = resolved;
  const task = parts.on('range');
  const { validationSeed, extrapolationSeed } = EVALUATION;
  const { length, extrapolationLength } = parts.recurrent ?? {};
  const threshold = oncePerRange(parts.threshold);
  const steps = stepsOf(parts);
  const stretch = request.stretch === false ? 1 : steps / parts.steps;
  const recipe = recipeOptions(stretchSchedules(parts.recipe, stretch), model.layers.length, request);
  return {
    task: parts.task,
    operation,
    unit: parts.unit,
    settings,
    options: {
      model,
      ...(length !== undefined && { recurrent: { steps: length } }),
      task,
      seeds,
      batch: parts.batch ?? 128,
      steps,
      logEvery: logEveryOf(parts.logEvery ?? 1000, steps, recipe.reinitialization?.history),
      ...recipe,
    },
    stretch,
    evaluate: {
      validation: { task, seed: validationSeed, ...rowsOf(length) },
      extrapolation: {
        task: parts.on('extrapolationRange'),
        seed: extrapolationSeed,
        ...rowsOf(extrapolationLength),
      },
    },
    models: pairs.map((pair, model) => ({
      ...pair,
      seed: seeds[model] as number,
      threshold: threshold(pair),
    })),
    ...(parts.figures && { figures: parts.figures }),
  };
}

/** Rows of an evaluation set; of sequences of `length` steps 1000, but together no more than 100 000 steps. */
const rowsOf = (length: number | undefined) =>
  length === undefined ? { rows: EVALUATION.rows } : { rows: sequencesOf(length), steps: length };

export const sequencesOf = (length: number): number => Math.max(1, Math.min(1000, Math.floor(1e5 / length)));

function stepsOf({ request, steps }: CellParts): number {
  if (request.steps !== undefined) checkSize('steps', request.steps);
  const share = request.stepsShare ?? 1;
  if (!(share > 0)) throw new OptionError(`stepsShare is ${String(share)}; it must be a number above 0`);
  return request.steps ?? Math.max(1, Math.round(share * steps));
}

/** As published, or more often where there would be too few: to select among, or for models to be reinitialized by. */
const logEveryOf = (published: number, steps: number, history = Number.POSITIVE_INFINITY): number =>
  Math.max(1, Math.min(published, Math.floor(steps / LEAST_LOG_POINTS), history));

/** The benchmarks' initial values where the unit has them, else its own default. */
export const benchmarkInitialization = ({ initializations, initialization }: Unit): string =>
  'madsen' in initializations ? 'madsen' : initialization;

function recipeOptions(recipe: Recipe, layers: number, request: CellRequest) {
  const { regularizer, clipGradient, clipGradientNorm, reinitialization } = recipe;
  const strength = request.strength ?? regularizer?.strength ?? 0;
  const penalty = regularizer ? { ...regularizer, strength } : null;
  return {
    learningRate: request.learningRate ?? recipe.learningRate,
    regularizers: Array.from({ length: layers }, () => penalty),
    ...(request.optimizer !== undefined && { optimizer: request.optimizer }),
    ...(clipGradient !== undefined && { clipGradient }),
    ...(clipGradientNorm !== undefined && { clipGradientNorm }),
    ...(reinitialization && { reinitialization }),
  } satisfies Partial<CellOptions>;
}

/** `compute`, but only once for each pair of ranges, since many models share one. */
function oncePerRange<T>(compute: (pair: RangePair) => T): (pair: RangePair) => T {
  const known = new Map<string, { readonly value: T }>();
  return (pair) => {
    const key = `${formatRange(pair.range)} ${formatRange(pair.extrapolationRange)}`;
    const found = known.get(key) ?? { value: compute(pair) };
    known.set(key, found);
    return found.value;
  };
}
