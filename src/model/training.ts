/** How models are trained: what both engines are asked for, and the same checked and resolved. */

import { type LossName, type LossShader, losses } from '../../shaders/losses.wgsl.ts';
import { type OptimizerName, type OptimizerShader, optimizers } from '../../shaders/optimizers.wgsl.ts';
import { OptionError } from '../errors.ts';
import type { Regularizer, Schedule } from '../units/regularizer.ts';
import { FLOAT32_MAX, type Rows } from './data.ts';
import { checkSeed, checkSize } from './description.ts';

/** What both engines have in common. */
export interface RecipeOptions {
  /** Default `'meanSquared'`. */
  loss?: LossName;
  /** Default `'adam'`; with hyper-parameters: `{ name: 'adam', beta1: 0.9 }`. */
  optimizer?: OptimizerName | ({ name: OptimizerName } & Record<string, number | string>);
  /** The penalty of each layer, from the first; null or missing: none. Units without a penalty ignore it. Default none. */
  regularizers?: readonly (Regularizer | null)[];
  /** Every element of the gradient, penalty included, is clipped to ± this before the optimiser. Default: not clipped. */
  clipGradient?: number;
}

export interface ResolvedRecipe {
  readonly loss: LossShader;
  readonly optimizer: OptimizerShader;
  /** Hyper-parameters in the order of the optimiser's struct. */
  readonly hyper: readonly number[];
  /** One per layer. */
  readonly regularizers: readonly (Regularizer | null)[];
  readonly clip: number;
}

/** Checks the common options for a model of `layers` layers and fills in the defaults. Throws OptionError. */
export function resolveRecipe(options: RecipeOptions, layers: number): ResolvedRecipe {
  const loss = pick<LossShader>('loss', losses, options.loss ?? 'meanSquared');
  const { optimizer, hyper } = resolveOptimizer(options.optimizer ?? 'adam');
  const regularizers = resolveRegularizers(options.regularizers ?? [], layers);
  const clip = options.clipGradient ?? FLOAT32_MAX;
  if (typeof clip !== 'number' || !(clip > 0)) {
    throw new OptionError(`clipGradient is ${String(clip)}; it must be a number above 0`);
  }
  return { loss, optimizer, hyper, regularizers, clip: Math.min(clip, FLOAT32_MAX) };
}

export interface TrainingOptions extends RecipeOptions {
  /** Inputs, one row each. */
  x: Rows;
  /** Targets, one row each. */
  y: Rows;
  /** A number, or a function of the step (from 0). Default 1e-3. */
  learningRate?: number | ((step: number) => number);
  /**
   * Rows per step. Default `'full'`: all of them. With fewer, the rows are shuffled anew each epoch; every batch is
   * full, so that one which reaches the end of an epoch goes on with rows of the next.
   */
  batch?: number | 'full';
  /** Seed of the shuffling and of units that draw random numbers, an unsigned 32-bit integer. Default 0. */
  seed?: number;
}

export interface ResolvedTraining extends ResolvedRecipe {
  readonly batch: number;
  readonly seed: number;
  readonly rate: (step: number) => number;
}

/** Checks `options` for `rows` rows of data and a model of `layers` layers, and fills in the defaults. Throws OptionError. */
export function resolveTraining(
  options: Omit<TrainingOptions, 'x' | 'y'>,
  rows: number,
  layers: number,
): ResolvedTraining {
  const batch = options.batch === undefined || options.batch === 'full' ? rows : options.batch;
  checkSize('batch', batch);
  if (batch > rows) throw new OptionError(`batch is ${batch}, but the data has only ${rows} rows`);
  const seed = options.seed ?? 0;
  checkSeed('seed', seed);
  const rate = resolveRate(options.learningRate ?? 1e-3);
  return { batch, seed, rate, ...resolveRecipe(options, layers) };
}

function pick<T>(what: string, known: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(known, name) ? known[name] : undefined;
  if (!found) throw new OptionError(`there is no ${what} '${name}'; known: ${Object.keys(known).join(', ')}`);
  return found;
}

function resolveOptimizer(wanted: NonNullable<TrainingOptions['optimizer']>) {
  const { name, ...given } = typeof wanted === 'string' ? { name: wanted } : wanted;
  const optimizer = pick<OptimizerShader>('optimizer', optimizers, name);
  const values: Record<string, number> = { ...optimizer.hyper };
  for (const [key, value] of Object.entries(given)) {
    if (!(key in values)) {
      throw new OptionError(
        `${name} has no hyper-parameter '${key}'; it has: ${Object.keys(optimizer.hyper).join(', ')}`,
      );
    }
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) {
      throw new OptionError(`optimizer.${key} is ${String(value)}; it must be a finite number of at least 0`);
    }
    values[key] = value;
  }
  return { optimizer, hyper: Object.values(values) };
}

function resolveRegularizers(given: readonly (Regularizer | null)[], layers: number): (Regularizer | null)[] {
  if (given.length > layers) {
    throw new OptionError(`regularizers has ${given.length} entries; the model has ${layers} layers`);
  }
  return Array.from({ length: layers }, (_, index) => {
    const regularizer = given[index] ?? null;
    if (regularizer && !Number.isFinite(regularizer.strength)) {
      throw new OptionError(`regularizers[${index}].strength is ${regularizer.strength}; it must be finite`);
    }
    if (regularizer) checkSchedule(`regularizers[${index}].schedule`, regularizer.schedule);
    return regularizer;
  });
}

function resolveRate(rate: number | ((step: number) => number)): (step: number) => number {
  const check = (value: number, where: string): number => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    throw new OptionError(
      `learningRate is ${String(value)}${where}; it must be a finite number of at least 0`,
    );
  };
  if (typeof rate === 'function') return (step) => check(rate(step), ` at step ${step}`);
  check(rate, '');
  return () => rate;
}

/** The numbers that each kind of schedule needs. */
const scheduleFields: Readonly<Record<Schedule['kind'], readonly string[]>> = {
  constant: [],
  linear: ['start', 'end'],
  staircase: ['first', 'factor', 'every'],
  whileAccurate: ['after', 'error'],
};

function checkSchedule(where: string, schedule: Schedule): void {
  const kind = schedule?.kind;
  const fields = Object.hasOwn(scheduleFields, String(kind)) ? scheduleFields[kind] : undefined;
  if (!fields) {
    const known = Object.keys(scheduleFields).join(', ');
    throw new OptionError(`${where}.kind is '${String(kind)}'; known schedules: ${known}`);
  }
  for (const field of fields) {
    const value = (schedule as unknown as Record<string, unknown>)[field];
    if (!Number.isFinite(value)) {
      throw new OptionError(`${where}.${field} is ${String(value)}; schedule ${kind} needs a finite number`);
    }
  }
}
