/** @file Where a function of one variable is zero. */

/**
 * A zero of the continuous `f` between `from` and `to`, where it has opposite signs, to the last bits; by Chandrupatla's
 * method (1997): inverse quadratic interpolation where that is sure to help, halving elsewhere.
 */
export function findRoot(f: (x: number) => number, from: number, to: number): number {
  let a = to;
  let b = from;
  let fa = f(a);
  let fb = f(b);
  if (fa === 0) return a;
  if (fb === 0) return b;
  if (fa > 0 === fb > 0) throw new RangeError(`no change of sign between ${from} and ${to}`);
  let share = 0.5;
  for (;;) {
    const x = a + share * (b - a);
    const fx = f(x);
    // The zero lies between a, the newest point, and b; c is the one before.
    let [c, fc] = [a, fa];
    if (fx > 0 !== fa > 0) [b, fb, c, fc] = [a, fa, b, fb];
    [a, fa] = [x, fx];
    const best = Math.abs(fa) < Math.abs(fb) ? a : b;
    const least = (2 * Number.EPSILON * Math.abs(best) + Number.MIN_VALUE) / Math.abs(b - a);
    if (fx === 0 || !(least < 0.5)) return fx === 0 ? x : best;
    const xi = (a - b) / (c - b);
    const phi = (fa - fb) / (fc - fb);
    const quadratic = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi;
    share = quadratic
      ? (fa / (fb - fa)) * (fc / (fb - fc)) + ((c - a) / (b - a)) * (fa / (fc - fa)) * (fb / (fc - fb))
      : 0.5;
    share = Math.min(Math.max(share, least), 1 - least);
  }
}

/**
 * The zero of `f` beyond `from`, where `f` is negative, in the direction of `step`; ±∞ if `f` is still negative
 * `limit` away.
 */
export function findRootBeyond(f: (x: number) => number, from: number, step: number, limit: number): number {
  let near = from;
  for (let width = step; Math.abs(width) < limit; width *= 2) {
    if (f(from + width) >= 0) return findRoot(f, near, from + width);
    near = from + width;
  }
  return Math.sign(step) * Number.POSITIVE_INFINITY;
}
