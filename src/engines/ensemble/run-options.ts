/** Options of one run of an ensemble, and the progress it reports. */

import { callback, type Description, signal } from '../../options/kinds.ts';
import type { LogPoint } from './log.ts';

/** How far the run of an ensemble is. */
export interface EnsembleProgress {
  readonly step: number;
  readonly steps: number;
  /** Models that still train. */
  readonly running: number;
  /** Models × steps per second since the run began. */
  readonly rate: number;
  readonly seconds: number;
}

/** Options of one run of an ensemble. */
export interface EnsembleRunOptions {
  /** Stops at the next submit: the promise rejects with the reason, and the ensemble can be run on. */
  signal?: AbortSignal | undefined;
  /** Asked before each submit: the run ends early, and without an error, where it says true. At least one is made. */
  pause?: () => boolean;
  onProgress?: (progress: EnsembleProgress) => void;
  /**
   * Every log point, in order. Training goes on meanwhile, a few log points ahead at most; a promise that rejects ends
   * the run.
   */
  onLog?: (point: LogPoint) => unknown;
}

export const runDescription: Description<EnsembleRunOptions> = {
  fields: {
    signal,
    pause: callback<() => boolean>(),
    onProgress: callback<(progress: EnsembleProgress) => void>(),
    onLog: callback<(point: LogPoint) => unknown>(),
  },
};
