/** Trains any number of models for so many steps: in waves where they do not fit in memory at once. */

import type { Gpu } from '../../gpu/gpu.ts';
import { type EnsembleReport, reportOf } from './report.ts';
import { type AdvanceOptions, createEnsembleRun, type DrivenOptions } from './run.ts';

export interface TrainEnsembleOptions extends DrivenOptions {
  /** Stops at the next submit: the promise rejects with the reason. */
  signal?: AbortSignal;
  onProgress?: NonNullable<AdvanceOptions['onProgress']>;
}

/** Trains every seed of `options` for `options.steps` steps. Throws DataError, OptionError, LimitError, DeviceLostError. */
export async function trainEnsemble(
  gpu: Gpu,
  { signal, onProgress, ...options }: TrainEnsembleOptions,
): Promise<EnsembleReport> {
  const start = performance.now();
  const run = createEnsembleRun(gpu, options);
  try {
    await run.complete({ signal, onProgress });
    return await reportOf(run, (performance.now() - start) / 1000, signal);
  } finally {
    run.dispose();
  }
}
