/** Trains any number of models for so many steps: in waves where they do not fit in memory at once. */

import { checkGpu } from '../../gpu/check-gpu.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { checkOptions } from '../../options/check.ts';
import { callback, type Description, extended, signal } from '../../options/kinds.ts';
import { type DrivenOptions, drivenFields, type WaveProgress } from './driven.ts';
import { elsewhere, exactlyOne } from './options.ts';
import { type EnsembleReport, reportOf } from './report.ts';
import { createEnsembleRun } from './run.ts';

/** Models, data, training and length of what `trainEnsemble` does. */
export interface TrainEnsembleOptions extends DrivenOptions {
  /** Stops at the next submit: the promise rejects with the reason. */
  signal?: AbortSignal;
  onProgress?: (progress: WaveProgress) => void;
}

const trainEnsembleDescription: Description<TrainEnsembleOptions> = {
  fields: extended<DrivenOptions, TrainEnsembleOptions>(drivenFields, {
    signal,
    onProgress: callback<(progress: WaveProgress) => void>(),
  }),
  exactlyOne,
  elsewhere,
};

/** Trains every seed of `options` for `options.steps` steps. Throws DataError, OptionError, LimitError, DeviceLostError. */
export async function trainEnsemble(gpu: Gpu, options: TrainEnsembleOptions): Promise<EnsembleReport> {
  checkGpu(gpu);
  const { signal, onProgress, ...given } = checkOptions(trainEnsembleDescription, options, 'trainEnsemble()');
  const start = performance.now();
  const run = createEnsembleRun(gpu, given);
  try {
    await run.complete({ signal, onProgress });
    return await reportOf(run, (performance.now() - start) / 1000, signal);
  } finally {
    run.dispose();
  }
}
