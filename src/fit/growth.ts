/** Whether a formula leaves more outside the range than inside: what bends with the data does, a law does not. */

import type { PartedRows } from './candidate.ts';
import { policy } from './policy.ts';
import type { Refit } from './refit.ts';

/**
 * Chow's test (1960): with the constants that fit the rows inside, those outside may be off by their noise and by what the rows
 * inside leave open of the constants. If the law is one and the same, the sum of squares of the fit to all rows exceeds that of the fit
 * to the rows inside by no more than noise, row by row. In folds, rows that were left out are compared with the others.
 */
export function grows(
  { inside, outside, chow, insideRows, outsideRows, constants }: Refit,
  { folds }: PartedRows,
): boolean {
  if (folds) return Math.sqrt(outside / inside) > policy.mostGrowth;
  const freedom = Math.max(1, insideRows - constants);
  const noise = (inside * insideRows) / freedom;
  return (
    Math.sqrt(chow / noise) > mostGrowth(freedom, outsideRows) ||
    Math.sqrt(outside / noise) > policy.mostExtrapolated
  );
}

/** Quantile of the normal distribution for one chance in a hundred, as the policy has it. */
const QUANTILE = 2.33;

/**
 * How large the root of that ratio may be by chance: the root of the quantile of F with so many degrees of freedom, of which log F
 * is nearly normal with variance 2/n + 2/m (Fisher, 1924). Noise whose tails are heavier than normal, as it is in tables, widens it.
 */
const mostGrowth = (inside: number, outside: number): number =>
  Math.min(
    policy.mostGrowth,
    Math.exp((QUANTILE / 2) * Math.sqrt(policy.tails * (2 / inside + 2 / outside))),
  );
