/** Candidates in their order, and which of them is believed. */

import { evaluate } from '../expression/evaluate.ts';
import type { Expression } from '../expression/tree.ts';
import { type Candidate, candidateOf, criterionOf, type PartedRows } from './candidate.ts';
import { rootMeanSquare } from './errors.ts';
import { policy } from './policy.ts';
import { rivalOf, undecided } from './rivals.ts';
import { joined, pickRows, rowNumbers, thinned } from './rows.ts';
import { type BaselineErrors, judge, type Verdict } from './verdict.ts';

/** Candidates that are judged, the likeliest first. */
const MOST_JUDGED = 8;
/** Rows inside that tell which candidates are the likeliest there. */
const MOST_COMPARED = 2000;

export interface Ranking {
  readonly candidates: readonly Candidate[];
  readonly verdict: Verdict | undefined;
  /** Places of rows that were set aside, in both parts, one after the other. */
  readonly setAside: readonly number[];
}

/** Candidates, those that pass as a law first; a row that is far off among many that fit may be set aside for that. */
export function rankingOf(
  found: readonly Candidate[],
  rows: PartedRows,
  baselines: readonly BaselineErrors[],
): Ranking {
  const sorted = found.toSorted((a, b) => a.criterion - b.criterion);
  // A row outside that is far off hides what fits all the others, so those that fit inside are looked at too.
  const chosen = thinned(rowNumbers(rows.inside.y.length), MOST_COMPARED);
  const few = {
    x: pickRows(rows.inside.x, rows.inputs.length, chosen),
    y: pickRows(rows.inside.y, 1, chosen),
  };
  const inside = found
    .map((candidate) => ({
      candidate,
      value: criterionOf(evaluate(candidate.formula, few.x), few.y, candidate.size),
    }))
    .sort((a, b) => a.value - b.value)
    .slice(0, MOST_JUDGED / 2)
    .map(({ candidate }) => candidate);
  for (const candidate of new Set([...sorted.slice(0, MOST_JUDGED), ...inside])) {
    const others = sorted.filter((other) => other !== candidate);
    const verdict = judge(candidate, rows, baselines);
    if (verdict.found) {
      const rival = verdict.exact ? undefined : rivalOf(candidate, others, rows);
      if (rival === undefined) return { candidates: [candidate, ...others], verdict, setAside: [] };
      return {
        candidates: [candidate, ...others],
        verdict: { found: false, exact: false, reason: undecided(rival) },
        setAside: [],
      };
    }
    const without = withoutFar(candidate, rows);
    if (!without) continue;
    const again = judge(without.candidate, without.rows, baselines);
    if (again.found) {
      return { candidates: [without.candidate, ...others], verdict: again, setAside: without.setAside };
    }
  }
  const [best] = sorted;
  return { candidates: sorted, verdict: best && judge(best, rows, baselines), setAside: [] };
}

/** `candidate` on the rows that are not far off, if those are few: places of the others in both parts, one after the other. */
function withoutFar(candidate: Candidate, rows: PartedRows) {
  if (rows.weights) return undefined;
  const { inside, outside, folds } = rows;
  const expression = candidate.formula.expressions[0] as Expression;
  const fitted = evaluate(candidate.formula, inside.x);
  const predicted = folds ? fitted : joined(fitted, candidate.predicted);
  const y = folds ? inside.y : joined(inside.y, outside.y);
  const off = predicted.map((value, row) => Math.abs(value - (y[row] as number)));
  const median = off.toSorted()[off.length >> 1] as number;
  const most = Math.max(policy.farOff * median, policy.exact * rootMeanSquare(inside.y));
  const far: number[] = [];
  off.forEach((value, at) => {
    if (!(value <= most)) far.push(at);
  });
  if (far.length === 0 || far.length > Math.max(1, Math.floor(policy.mostSetAside * off.length)))
    return undefined;
  const isFar = new Set(far);
  const width = rows.inputs.length;
  const without = ({ x, y }: PartedRows['inside'], from: number) => {
    const kept = Array.from(y, (_, row) => row).filter((row) => !isFar.has(from + row));
    return { x: pickRows(x, width, kept), y: pickRows(y, 1, kept) };
  };
  const left = {
    ...rows,
    inside: without(inside, 0),
    outside: without(outside, folds ? 0 : inside.y.length),
  };
  const leftOut = folds ? candidate.predicted.filter((_, row) => !isFar.has(row)) : undefined;
  return { rows: left, setAside: far, candidate: candidateOf(expression, left, candidate, leftOut) };
}
