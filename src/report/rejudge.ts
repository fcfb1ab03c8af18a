/** Records judged anew, by another threshold than the one they were made with. */

import type { RunRecord } from '../benchmark/record.ts';
import { type SingleModuleOperation, singleModuleThreshold } from '../metrics/index.ts';
import { parseRange } from '../range.ts';

/**
 * A record of the single-module task as it would be with the setting `epsilon`; those of other tasks, and those without a
 * threshold, stay as they are. Which log point speaks for a model does not depend on the threshold, so success is that of
 * a run with this setting. The step it was solved at is only known from a curve: without one it is null.
 */
export function rejudge(run: RunRecord, epsilon: number): RunRecord {
  const { task, settings, op, extrapolationRange, extrapolationError, curve } = run;
  if (task !== 'single-module' || run.threshold === null || settings.epsilon === epsilon) return run;
  const inputs = typeof settings.inputs === 'number' ? settings.inputs : 2;
  const threshold = singleModuleThreshold(op as SingleModuleOperation, parseRange(extrapolationRange), {
    inputs,
    epsilon,
  });
  const success = extrapolationError !== null && extrapolationError < threshold;
  const first = curve?.find(([, , error]) => error !== null && error < threshold);
  return {
    ...run,
    settings: { ...settings, epsilon },
    threshold,
    success,
    solvedAt: success && curve ? (first?.[0] ?? run.selectedStep) : null,
  };
}
