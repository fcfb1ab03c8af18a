/** A believed formula with its constants as the noise has it, written with the digits that the rows bear. */

import { parametrize } from '../expression/columns.ts';
import { evaluate } from '../expression/evaluate.ts';
import { constant, type Expression, type Formula, replaceLeaves } from '../expression/tree.ts';
import { minimize } from '../formula/least-squares.ts';
import { type Candidate, candidateOf, type PartedRows } from './candidate.ts';
import { columnsOf, refitOf, settled, weightedErrors } from './refit.ts';

/** Rounding a constant may raise the sum of squares by as much as half its standard error does. */
const ROUNDING = 0.25;
const MOST_DIGITS = 12;
/** A weighted error of this size is rounding. */
const EXACT = 1e-13;

interface Refitted {
  readonly expression: Expression;
  /** Sum of the weighted squares. */
  readonly error: number;
}

/** A value for a constant, and by how much it may raise −2 log likelihood. */
interface Shorter {
  readonly value: number;
  readonly allowed: number;
}

/**
 * `candidate` with constants fitted to all rows by the weights that suit the noise; what it predicts of those held out is still what
 * the others say. A small whole number, a half or a quarter stands for a constant where that costs less likelihood than it saves
 * (Rissanen, 1978); others are rounded by at most half their standard error. The candidate itself where nothing can be fitted.
 */
export function polished(candidate: Candidate, rows: PartedRows): Candidate {
  const refit = refitOf(candidate, rows);
  if (!refit) return candidate;
  const { x, y, weights } = refit;
  const n = y.length;
  const columns = columnsOf(x, rows.inputs.length);
  const refitted = (expression: Expression): Refitted | undefined => {
    const parametrized = parametrize(expression);
    const { start, withConstants } = parametrized;
    const found = minimize(weightedErrors(parametrized, columns, y, weights), start);
    return found && { expression: withConstants(found.parameters), error: found.error };
  };
  /** The first of the shorter values for one constant that the rows bear. */
  const tried = (before: Refitted, at: number, shorter: readonly Shorter[]): Refitted | undefined => {
    for (const { value, allowed } of shorter) {
      const after = refitted(withFixed(before.expression, at, value));
      // What was given up before does not allow for more.
      if (after && after.error <= before.error + allowed * noise + n * EXACT ** 2)
        return { expression: after.expression, error: Math.max(before.error, after.error) };
    }
    return undefined;
  };
  const start = refitted(refit.whole);
  if (!start) return candidate;
  const noise = start.error / Math.max(1, n - refit.constants);
  let best: Refitted = start;
  for (const near of [(value: number) => simple(value, n), rounded]) {
    let skipped = 0;
    for (;;) {
      const value = parametrize(best.expression).start[skipped];
      if (value === undefined) break;
      const fixed = tried(best, skipped, near(value));
      if (fixed) best = fixed;
      else skipped += 1;
    }
  }
  try {
    const own: Formula = { ...candidate.formula, expressions: [refit.inner] };
    const predicted = rows.folds ? candidate.predicted : evaluate(own, rows.outside.x);
    return candidateOf(settled(best.expression), rows, candidate, predicted);
  } catch {
    return candidate; // a constant that cannot be written
  }
}

/** Whole numbers, halves and quarters near `value`: each saves a constant that `rows` rows had to tell, less what it takes to say it. */
const simple = (value: number, rows: number): Shorter[] =>
  [1, 2, 4].flatMap((part) => {
    const whole = Math.round(part * value);
    const allowed = Math.log(rows) - 2 * Math.log((1 + Math.abs(whole)) * part);
    return whole !== 0 && allowed > ROUNDING ? [{ value: whole / part, allowed }] : [];
  });

const rounded = (value: number): Shorter[] =>
  Array.from({ length: MOST_DIGITS }, (_, k) => ({
    value: Number(value.toPrecision(k + 1)),
    allowed: ROUNDING,
  }));

/** With the free constant that comes `at` places after the first, from left to right, fixed at `value`. */
function withFixed(expression: Expression, at: number, value: number): Expression {
  let seen = 0;
  return replaceLeaves(expression, (leaf) =>
    leaf.kind === 'constant' && leaf.free && seen++ === at ? constant(value) : leaf,
  );
}
