/**
 * @file Quantiles and special functions for 95 % intervals, in float64.
 *
 * jstat has them in one small package without dependencies that works synchronously everywhere; the same functions of
 * @stdlib bring 165 to 239 packages, and cephes is WebAssembly, to be awaited and forbidden by strict page policies.
 * The two functions it lacks are differences which, computed from ln Γ and ψ, would lose all digits for large z.
 */

import jstat from 'jstat';

/** z₀.₉₇₅ of the normal distribution, 1.959964. */
export const Z_95 = jstat.normal.inv(0.975, 0, 1);

/** Half of χ²₁(0.95), 1.9207: how far the log-likelihood falls from its maximum to the ends of a 95 % interval. */
export const DROP_95 = jstat.chisquare.inv(0.95, 1) / 2;

/** t₀.₉₇₅ of Student's distribution. */
export const t95 = (freedom: number): number => jstat.studentt.inv(0.975, freedom);

/** ln Γ(z) − z ln z + z for z > 0; where Stirling's series is exact to 1e-13 it is used (DLMF 5.11.1). */
export function gammalnRest(z: number): number {
  if (z < 15) return jstat.gammaln(z) - z * Math.log(z) + z;
  const w = 1 / (z * z);
  return 0.5 * Math.log((2 * Math.PI) / z) + (1 / 12 - w * (1 / 360 - w * (1 / 1260 - w / 1680))) / z;
}

/** ln z − ψ(z) for z > 0, by recurrence (DLMF 5.5.2) up to where the asymptotic series is exact (DLMF 5.11.2). */
export function logMinusDigamma(z: number): number {
  let sum = 0;
  let x = z;
  for (; x < 12; x++) sum += 1 / x - Math.log1p(1 / x);
  const w = 1 / (x * x);
  const tail = w * (1 / 12 - w * (1 / 120 - w * (1 / 252 - w * (1 / 240 - w / 132))));
  return sum + 1 / (2 * x) + tail;
}

/** δ − ln(1 + δ) for δ > −1: what a ratio 1 + δ adds to a divergence. Never negative, exact near 0. */
export function divergence(delta: number): number {
  if (Math.abs(delta) < 1e-4) return delta * delta * (1 / 2 - delta * (1 / 3 - delta * (1 / 4 - delta / 5)));
  return delta - Math.log1p(delta);
}
