/** What the page is told of the models of one unit: an outcome for each, and how many succeed. */

import { type Outcome, solvedAt, successRate } from '../../../../src/metrics/index.ts';
import type { PlannedEnsemble } from '../../sections/ensemble/plan.ts';

/** Successes with the 95 % interval of their rate (Wilson's); rates from 0 to 1. */
export interface Success {
  readonly successes: number;
  readonly models: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** At a log point. */
export interface Tally extends Success {
  readonly step: number;
  /** By range. */
  readonly ranges: readonly Success[];
}

/** Models range by range, and within a range seed by seed. */
export interface Field {
  /** By range. */
  readonly thresholds: readonly number[];
  /** Errors of each model at its selected log point, and the step of that. */
  readonly extrapolation: Float32Array<ArrayBuffer>;
  readonly validation: Float32Array<ArrayBuffer>;
  readonly steps: Int32Array<ArrayBuffer>;
  /** Step at which each model was solved; −1: it is not. */
  readonly solvedAt: Int32Array<ArrayBuffer>;
  /** Of the models that are solved. */
  readonly medianSolvedAt: number | null;
  readonly diverged: number;
  /** One for each log point so far. */
  readonly tallies: readonly Tally[];
}

export function fieldOf(
  { thresholds }: PlannedEnsemble,
  outcomes: readonly Outcome[],
  tallies: readonly Tally[],
  diverged: number,
): Field {
  const ranges = tallies.at(-1)?.ranges.length ?? 1;
  const each = outcomes.length / ranges;
  const solved = Int32Array.from(outcomes, (outcome) => outcome.solvedAt ?? -1);
  return {
    thresholds: Array.from({ length: ranges }, (_, range) => thresholds[range * each] as number),
    extrapolation: Float32Array.from(outcomes, (outcome) => outcome.extrapolation),
    validation: Float32Array.from(outcomes, (outcome) => outcome.validation),
    steps: Int32Array.from(outcomes, ({ step }) => step),
    solvedAt: solved,
    medianSolvedAt: solvedAt(solved.filter((step) => step >= 0)).median,
    diverged,
    tallies,
  };
}

export function tallyOf(step: number, outcomes: readonly Outcome[], ranges: number): Tally {
  const each = outcomes.length / ranges;
  const parts = Array.from({ length: ranges }, (_, range) =>
    outcomes.slice(range * each, (range + 1) * each),
  );
  return { step, ...successOf(outcomes), ranges: parts.map(successOf) };
}

function successOf(outcomes: readonly Outcome[]): Success {
  const successes = outcomes.filter(({ success }) => success).length;
  const { rate, ci } = successRate(successes, outcomes.length);
  return { successes, models: outcomes.length, rate, low: ci[0], high: ci[1] };
}
