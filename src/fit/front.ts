/** Which formulas are shown beside the best. */

import { evaluate } from '../expression/evaluate.ts';
import { type Candidate, distance, type PartedRows } from './candidate.ts';

/** A larger formula must leave so much less than a smaller one to be shown beside it. */
const BETTER = 0.8;
/** Two formulas that are this near to each other outside the range, relative to what they predict, are one. */
const SAME = 1e-6;

/** Of every size the best inside, where it betters the smaller ones, and what is believed; the smallest first. */
export function frontOf(candidates: readonly Candidate[], believed?: Candidate): Candidate[] {
  const front: Candidate[] = [];
  for (const each of candidates.toSorted((a, b) => a.size - b.size || a.criterion - b.criterion)) {
    const least = front.at(-1)?.inside.rmsRelativeError ?? Number.POSITIVE_INFINITY;
    if (each === believed || each.inside.rmsRelativeError < BETTER * least) front.push(each);
  }
  return front;
}

/** The first `count` candidates after the best, of those that differ in their numbers only, or predict the same, the first. */
export function runnersUp(
  candidates: readonly Candidate[],
  { outside }: PartedRows,
  count: number,
): Candidate[] {
  const shapes = new Set<string>();
  const kept: { candidate: Candidate; predicted: Float64Array }[] = [];
  for (const candidate of candidates) {
    const shape = candidate.text.replace(/\b\d[\d.]*(e-?\d+)?/g, '#').replace(/ [-+] /g, ' ± ');
    const predicted = evaluate(candidate.formula, outside.x);
    const known = shapes.has(shape) || kept.some((other) => distance(other.predicted, predicted) < SAME);
    shapes.add(shape);
    if (!known) kept.push({ candidate, predicted });
    if (kept.length > count) break;
  }
  return kept.slice(1).map(({ candidate }) => candidate);
}
