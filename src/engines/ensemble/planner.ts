/** Cuts the work of an ensemble into submits of about the same time, by what the last ones took. */

import { createPacer, type Pacer } from '../../gpu/pacing.ts';

export interface SubmitSize {
  /** Models and steps of one submit. */
  readonly models: number;
  readonly steps: number;
}

export interface Planner extends Pick<Pacer, 'took'> {
  /** The next submits: `steps` at a time for all models, `models` of them in each submit. */
  plan(models: number, steps: number): SubmitSize;
  /** Models of the next submit where each is `work` that cannot be cut. */
  whole(models: number, work: number): number;
}

/** Steps below which a submit holds fewer models instead: loading and storing a model should cost little. */
const LEAST_STEPS = 16;

/**
 * Far below what watchdogs and people notice. Starts small and grows at most fourfold from one submit to the next, so that no
 * first submit of a slow kernel runs long.
 */
export function createPlanner({ target = 45, first = 256 } = {}): Planner {
  const pacer = createPacer({ target, first, most: Number.MAX_SAFE_INTEGER });
  return {
    plan(models, steps) {
      const fitting = Math.floor(pacer.size / models);
      if (fitting >= Math.min(LEAST_STEPS, steps)) return { models, steps: Math.min(fitting, steps) };
      const fewer = Math.min(LEAST_STEPS, steps);
      return { models: Math.max(1, Math.min(models, Math.floor(pacer.size / fewer))), steps: fewer };
    },
    whole: (models, each) => Math.max(1, Math.min(models, Math.floor(pacer.size / each))),
    took: pacer.took,
  };
}
