/** How many random starts came to the same formula. */

import { evaluate } from '../expression/evaluate.ts';
import { scaleRows, unscaleRows } from '../formula/scaling.ts';
import { type Candidate, distance, type PartedRows } from './candidate.ts';
import type { Contender } from './contender.ts';
import type { TrainingRows } from './starts.ts';

/** A start this near to the formula on all rows, outside the range too, has found it; with noise, as near as that allows. */
const NEAR = 0.01;

/** Starts of all contenders whose predictions are those of `candidate`, inside the range and outside. */
export function agreement(
  { formula, outside }: Candidate,
  contenders: readonly Contender[],
  training: TrainingRows,
  { inputScaling, targetScaling }: PartedRows,
): number {
  const near = Math.max(NEAR, 2 * outside.rmsRelativeError);
  const parts = [training.x, training.heldOutX].map((x) => {
    const columns = unscaleRows(Float64Array.from(x), inputScaling);
    return { x, y: scaleRows(evaluate(formula, columns), [targetScaling]) };
  });
  return contenders.reduce(
    (sum, { starts }) =>
      sum +
      starts.trained.filter(
        (start) =>
          Number.isFinite(start.error) &&
          parts.every(({ x, y }) => distance(starts.predict(start, x), y) <= near),
      ).length,
    0,
  );
}
