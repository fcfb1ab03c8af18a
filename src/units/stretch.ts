/** Schedules that were published for so many steps, for a training of another length. */

import { OptionError } from '../errors.ts';
import { checkValue, show } from '../options/check.ts';
import { number } from '../options/kinds.ts';
import type { Reinitialization } from './recipe.ts';
import { type Regularizer, regularizerKind, type Schedule } from './regularizer.ts';

/** What of a training depends on the step: a `Recipe`, the options of an ensemble and those of a model have these. */
export interface Scheduled {
  readonly regularizer?: Regularizer;
  readonly regularizers?: readonly (Regularizer | null)[];
  readonly reinitialization?: Reinitialization;
  /** Where it is a function of the step. */
  readonly learningRate?: unknown;
  readonly learningRateFactor?: (step: number) => number;
}

/**
 * `options` for a training that is `factor` times as long: every penalty, every reinitialization and every learning rate that is a
 * function comes at the same part of the way. Steps themselves, batches and log points are not of it. Throws OptionError
 * unless `factor` is above 0.
 */
export function stretchSchedules<T extends Scheduled>(options: T, factor: number): T {
  if (typeof options !== 'object' || options === null)
    throw new OptionError(`options are ${show(options)}; they must be options of a training, or a recipe`);
  checkValue(number({ above: 0 }), factor, 'factor');
  if (factor === 1) return options;
  const { regularizer, regularizers, reinitialization, learningRate, learningRateFactor } = options;
  for (const penalty of [regularizer, ...(regularizers ?? [])]) {
    if (penalty) checkValue(regularizerKind, penalty, 'a penalty');
  }
  const ofPenalty = (penalty: Regularizer): Regularizer => ({
    ...penalty,
    schedule: stretchSchedule(penalty.schedule, factor),
  });
  return {
    ...options,
    ...(regularizer && { regularizer: ofPenalty(regularizer) }),
    ...(regularizers && { regularizers: regularizers.map((penalty) => penalty && ofPenalty(penalty)) }),
    ...(reinitialization && { reinitialization: stretchReinitialization(reinitialization, factor) }),
    ...(typeof learningRate === 'function' && {
      learningRate: (step: number) => learningRate(step / factor),
    }),
    ...(learningRateFactor && {
      learningRateFactor: (step: number) => learningRateFactor(step / factor),
    }),
  };
}

function stretchSchedule(schedule: Schedule, factor: number): Schedule {
  switch (schedule.kind) {
    case 'constant':
      return schedule;
    case 'linear':
      return { ...schedule, start: schedule.start * factor, end: schedule.end * factor };
    case 'staircase':
      return { ...schedule, every: schedule.every * factor };
    case 'whileAccurate':
      return { ...schedule, after: schedule.after * factor };
  }
}

/** Whole numbers of at least 1. */
function stretchReinitialization(rule: Reinitialization, factor: number): Reinitialization {
  const stretch = (steps: number): number => Math.max(1, Math.round(steps * factor));
  return { ...rule, every: stretch(rule.every), history: stretch(rule.history) };
}
