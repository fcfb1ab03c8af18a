/**
 * @file The three figures of the benchmarks, each with its 95 % interval: success rate, solved at, sparsity error; as in
 * Madsen & Johansen, 'Neural Arithmetic Units' (ICLR 2020), appendix, but for the corrections named below.
 */

import jstat from 'jstat';
import { DataError, OptionError } from '../errors.ts';
import { checkValue } from '../options/check.ts';
import { numbers } from '../options/kinds.ts';
import { betaMean, gammaMean, type Interval } from './profile.ts';
import { t95, Z_95 } from './special.ts';

/** Share of models that succeeded, with its interval. */
export interface SuccessRate {
  readonly rate: number;
  readonly ci: Interval;
}

/** Steps after which models had solved their task, with the interval of the mean. */
export interface SolvedAt {
  /** `null` without values. */
  readonly median: number | null;
  /** `null` without values. */
  readonly mean: number | null;
  /** Of the mean; `null` with fewer than two values. */
  readonly ci: Interval | null;
}

/** Sparsity errors of several models, with the interval of the mean. */
export interface SparsityErrors {
  /** `null` without values. */
  readonly mean: number | null;
  /** Of the mean; `null` with fewer than two values. */
  readonly ci: Interval | null;
}

/**
 * Share of successes with Wilson's interval (1927), for p = k/n and z = 1.959964:
 * (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 */
export function successRate(successes: number, n: number): SuccessRate {
  if (!(Number.isSafeInteger(n) && n >= 1)) {
    throw new OptionError(`n is ${String(n)}; it must be a whole number of at least 1`);
  }
  if (!(Number.isInteger(successes) && successes >= 0 && successes <= n)) {
    throw new OptionError(`successes is ${String(successes)}; it must be a whole number from 0 to ${n}`);
  }
  const rate = successes / n;
  const z2 = Z_95 ** 2 / n;
  const center = (rate + z2 / 2) / (1 + z2);
  const half = Math.sqrt(z2 * (rate * (1 - rate) + z2 / 4)) / (1 + z2);
  return {
    rate,
    ci: [successes === 0 ? 0 : center - half, successes === n ? 1 : center + half],
  };
}

/**
 * Median and mean of the steps at which models were solved.
 *
 * The mean is the sample mean, which is also the likeliest mean of a gamma distribution; its interval is the gamma
 * profile likelihood's. Where a gamma distribution cannot be fitted (sd ≤ 1e-5, or a zero among the values), it is
 * Student's, mean ± t₀.₉₇₅,ₙ₋₁ sd/√n, cut off at 0. The published code stops its optimiser early, so published means
 * are often not the sample mean; medians are comparable.
 */
export function solvedAt(steps: ArrayLike<number>): SolvedAt {
  const values = check('steps', steps);
  if (values.length === 0) return { median: null, mean: null, ci: null };
  const mean = jstat.mean(values);
  const median = jstat.median(values);
  if (values.length === 1) return { median, mean, ci: null };
  const fits = jstat.stdev(values, true) > 1e-5 && values.every((value) => value > 0);
  return {
    median,
    mean,
    ci: fits ? gammaMean(values).ci : studentInterval(values, Number.POSITIVE_INFINITY),
  };
}

/** The largest a sparsity error can be while no weight is beyond ±1.5. */
const LARGEST = 0.5;

/** Beta densities are infinite or zero at their ends, so values keep this distance from them, as published. */
const MARGIN = 1e-16;

/**
 * Mean of sparsity errors, each min(|W|, |1 − |W||) of one model's worst weight, by a beta distribution on [0, 0.5]: the
 * likeliest mean, with the profile likelihood's interval; the sample mean with Student's interval cut off at 0 and 0.5
 * where the values hardly differ (sd ≤ 1e-10). Values beyond 0.5 count as 0.5, as published.
 *
 * A beta distribution is one on [0, 1], so the values are doubled before and the results halved after. The published
 * code leaves out the doubling, and so the means and intervals that it took from the beta distribution are half of what
 * they should be; compare with twice the published figure.
 */
export function sparsityErrors(errors: ArrayLike<number>): SparsityErrors {
  const values = check('errors', errors).map((value) => Math.min(value, LARGEST));
  if (values.length === 0) return { mean: null, ci: null };
  const mean = jstat.mean(values);
  if (values.length === 1) return { mean, ci: null };
  if (jstat.stdev(values, true) <= 1e-10) return { mean, ci: studentInterval(values, LARGEST) };
  const inside = values.map((value) => Math.min(Math.max(value, MARGIN), LARGEST - MARGIN));
  const fit = betaMean(inside.map((value) => value / LARGEST));
  return { mean: fit.mean * LARGEST, ci: [fit.ci[0] * LARGEST, fit.ci[1] * LARGEST] };
}

/** Student's interval of the mean, cut off at 0 and `highest`. */
function studentInterval(values: readonly number[], highest: number): Interval {
  const mean = jstat.mean(values);
  const half = (t95(values.length - 1) * jstat.stdev(values, true)) / Math.sqrt(values.length);
  return [Math.max(mean - half, 0), Math.min(mean + half, highest)];
}

function check(name: string, values: ArrayLike<number>): number[] {
  checkValue(numbers, values, name);
  return Array.from(values, (value, index) => {
    if (Number.isFinite(value) && value >= 0) return value;
    throw new DataError(`${name}[${index}] is ${String(value)}; it must be a finite number of at least 0`);
  });
}
