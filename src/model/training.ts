/** How models are trained: what both engines are asked for, and the same checked and resolved. */

import type { LossShader } from '../../shaders/loss.ts';
import { type OptimizerName, type OptimizerShader, optimizers } from '../../shaders/optimizers.wgsl.ts';
import { OptionError } from '../errors.ts';
import { checkValue } from '../options/check.ts';
import {
  callback,
  either,
  type Fields,
  having,
  keyOf,
  list,
  number,
  oneOf,
  seed,
  size,
  tagged,
} from '../options/kinds.ts';
import { type Regularizer, regularizerKind } from '../units/regularizer.ts';
import { FLOAT32_MAX } from './data.ts';
import { huber, type LossEquation, type LossName, losses, lossShader, type OwnLoss } from './losses.ts';

/** Hyper-parameters by name; those that are left out have PyTorch's defaults. */
type Hyper<Name extends OptimizerName> = { [Key in keyof (typeof optimizers)[Name]['hyper']]?: number };

/** An optimiser with its hyper-parameters: `{ name: 'adam', beta1: 0.8 }`. */
export type OptimizerOptions = { [Name in OptimizerName]: { name: Name } & Hyper<Name> }[OptimizerName];

/** Huber's loss, which turns from a square into a line at δ: `{ name: 'huber', delta: 0.5 }`. */
export interface HuberOptions {
  name: 'huber';
  /** Above 0. Default 1. */
  delta?: number;
}

/** What both engines have in common. */
export interface RecipeOptions {
  /** By name, Huber's with its δ, or one of your own: an equation, or WGSL. Default `'meanSquared'`. */
  loss?: LossName | HuberOptions | OwnLoss;
  /** Default `'adam'`; with hyper-parameters: `{ name: 'adam', beta1: 0.9 }`. */
  optimizer?: OptimizerName | OptimizerOptions;
  /** The penalty of each layer, from the first; null or missing: none. Units without a penalty ignore it. Default none. */
  regularizers?: readonly (Regularizer | null)[];
  /** Every element of the gradient, penalty included, is clipped to ± this before the optimiser. Default: not clipped. */
  clipGradient?: number;
}

const atLeast0 = number({ least: 0 });

/** The hyper-parameters of every optimiser, each a number of at least 0. */
const hyperFields = Object.fromEntries(
  Object.entries(optimizers).map(([name, { hyper }]) => [
    name,
    Object.fromEntries(Object.keys(hyper).map((key) => [key, atLeast0])),
  ]),
) as unknown as { readonly [Name in OptimizerName]: Fields<Hyper<Name>> };

export const optimizerKind = either(keyOf(optimizers), tagged<OptimizerOptions, 'name'>('name', hyperFields));

export const recipeFields: Fields<RecipeOptions> = {
  loss: either(
    keyOf(losses),
    either(
      either(
        having<LossEquation>('a loss of your own', 'mean', 'equation'),
        having<LossShader>('a loss of your own', 'mean', 'code'),
      ),
      tagged<HuberOptions, 'name'>('name', { huber: { delta: number({ above: 0 }) } }),
    ),
  ),
  optimizer: optimizerKind,
  regularizers: list(either(regularizerKind, oneOf(null))),
  clipGradient: number({ above: 0, infinite: true }),
};

export interface ResolvedRecipe {
  readonly loss: LossShader;
  readonly optimizer: OptimizerShader;
  /** Hyper-parameters in the order of the optimiser's struct. */
  readonly hyper: readonly number[];
  /** One per layer. */
  readonly regularizers: readonly (Regularizer | null)[];
  readonly clip: number;
}

/** Fills in the defaults of the common options, which were checked, for a model of `layers` layers. Throws OptionError. */
export function resolveRecipe(
  { loss = 'meanSquared', optimizer = 'adam', regularizers = [], clipGradient = FLOAT32_MAX }: RecipeOptions,
  layers: number,
): ResolvedRecipe {
  if (regularizers.length > layers) {
    throw new OptionError(`regularizers has ${regularizers.length} entries; the model has ${layers} layers`);
  }
  return {
    loss: resolveLoss(loss),
    ...resolveOptimizer(optimizer),
    regularizers: Array.from({ length: layers }, (_, index) => regularizers[index] ?? null),
    clip: Math.min(clipGradient, FLOAT32_MAX),
  };
}

/** A number, or a function of the step (from 0). */
export type LearningRate = number | ((step: number) => number);

/** How one model is trained on rows of data. */
export interface TrainingOptions extends RecipeOptions {
  /** A number, or a function of the step (from 0). Default 1e-3. */
  learningRate?: LearningRate;
  /**
   * Rows per step. Default `'full'`: all of them. With fewer, the rows are shuffled anew each epoch; every batch is
   * full, so that one which reaches the end of an epoch goes on with rows of the next.
   */
  batch?: number | 'full';
  /** Seed of the shuffling and of units that draw random numbers, an unsigned 32-bit integer. Default 0. */
  seed?: number;
}

export const rateKind = number({ least: 0 });

export const trainingFields: Fields<TrainingOptions> = {
  ...recipeFields,
  learningRate: either(rateKind, callback<(step: number) => number>()),
  batch: either(size, oneOf('full')),
  seed,
};

export interface ResolvedTraining extends ResolvedRecipe {
  readonly batch: number;
  readonly seed: number;
  readonly rate: (step: number) => number;
}

/** Fills in the defaults of `options`, which were checked, for `rows` rows and a model of `layers` layers. Throws OptionError. */
export function resolveTraining(options: TrainingOptions, rows: number, layers: number): ResolvedTraining {
  const { batch: wanted = 'full', seed = 0, learningRate = 1e-3 } = options;
  const batch = wanted === 'full' ? rows : wanted;
  if (batch > rows) throw new OptionError(`batch is ${batch}, but the data has only ${rows} rows`);
  const waiting =
    options.regularizers?.findIndex((penalty) => penalty?.schedule.kind === 'whileAccurate') ?? -1;
  if (waiting >= 0) {
    throw new OptionError(
      `regularizers[${waiting}] waits for a validation error (schedule whileAccurate), which the training of one model ` +
        'does not measure: use another schedule, or trainEnsemble with a validation set among those to evaluate',
    );
  }
  return { batch, seed, rate: resolveRate(learningRate), ...resolveRecipe(options, layers) };
}

const resolveLoss = (loss: NonNullable<RecipeOptions['loss']>): LossShader => {
  if (typeof loss === 'string') return lossShader(losses[loss]);
  return lossShader('name' in loss ? huber(loss.delta ?? 1) : loss);
};

function resolveOptimizer(wanted: NonNullable<RecipeOptions['optimizer']>) {
  const { name, ...given } = typeof wanted === 'string' ? { name: wanted } : wanted;
  const optimizer: OptimizerShader = optimizers[name];
  return { optimizer, hyper: Object.values({ ...optimizer.hyper, ...given }) };
}

function resolveRate(rate: LearningRate): (step: number) => number {
  if (typeof rate === 'number') return () => rate;
  return (step) => checkValue(rateKind, rate(step), `learningRate at step ${step}`);
}
