/** How models are trained: what both engines are asked for, and the same checked and resolved. */

import type { LossShader } from '../../shaders/loss.ts';
import { type OptimizerName, type OptimizerShader, optimizers } from '../../shaders/optimizers.wgsl.ts';
import { OptionError } from '../errors.ts';
import { checkValue } from '../options/check.ts';
import {
  callback,
  either,
  type Fields,
  flag,
  having,
  type Kind,
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
import { equationKind, huber, type LossName, losses, lossShader, type OwnLoss, rowLosses } from './losses.ts';

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

/** A loss: by name, Huber's with its δ, or one of your own, an equation or WGSL. */
export type LossOption = LossName | HuberOptions | OwnLoss;

/** What both engines have in common. */
export interface RecipeOptions {
  /** By name, Huber's with its δ, or one of your own: an equation, or WGSL. Default `'meanSquared'`. */
  loss?: LossOption;
  /** Default `'adam'`; with hyper-parameters: `{ name: 'adam', beta1: 0.9 }`. */
  optimizer?: OptimizerName | OptimizerOptions;
  /** The penalty of each layer, from the first; null or missing: none. Units without a penalty ignore it. Default none. */
  regularizers?: readonly (Regularizer | null)[];
  /** Every element of the gradient, penalty included, is clipped to ± this before the optimiser. Default: not clipped. */
  clipGradient?: number;
  /**
   * The gradient of all parameters of a model together, penalty included, is scaled down to this Euclidean norm where it is larger
   * (Pascanu, Mikolov and Bengio, 2013, arXiv:1211.5063, algorithm 1); after `clipGradient`, if both are given. Default: it is not.
   */
  clipGradientNorm?: number;
}

const atLeast0 = number({ least: 0, most: FLOAT32_MAX });

/** The share of a running mean that is kept: with 1 it would never change. */
const share = number({ least: 0, below: 1 });
const shares = new Set(['beta1', 'beta2', 'rho', 'momentum']);

/** The hyper-parameters of every optimiser. */
const hyperFields = Object.fromEntries(
  Object.entries(optimizers).map(([name, { hyper }]) => [
    name,
    Object.fromEntries(Object.keys(hyper).map((key) => [key, shares.has(key) ? share : atLeast0])),
  ]),
) as unknown as { readonly [Name in OptimizerName]: Fields<Hyper<Name>> };

export const optimizerKind = either(keyOf(optimizers), tagged<OptimizerOptions, 'name'>('name', hyperFields));

export const lossKind: Kind<LossOption> = either(
  keyOf({ ...losses, ...rowLosses }),
  either(
    either(equationKind, having<LossShader>('WGSL { mean, code }', 'mean', 'code')),
    tagged<HuberOptions, 'name'>('name', { huber: { delta: number({ above: 0 }) } }),
  ),
);

export const recipeFields: Fields<RecipeOptions> = {
  loss: lossKind,
  optimizer: optimizerKind,
  regularizers: list(either(regularizerKind, oneOf(null))),
  clipGradient: number({ above: 0, infinite: true }),
  clipGradientNorm: number({ above: 0, infinite: true }),
};

export interface ResolvedRecipe {
  readonly loss: LossShader;
  readonly optimizer: OptimizerShader;
  /** Hyper-parameters in the order of the optimiser's struct. */
  readonly hyper: readonly number[];
  /** One per layer. */
  readonly regularizers: readonly (Regularizer | null)[];
  readonly clip: number;
  /** Bound of the gradient's norm; undefined: there is none. */
  readonly clipNorm: number | undefined;
}

/** Fills in the defaults of the common options, which were checked, for a model of `layers` layers. Throws OptionError. */
export function resolveRecipe(options: RecipeOptions, layers: number): ResolvedRecipe {
  const { loss = 'meanSquared', optimizer = 'adam', regularizers = [] } = options;
  const { clipGradient = FLOAT32_MAX, clipGradientNorm = Number.POSITIVE_INFINITY } = options;
  checkLayers('regularizers', regularizers, layers);
  return {
    loss: resolveLoss(loss),
    ...resolveOptimizer(optimizer),
    regularizers: Array.from({ length: layers }, (_, index) => regularizers[index] ?? null),
    clip: Math.min(clipGradient, FLOAT32_MAX),
    clipNorm: clipGradientNorm > FLOAT32_MAX ? undefined : clipGradientNorm,
  };
}

/** Throws OptionError where a list has entries for more layers than there are. */
function checkLayers(name: string, list: readonly unknown[], layers: number): void {
  if (list.length <= layers) return;
  throw new OptionError(`${name} has ${list.length} entries; the model has ${layers} layers`);
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
  /**
   * Strength of an L1 penalty, λ Σ |θ| over the raw parameters, of every layer or of each: its gradient λ sign θ is added before
   * clipping; the losses that are reported are without it. Default none. Decay of weights: the optimiser `'adamw'`.
   */
  l1?: number | readonly number[];
  /** Whether each layer is trained, from the first; missing: it is. Others keep their parameters to the bit. Default: all. */
  trainable?: readonly boolean[];
}

export const rateKind = number({ least: 0, most: FLOAT32_MAX });

export const trainingFields: Fields<TrainingOptions> = {
  ...recipeFields,
  learningRate: either(rateKind, callback<(step: number) => number>()),
  batch: either(size, oneOf('full')),
  seed,
  l1: either(atLeast0, list(atLeast0)),
  trainable: list(flag),
};

export interface ResolvedTraining extends ResolvedRecipe {
  readonly batch: number;
  readonly seed: number;
  readonly rate: (step: number) => number;
  /** One per layer each. */
  readonly l1: readonly number[];
  readonly trainable: readonly boolean[];
}

/** Fills in the defaults of `options`, which were checked, for `rows` rows and a model of `layers` layers. Throws OptionError. */
export function resolveTraining(options: TrainingOptions, rows: number, layers: number): ResolvedTraining {
  const { batch: wanted = 'full', seed = 0, learningRate = 1e-3, l1 = 0, trainable = [] } = options;
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
  if (typeof l1 !== 'number') checkLayers('l1', l1, layers);
  checkLayers('trainable', trainable, layers);
  const ofLayers = <T>(of: (index: number) => T) => Array.from({ length: layers }, (_, index) => of(index));
  const trained = ofLayers((index) => trainable[index] ?? true);
  if (!trained.includes(true))
    throw new OptionError('trainable is false for every layer; train at least one');
  return {
    batch,
    seed,
    rate: resolveRate(learningRate),
    l1: ofLayers((index) => (typeof l1 === 'number' ? l1 : (l1[index] ?? 0))),
    trainable: trained,
    ...resolveRecipe(options, layers),
  };
}

/** The WGSL of a loss that was checked. */
export const resolveLoss = (loss: LossOption): LossShader => {
  if (typeof loss === 'string')
    return loss in rowLosses
      ? rowLosses[loss as keyof typeof rowLosses]
      : lossShader(losses[loss as keyof typeof losses]);
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
