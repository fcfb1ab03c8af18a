/** Published success rates, beside which ours are put. */

import type { RunRecord } from '../benchmark/record.ts';
import { type Interval, successRate } from '../metrics/index.ts';
import { commonRange, commonUnit } from './names.ts';

/** The form of `data/published.json`: figures as published, and where. */
export interface PublishedData {
  readonly sources: Readonly<Record<string, string>>;
  readonly results: readonly {
    readonly task: string;
    readonly settings: RunRecord['settings'];
    /** Steps that were trained. */
    readonly steps: number;
    /** Name of a source. */
    readonly source: string;
    readonly rows: readonly (readonly [
      op: string,
      unit: string,
      range: string,
      seeds: number,
      successes: number,
      solvedAtMedian: number | null,
      solvedAtMean: number | null,
      sparsityError: number | null,
    ])[];
  }[];
}

/** What is published of a cell; null where it is not. */
export interface PublishedCell {
  readonly successRate: number;
  /** Wilson's interval, as the papers give it. */
  readonly ci: Interval;
  readonly source: string;
  readonly seeds: number;
  readonly successes: number;
  readonly steps: number;
  readonly solvedAtMedian: number | null;
  /** Of a fit that often stopped early: not the sample mean. */
  readonly solvedAtMean: number | null;
  /** Half of the mean where it came from the fit of a beta distribution. */
  readonly sparsityError: number | null;
}

/**
 * What is published of a run's cell: of the same task, operation, unit and range, and of settings that the run does not
 * contradict. Names are compared without what differs between papers (`commonUnit`, `commonRange`).
 */
export function publishedFor(run: RunRecord, { sources, results }: PublishedData): PublishedCell | null {
  for (const { task, settings, steps, source, rows } of results) {
    const other = Object.entries(settings).some(([name, value]) => {
      const ours = run.settings[name];
      return ours !== undefined && ours !== value;
    });
    if (task !== run.task || other) continue;
    const found = rows.find(
      ([op, unit, range]) =>
        op === run.op &&
        commonUnit(unit) === commonUnit(run.unit) &&
        commonRange(range) === commonRange(run.range),
    );
    if (!found) continue;
    const [, , , seeds, successes, solvedAtMedian, solvedAtMean, sparsityError] = found;
    const { rate, ci } = successRate(successes, seeds);
    return {
      successRate: rate,
      ci,
      source: sources[source] ?? source,
      seeds,
      successes,
      steps,
      solvedAtMedian,
      solvedAtMean,
      sparsityError,
    };
  }
  return null;
}

/** Whether two intervals have a point in common. */
export function overlap([low, high]: Interval, [otherLow, otherHigh]: Interval): boolean {
  return low <= otherHigh && otherLow <= high;
}
