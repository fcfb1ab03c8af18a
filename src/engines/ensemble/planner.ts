/** Cuts the work of an ensemble into submits of about the same time, by what the last ones took. */

export interface Plan {
  /** Models and steps of one submit. */
  readonly models: number;
  readonly steps: number;
}

export interface Planner {
  /** The next submits: `steps` at a time for all models, `models` of them in each submit. */
  plan(models: number, steps: number): Plan;
  /** Models of the next submit where each is `work` that cannot be cut. */
  whole(models: number, work: number): number;
  /** Tells that a submit of `work` models × steps took `milliseconds`. */
  took(work: number, milliseconds: number): void;
}

/** Steps below which a submit holds fewer models instead: loading and storing a model should cost little. */
const LEAST_STEPS = 16;

/**
 * Aims at `target` ms per submit, far below what watchdogs and people notice. Starts small and grows at most fourfold from
 * one submit to the next, so that no first submit of a slow kernel runs long.
 */
export function createPlanner({ target = 45, first = 256 } = {}): Planner {
  let work = first;
  return {
    plan(models, steps) {
      const wanted = Math.floor(work / models);
      if (wanted >= Math.min(LEAST_STEPS, steps)) return { models, steps: Math.min(wanted, steps) };
      const fewer = Math.min(LEAST_STEPS, steps);
      return { models: Math.max(1, Math.min(models, Math.floor(work / fewer))), steps: fewer };
    },
    whole: (models, each) => Math.max(1, Math.min(models, Math.floor(work / each))),
    took(done, milliseconds) {
      const wanted = (target * done) / Math.max(milliseconds, 0.01);
      work = Math.max(1, Math.round(Math.min(wanted, 4 * Math.max(work, done))));
    },
  };
}
