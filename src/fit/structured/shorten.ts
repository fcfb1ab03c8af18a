/** Constants and exponents with as few digits as the rows bear. */

import { type Fitted, marquardt, type Problem } from './marquardt.ts';
import { parametersOf, withFixedParameter } from './tree.ts';

/** Shorter numbers near `value`, the shortest first. */
function shorter(value: number): number[] {
  const parts = (of: readonly number[]) => of.map((part) => Math.round(part * value) / part);
  const simple = Math.abs(value) < 1000 ? parts([1, 2, 4]).filter((candidate) => candidate !== 0) : [];
  const digits = Array.from({ length: 15 }, (_, k) => Number(value.toPrecision(k + 1)));
  return [...simple, ...digits.slice(0, 6), ...parts([3, 6]), ...digits.slice(6)];
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
  let skipped = 0;
  for (;;) {
    const value = parametersOf(best.node)[skipped];
    if (value === undefined) return best;
    const allowed = best.error * (1 + Math.log(n) / n) + floor;
    let found: Fitted | undefined;
    for (const candidate of shorter(value)) {
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
