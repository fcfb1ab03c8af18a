/**
 * @file Profile-likelihood intervals for the mean of a gamma and of a beta distribution.
 *
 * Both densities have a mean, here as a parameter θ on a scale without bounds, and a shape s. The log-likelihood per
 * value is, but for a constant,
 *
 *     ℓ(θ, s) = A(θ, s) − s·c(θ)
 *
 * where c ≥ 0 is the mean divergence of the values from θ. For each θ one shape is the likeliest, the root of
 * s·∂A/∂s = s·c; the left side falls from 1 to 1/2, so the root is between 1/(2c) and 1/c. With it, ℓ is a function of θ
 * alone, the profile, and the interval is where it is within χ²₁(0.95)/(2n) of its maximum.
 */

import { findRoot, findRootBeyond } from './root.ts';
import { DROP_95, divergence, gammalnRest, logMinusDigamma } from './special.ts';

/** Ends of a 95 % interval. */
export type Interval = readonly [low: number, high: number];

export interface MeanEstimate {
  readonly mean: number;
  readonly ci: Interval;
}

interface Family {
  /** c(θ) */
  divergence(theta: number): number;
  /** A(θ, s) */
  rest(theta: number, shape: number): number;
  /** s·∂A/∂s */
  scaledDerivative(theta: number, shape: number): number;
}

/** Beyond, e^θ leaves float64. */
const LIMIT = 700;

const mean = (values: readonly number[], f: (value: number) => number): number =>
  values.reduce((sum, value) => sum + f(value), 0) / values.length;

function shapeAt({ divergence, scaledDerivative }: Family, theta: number): number {
  const c = divergence(theta);
  // A little wider than the bounds, which hold up to rounding.
  return findRoot((shape) => scaledDerivative(theta, shape) - shape * c, 0.49 / c, 1.01 / c);
}

/** The interval of θ; `best` has the maximum and `step` is about as far from it as the ends. */
function interval(family: Family, best: number, step: number, count: number): Interval {
  const profile = (theta: number): number => {
    const shape = shapeAt(family, theta);
    return family.rest(theta, shape) - shape * family.divergence(theta);
  };
  const lowest = profile(best) - DROP_95 / count;
  const below = (theta: number): number => lowest - profile(theta);
  return [findRootBeyond(below, best, -step, LIMIT), findRootBeyond(below, best, step, LIMIT)];
}

/**
 * Mean of a gamma distribution fitted to `values` (positive, not all equal).
 *
 * Density k^k x^(k−1) e^(−kx/μ) / (μ^k Γ(k)), so with θ = ln(μ/x̄): c = (e^−θ − 1 + θ) + ln x̄ − mean ln x and
 * A = k ln k − k − ln Γ(k). The likeliest mean is x̄ for every k.
 */
export function gammaMean(values: readonly number[]): MeanEstimate {
  const center = mean(values, (x) => x);
  const spread = mean(values, (x) => ratioDivergence(x, center, x - center));
  const family: Family = {
    divergence: (theta) => {
      const moved = Math.expm1(-theta);
      return (moved < -0.5 ? moved + theta : divergence(moved)) + spread;
    },
    rest: (_theta, shape) => -gammalnRest(shape),
    scaledDerivative: (_theta, shape) => shape * logMinusDigamma(shape),
  };
  const step = Math.sqrt((2 * DROP_95) / (values.length * shapeAt(family, 0)));
  const [low, high] = interval(family, 0, step, values.length);
  return { mean: center, ci: [center * Math.exp(low), center * Math.exp(high)] };
}

/**
 * Mean of a beta distribution fitted to `values` (inside (0, 1), not all equal).
 *
 * Density x^(ms−1) (1−x)^((1−m)s−1) / B(ms, (1−m)s), so with θ = ln(m/(1−m)): c is the mean Kullback–Leibler divergence
 * of the coin x from the coin m. The likeliest mean is where ∂ℓ/∂θ is 0; it is close to x̄ but not x̄.
 */
export function betaMean(values: readonly number[]): MeanEstimate {
  const m0 = mean(values, (x) => x);
  const q0 = 1 - m0;
  const spreadM = mean(values, (x) => ratioDivergence(x, m0, x - m0));
  const spreadQ = mean(values, (x) => ratioDivergence(1 - x, q0, m0 - x));
  const family: Family = {
    divergence: (theta) => {
      const [m, q] = shares(theta);
      const moved = m * ratioDivergence(m0, m, m0 - m) + q * ratioDivergence(q0, q, m - m0);
      return moved + m * spreadM + q * spreadQ;
    },
    rest: (theta, shape) => {
      const [m, q] = shares(theta);
      return gammalnRest(shape) - gammalnRest(m * shape) - gammalnRest(q * shape);
    },
    scaledDerivative: (theta, shape) => {
      const [m, q] = shares(theta);
      const parts = m * logMinusDigamma(m * shape) + q * logMinusDigamma(q * shape);
      return shape * (parts - logMinusDigamma(shape));
    },
  };
  const theta0 = Math.log(m0 / q0);
  const gradient = (theta: number): number => {
    const [m, q] = shares(theta);
    const shape = shapeAt(family, theta);
    const skew = logMinusDigamma(m * shape) - logMinusDigamma(q * shape);
    return theta0 - theta - spreadM + spreadQ + skew;
  };
  const step = Math.sqrt((2 * DROP_95) / (values.length * m0 * q0 * (shapeAt(family, theta0) + 1)));
  const uphill = gradient(theta0);
  const best =
    uphill > 0
      ? findRootBeyond((theta) => -gradient(theta), theta0, step, LIMIT)
      : findRootBeyond(gradient, theta0, -step, LIMIT);
  const [low, high] = interval(family, best, step, values.length);
  return { mean: shares(best)[0], ci: [shares(low)[0], shares(high)[0]] };
}

/** m and 1 − m at θ = ln(m/(1 − m)). */
const shares = (theta: number): [number, number] => [1 / (1 + Math.exp(-theta)), 1 / (1 + Math.exp(theta))];

/** x/of − 1 − ln(x/of), given x − of. */
function ratioDivergence(x: number, of: number, difference: number): number {
  const ratio = x / of;
  // Near 0 the logarithm wants the numbers themselves, near 1 their difference.
  return ratio < 0.5 ? ratio - 1 - (Math.log(x) - Math.log(of)) : divergence(difference / of);
}
