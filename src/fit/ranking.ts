/** Candidates in their order, and which of them is believed. */

import { evaluate } from '../expression/evaluate.ts';
import type { Expression } from '../expression/tree.ts';
import { type Candidate, candidateOf, criterionOf, type PartedRows } from './candidate.ts';
import { pickRows } from './data.ts';
import { rootMeanSquare } from './errors.ts';
import { policy } from './policy.ts';
import { type BaselineErrors, judge, type Verdict } from './verdict.ts';

/** Candidates that are judged, the likeliest first. */
const MOST_JUDGED = 8;

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
  const inside = found.toSorted((a, b) => insideOf(a, rows) - insideOf(b, rows)).slice(0, MOST_JUDGED / 2);
  for (const candidate of new Set([...sorted.slice(0, MOST_JUDGED), ...inside])) {
    const others = sorted.filter((other) => other !== candidate);
    const verdict = judge(candidate, rows, baselines);
    if (verdict.found) return { candidates: [candidate, ...others], verdict, setAside: [] };
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

/** The criterion of the rows inside alone. */
const insideOf = ({ formula, size }: Candidate, { inside }: PartedRows): number =>
  criterionOf(evaluate(formula, inside.x), inside.y, size);

/** `candidate` on the rows that are not far off, if those are few: places of the others in both parts, one after the other. */
function withoutFar(candidate: Candidate, rows: PartedRows) {
  if (rows.weights) return undefined;
  const { inside, outside, folds } = rows;
  const expression = candidate.formula.expressions[0] as Expression;
  const predicted = [evaluate(candidate.formula, inside.x), ...(folds ? [] : [candidate.predicted])];
  const off = predicted.flatMap((values, part) => [
    ...values.map((value, row) => Math.abs(value - ((part === 0 ? inside : outside).y[row] as number))),
  ]);
  const median = off.toSorted((a, b) => a - b)[off.length >> 1] as number;
  const size = rootMeanSquare(inside.y);
  const far = off.flatMap((value, at) =>
    Number.isFinite(value) && value <= Math.max(policy.farOff * median, policy.exact * size) ? [] : [at],
  );
  if (far.length === 0 || far.length > Math.max(1, Math.floor(policy.mostSetAside * off.length)))
    return undefined;
  const width = rows.inputs.length;
  const without = ({ x, y }: PartedRows['inside'], from: number) => {
    const kept = Array.from(y, (_, row) => row).filter((row) => !far.includes(from + row));
    return { x: pickRows(x, width, kept), y: pickRows(y, 1, kept) };
  };
  const left = {
    ...rows,
    inside: without(inside, 0),
    outside: without(outside, folds ? 0 : inside.y.length),
  };
  const leftOut = folds ? candidate.predicted.filter((_, row) => !far.includes(row)) : undefined;
  return { rows: left, setAside: far, candidate: candidateOf(expression, left, candidate, leftOut) };
}
