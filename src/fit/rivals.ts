/** Other formulas that explain the rows about as well and say something else beyond them: then the rows do not decide. */

import type { Candidate, PartedRows } from './candidate.ts';
import { rootMeanSquare } from './errors.ts';
import { policy } from './policy.ts';
import { refitOf } from './refit.ts';

/**
 * The first of `others` that is no less likely than `candidate` by strong evidence (twice the policy's nats, since the criterion is
 * −2 log likelihood) and differs from it, in the middle of the rows of a range twice as wide, by a share of what it leaves. Both have
 * the constants that fit all rows.
 */
export function rivalOf(
  candidate: Candidate,
  others: readonly Candidate[],
  rows: PartedRows,
): Candidate | undefined {
  const own = refitOf(candidate, rows);
  if (!own) return undefined;
  const wide = widened(own.x, rows.inputs.length);
  const predicted = own.predict(wide);
  const most = policy.rival * rootMeanSquare(own.left);
  return others.find((other) => {
    const refit = refitOf(other, rows);
    if (!refit || refit.criterion >= own.criterion + 2 * policy.evidence) return false;
    const apart = refit.predict(wide).map((value, row) => {
      const difference = Math.abs(value - (predicted[row] as number)) * (own.weights[row] as number);
      return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    });
    return (apart.toSorted()[apart.length >> 1] as number) > most;
  });
}

/** The same rows in ranges twice as wide; columns that are above zero stay there. */
function widened(x: Float64Array, width: number): Float64Array {
  const low = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(width).fill(Number.NEGATIVE_INFINITY);
  x.forEach((value, at) => {
    const k = at % width;
    low[k] = Math.min(low[k] as number, value);
    high[k] = Math.max(high[k] as number, value);
  });
  return x.map((value, at) => {
    const [least, most] = [low[at % width] as number, high[at % width] as number];
    const wide = 2 * value - (least + most) / 2;
    return (least > 0 && wide <= 0) || (most < 0 && wide >= 0) ? value : wide;
  });
}

/** Why a formula is not believed beside `rival`. */
export const undecided = ({ text }: Candidate): string =>
  `the rows do not decide: ${text} fits them about as well and says something else where numbers are larger`;
