/** Whether a formula leaves more outside the range than inside: what bends with the data does, a law does not. */

import { rootMeanSquare } from './errors.ts';
import { policy } from './policy.ts';

/** What a formula predicts for some rows, and how far it is off. */
export interface Left {
  readonly predicted: Float64Array;
  readonly residuals: Float64Array;
}

/** Predictions below this share of their root mean square count as this large. */
const LEAST = 0.05;

/**
 * Root mean square of the residuals outside, relative to that inside; each residual relative to what is predicted where the
 * rows inside are likelier so.
 */
export function growthOf(inside: Left, outside: Left): number {
  const size = rootMeanSquare(inside.predicted) || 1;
  const least = (value: number) => Math.max(Math.abs(value), LEAST * size);
  const relative = ({ residuals, predicted }: Left) =>
    rootMeanSquare(residuals.map((value, row) => value / least(predicted[row] as number)));
  const logSizes = inside.predicted.reduce((sum, value) => sum + Math.log(least(value)), 0);
  const grows =
    Math.log(relative(inside)) + logSizes / inside.predicted.length <
    Math.log(rootMeanSquare(inside.residuals));
  return grows
    ? relative(outside) / relative(inside)
    : rootMeanSquare(outside.residuals) / rootMeanSquare(inside.residuals);
}

/** Quantile of the normal distribution for one chance in a hundred, as the policy has it. */
const QUANTILE = 2.33;

/**
 * How large that ratio may be by chance: the root of the quantile of F with so many rows in both parts, of which log F is nearly
 * normal with variance 2/n + 2/m (Fisher, 1924). Noise whose tails are heavier than normal, as it is in tables, widens it.
 */
export const mostGrowth = (inside: number, outside: number): number =>
  Math.min(
    policy.mostGrowth,
    Math.exp((QUANTILE / 2) * Math.sqrt(policy.tails * (2 / inside + 2 / outside))),
  );
