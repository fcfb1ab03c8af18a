/** How strongly a unit's penalty counts, and when. The penalty itself is in the unit's shader; this is data about it. */

import { needed, number, oneOf, options, tagged } from '../options/kinds.ts';

/** A factor between 0 and 1 that depends on the step. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** 0 until step `start`, then rising in a line to 1 at step `end`. */
  | { readonly kind: 'linear'; readonly start: number; readonly end: number }
  /** `first` at step 0, multiplied by `factor` at every positive multiple of `every`, never above 1. */
  | { readonly kind: 'staircase'; readonly first: number; readonly factor: number; readonly every: number }
  /** 1 after step `after` while the last known validation error is below `error`, else 0. */
  | { readonly kind: 'whileAccurate'; readonly after: number; readonly error: number };

/** A penalty on parameters that is added to the loss. */
export interface Regularizer {
  /** λ: what the penalty is multiplied by when the schedule is at 1. */
  readonly strength: number;
  /** Whether the penalty is a mean over each parameter tensor or a sum. */
  readonly reduction: 'mean' | 'sum';
  readonly schedule: Schedule;
}

const finite = needed(number());

const scheduleKind = tagged<Schedule, 'kind'>('kind', {
  constant: {},
  linear: { start: finite, end: finite },
  staircase: { first: finite, factor: finite, every: needed(number({ above: 0 })) },
  whileAccurate: { after: finite, error: finite },
});

/** What a penalty may be. */
export const regularizerKind = options<Regularizer>({
  fields: { strength: finite, reduction: needed(oneOf('mean', 'sum')), schedule: needed(scheduleKind) },
});

/** λ · s(step), in effect for the update of `step` (from 0). Without a `validationError` none is low enough. */
export function strengthAt(
  { strength, schedule }: Regularizer,
  step: number,
  validationError = Number.POSITIVE_INFINITY,
): number {
  switch (schedule.kind) {
    case 'constant':
      return strength;
    case 'linear': {
      const { start, end } = schedule;
      return strength * Math.max(0, Math.min(1, (step - start) / (end - start)));
    }
    case 'staircase': {
      const { first, factor, every } = schedule;
      return strength * Math.min(1, first * factor ** Math.floor(step / every));
    }
    case 'whileAccurate':
      return step > schedule.after && validationError < schedule.error ? strength : 0;
  }
}
