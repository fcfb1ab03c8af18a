/** Constants and exponents with as few digits as the rows bear. */

import { type Fitted, marquardt, type Problem } from './marquardt.ts';
import { parametersOf, withFixedParameter } from './tree.ts';

/** Whole numbers, halves and quarters near `value`. */
const simple = (value: number): number[] =>
  Math.abs(value) < 1000
    ? [1, 2, 4].map((part) => Math.round(part * value) / part).filter((each) => each !== 0)
    : [];

/** Shorter numbers near `value`, the shortest first. */
function shorter(value: number): number[] {
  const digits = Array.from({ length: 15 }, (_, k) => Number(value.toPrecision(k + 1)));
  const parts = [3, 6].map((part) => Math.round(part * value) / part);
  return [...digits.slice(0, 6), ...parts, ...digits.slice(6)];
}

/** Steps of refitting after a number was fixed. */
const STEPS = 8;

/**
 * `fitted` with each constant as short as its error bears: giving one up is worth as much error as the criterion charges for
 * it, and an error of `floor` is as good as none. The others are refitted after each.
 */
export function shorten(fitted: Fitted, problem: Problem, floor: number): Fitted {
  const n = problem.y.length;
  let best = fitted;
  // All that are simple first: digits of one that is not would stand in their way.
  for (const candidates of [simple, shorter]) {
    let skipped = 0;
    for (;;) {
      const value = parametersOf(best.node)[skipped];
      if (value === undefined) break;
      const allowed = best.error * (1 + Math.log(n) / n) + floor;
      let found: Fitted | undefined;
      for (const candidate of candidates(value)) {
        const tried = marquardt(withFixedParameter(best.node, skipped, candidate), problem, {
          steps: STEPS,
          enough: floor / 100,
        });
        if (!tried || tried.error > allowed) continue;
        found = tried;
        break;
      }
      // The error that is allowed does not grow with what was given up before.
      if (found) best = { node: found.node, error: Math.max(found.error, fitted.error) };
      else skipped += 1;
    }
  }
  return best;
}
