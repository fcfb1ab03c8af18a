/** The search in float64: structures whose exponents and constants least squares finds. */

import { Accepted, Exactly, SearchContext, type SearchData, type SearchLimits, Spent } from './context.ts';
import type { Found } from './found.ts';
import { planOf } from './plan.ts';
import type { SavedSearch } from './saved.ts';

export interface SearchOutcome {
  /** The best first. */
  readonly found: readonly Found[];
  /** Why it ended: an exact formula, one that was accepted, all that was planned, the work, or an interruption. */
  readonly ended: 'exact' | 'accepted' | 'done' | 'spent' | 'interrupted';
  readonly work: number;
  /** What it takes to go on from here. */
  readonly saved: SavedSearch;
}

/** Searches y as a formula of the columns. Never rejects: what was found until the end is the outcome. */
export async function searchStructures(
  data: SearchData,
  limits: SearchLimits,
  before?: SavedSearch,
): Promise<SearchOutcome> {
  const context = new SearchContext(data, limits, before);
  let stage = before?.stage ?? 0;
  let work = before?.work ?? 0;
  const outcome = (ended: SearchOutcome['ended']): SearchOutcome => ({
    found: context.found,
    ended,
    work: context.work,
    saved: {
      ...{ stage, work, ended, limit: limits.work, found: context.found },
      beams: [...context.beams],
    },
  });
  // What was interrupted goes on, and so does what has more work to spend than it had.
  const more = before?.ended === 'interrupted' || (before?.ended === 'spent' && limits.work > before.limit);
  if (before && !more) return outcome(before.ended);
  try {
    context.stopIfAborted();
    const stages = planOf(context);
    for (; stage < stages.length; stage++) {
      work = context.work;
      const { run, judged } = stages[stage] as (typeof stages)[number];
      await run();
      if (judged) context.check();
    }
    return outcome('done');
  } catch (error) {
    if (error instanceof Exactly) return outcome('exact');
    if (error instanceof Accepted) return outcome('accepted');
    if (error instanceof Spent) return outcome(error.interrupted ? 'interrupted' : 'spent');
    throw error;
  }
}
