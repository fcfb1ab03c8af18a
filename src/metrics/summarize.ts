/** @file The benchmarks' three figures over many models. */

import { checkArguments } from '../options/check.ts';
import { callback, having, list } from '../options/kinds.ts';
import {
  type SolvedAt,
  type SparsityErrors,
  type SuccessRate,
  solvedAt,
  sparsityErrors,
  successRate,
} from './estimates.ts';
import type { Outcome } from './selection.ts';

/** How many of several models succeeded, how fast, and how sparse they are. */
export interface Summary {
  readonly models: number;
  readonly successes: number;
  readonly successRate: SuccessRate;
  /** Of the successful models. */
  readonly solvedAt: SolvedAt;
  /** Of the successful models at their selected points. */
  readonly sparsityErrors: SparsityErrors;
}

const outcomeKind = having<Outcome>('what Selection.outcomes() gives', 'solvedAt', 'parameters');

/** The benchmarks' three figures over models; `sparsityError` reads one model's from its outcome. */
export function summarize(
  outcomes: readonly Outcome[],
  sparsityError: (outcome: Outcome, model: number) => number,
): Summary {
  checkArguments(
    'summarize()',
    { outcomes, sparsityError },
    { outcomes: list(outcomeKind, 1), sparsityError: callback() },
  );
  const errors: number[] = [];
  const steps: number[] = [];
  outcomes.forEach((outcome, model) => {
    if (outcome.solvedAt === null) return;
    steps.push(outcome.solvedAt);
    errors.push(sparsityError(outcome, model));
  });
  return {
    models: outcomes.length,
    successes: steps.length,
    successRate: successRate(steps.length, outcomes.length),
    solvedAt: solvedAt(steps),
    sparsityErrors: sparsityErrors(errors),
  };
}
