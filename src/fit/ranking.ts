/** Candidates in their order, and which of them is believed. */

import { evaluate } from '../expression/evaluate.ts';
import { type Candidate, criterionOf, type PartedRows } from './candidate.ts';
import { polished } from './polish.ts';
import { rivalOf, undecided } from './rivals.ts';
import { pickRows, rowNumbers, thinned } from './rows.ts';
import { type Hypothesis, trimmed, whole } from './trimmed.ts';
import { type BaselineErrors, judge, type Verdict } from './verdict.ts';

/** Candidates that are judged, the likeliest first. */
const MOST_JUDGED = 12;
/** Candidates whose constants are fitted anew to compare them, the likeliest on all rows and as many on those inside. */
const MOST_REFITTED = 16;
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
  const different = [...new Map(found.map((candidate) => [candidate.text, candidate])).values()];
  const quick = different.toSorted((a, b) => a.criterion - b.criterion);
  // A row outside that is far off hides what fits all the others, so those that fit inside are looked at too.
  const chosen = thinned(rowNumbers(rows.inside.y.length), MOST_COMPARED);
  const few = {
    x: pickRows(rows.inside.x, rows.inputs.length, chosen),
    y: pickRows(rows.inside.y, 1, chosen),
  };
  const inside = different
    .map((candidate) => ({
      candidate,
      value: criterionOf(evaluate(candidate.formula, few.x), few.y, candidate.size),
    }))
    .sort((a, b) => a.value - b.value)
    .map(({ candidate }) => candidate);
  const [first] = quick;
  const exact = first && judge(first, rows, baselines);
  if (first && exact?.exact) return { candidates: quick, verdict: exact, setAside: [] };
  const likely = [...new Set([...quick.slice(0, MOST_REFITTED), ...inside.slice(0, MOST_REFITTED)])];
  const byValue = (a: Hypothesis, b: Hypothesis) => a.value - b.value;
  const onAll = likely.map((candidate) => whole(candidate, rows)).sort(byValue);
  const trials = [...onAll, ...likely.flatMap((candidate) => trimmed(candidate, rows) ?? [])].sort(byValue);
  const refitted = new Set(likely);
  const sorted = [
    ...onAll.map(({ candidate }) => candidate),
    ...quick.filter((candidate) => !refitted.has(candidate)),
  ];
  for (const { candidate, rows: own, setAside } of trials.slice(0, MOST_JUDGED)) {
    const verdict = judge(candidate, own, baselines);
    if (!verdict.found) continue;
    const others = sorted.filter((other) => other.text !== candidate.text);
    const held = againstRivals({ candidate, verdict }, likely, own, baselines);
    if (!held.verdict.found && setAside.length > 0) continue;
    return { candidates: [held.candidate, ...others], verdict: held.verdict, setAside };
  }
  const [best] = sorted;
  return { candidates: sorted, verdict: best && judge(best, rows, baselines), setAside: [] };
}

interface Judged {
  readonly candidate: Candidate;
  readonly verdict: Verdict;
}

/** What passed by itself, with its last constants; not believed where another formula is about as likely. */
function againstRivals(
  passed: Judged,
  others: readonly Candidate[],
  rows: PartedRows,
  baselines: readonly BaselineErrors[],
): Judged {
  const { candidate, verdict } = passed;
  const rival = verdict.exact ? undefined : rivalOf(candidate, others, rows);
  if (rival) return { candidate, verdict: { found: false, exact: false, reason: undecided(rival) } };
  const better = polished(candidate, rows);
  const again = judge(better, rows, baselines);
  return again.found ? { candidate: better, verdict: again } : passed;
}
