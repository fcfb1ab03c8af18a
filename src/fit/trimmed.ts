/**
 * Formulas without the few rows that contradict them: a slipped digit, a number that stands for a missing one. Constants are fitted to the
 * rows that are left, in turn with the choice of those (least trimmed squares: Rousseeuw, 1984), since one bad row draws a fit to itself.
 */

import { evaluate } from '../expression/evaluate.ts';
import type { Formula } from '../expression/tree.ts';
import { type Candidate, candidateOf, type PartedRows } from './candidate.ts';
import { rootMeanSquare } from './errors.ts';
import { leftOutBy } from './left-out.ts';
import { policy } from './policy.ts';
import { type Refit, refitOf, settled } from './refit.ts';
import { joined, pickRows, rowNumbers } from './rows.ts';

/** A candidate, the rows that it is to explain, and how likely that is. */
export interface Hypothesis {
  readonly candidate: Candidate;
  readonly rows: PartedRows;
  /** Places of rows that were set aside, in both parts, one after the other. */
  readonly setAside: readonly number[];
  /** Criterion of the formula on its rows, and what it takes to say the others: smaller is likelier. */
  readonly value: number;
}

/** All rows. */
export const whole = (candidate: Candidate, rows: PartedRows): Hypothesis => ({
  ...{ candidate, rows, setAside: [] },
  value: refitOf(candidate, rows)?.criterion ?? Number.POSITIVE_INFINITY,
});

const ROUNDS = 3;
/** Median errors that the largest must be, if it is worth a trial: of normal noise in a thousand rows it is five. */
const WORTH_IT = 7;
/** −log of the density of normal noise, in units of its deviation, on average: ½ log 2πe. */
const NORMAL = 1.42;

/** `candidate` without the rows that are far off, if those are few. */
export function trimmed(candidate: Candidate, rows: PartedRows): Hypothesis | undefined {
  if (rows.weights) return undefined;
  const { inside, outside, folds } = rows;
  const x = folds ? inside.x : joined(inside.x, outside.x);
  const y = folds ? inside.y : joined(inside.y, outside.y);
  const most = Math.max(1, Math.floor(policy.mostSetAside * y.length));
  const first = refitOf(candidate, rows);
  if (!first) return undefined;
  let off = errors(first, x, y);
  for (let round = 0; round < ROUNDS; round++) {
    const enough = WORTH_IT * middle(off);
    const far = largest(off, most).filter((row) => !((off[row] as number) <= enough));
    if (far.length === 0) return undefined;
    const refit = refitOf(...without(candidate, rows, far));
    if (!refit) return undefined;
    off = errors(refit, x, y);
  }
  const least = Math.max(policy.farOff * middle(off), policy.exact * rootMeanSquare(off));
  const far = rowNumbers(y.length).filter((row) => !((off[row] as number) <= least));
  if (far.length === 0 || far.length > most) return undefined;
  const [own, left] = without(candidate, rows, far);
  const refit = refitOf(own, left);
  if (!refit) return undefined;
  const held = folds
    ? leftOutBy(refit, left)
    : evaluate({ ...own.formula, expressions: [refit.inner] }, left.outside.x);
  if (!held) return undefined;
  try {
    const fitted = candidateOf(settled(refit.whole), left, candidate, held);
    const again = refitOf(fitted, left);
    const range = y.reduce((a, b) => Math.max(a, b)) - y.reduce((a, b) => Math.min(a, b));
    const said = far.length * (Math.log(range || 1) - NORMAL + Math.log(y.length));
    return again && { candidate: fitted, rows: left, setAside: far, value: again.criterion + 2 * said };
  } catch {
    return undefined; // a constant that cannot be written
  }
}

/** Sizes of the weighted errors on all rows. */
function errors(refit: Refit, x: Float64Array, y: Float64Array): Float64Array {
  const predicted = refit.predict(x);
  const weights = refit.weigh(predicted);
  return predicted.map((value, row) => Math.abs(value - (y[row] as number)) * (weights[row] as number));
}

const middle = (values: Float64Array): number => values.toSorted()[values.length >> 1] as number;

const largest = (values: Float64Array, count: number): number[] =>
  rowNumbers(values.length)
    .sort((a, b) => (values[b] as number) - (values[a] as number))
    .slice(0, count);

/** The candidate on the other rows. */
function without(candidate: Candidate, rows: PartedRows, far: readonly number[]): [Candidate, PartedRows] {
  const isFar = new Set(far);
  const width = rows.inputs.length;
  const part = ({ x, y }: PartedRows['inside'], from: number) => {
    const kept = rowNumbers(y.length).filter((row) => !isFar.has(from + row));
    return { x: pickRows(x, width, kept), y: pickRows(y, 1, kept) };
  };
  const left: PartedRows = {
    ...rows,
    inside: part(rows.inside, 0),
    outside: part(rows.outside, rows.folds ? 0 : rows.inside.y.length),
  };
  const formula: Formula = candidate.formula;
  const predicted = rows.folds
    ? candidate.predicted.filter((_, row) => !isFar.has(row))
    : evaluate(formula, left.outside.x);
  return [{ ...candidate, predicted }, left];
}
