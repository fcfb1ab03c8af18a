/** Options of a run that is driven in pieces, and what it reports. */

import type { NaluError } from '../../errors.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import {
  callback,
  type Description,
  either,
  extended,
  having,
  needed,
  number,
  oneOf,
  signal,
  size,
} from '../../options/kinds.ts';
import type { Attachments, EnsembleCheckpoints } from './checkpoints.ts';
import type { LogPoint } from './log.ts';
import { type EnsembleOptions, elsewhere, ensembleFields, exactlyOne } from './options.ts';
import type { EnsembleState } from './state.ts';

/** Models, data, training and length of an ensemble, and how it is kept from loss: recovery, waves, checkpoints. */
export interface DrivenOptions extends EnsembleOptions {
  /** Steps of every model. */
  steps: number;
  /** Models trained at a time. Default: what fits in 64 MiB of state and half of what the adapter can bind. */
  modelsPerWave?: number;
  /** Every log point of every wave, once and in order; its models are `first`, `first + 1`, … of all. */
  onLog?: (point: LogPoint, first: number) => unknown;
  /**
   * Gives a new device when one was lost; training goes on from the last state that was read back. Default: a device as the
   * lost one, requested up to three times within three seconds, and freed at the end. With `false`, a loss is an error.
   */
  recover?: false | ((error: NaluError) => Promise<Gpu>);
  /** Told of every device that was lost, and of memory that ran out, before training goes on. */
  onRecovery?: (recovery: Recovery) => void;
  /** Where states are kept, so that a run that was ended goes on to the same bits; see `ensembleCheckpoints` of nalu-webgpu/io. */
  checkpoints?: EnsembleCheckpoints;
  /** What else is kept in the checkpoints. */
  attachments?: Attachments;
  /** State of all models to begin with, in place of step 0; not together with `checkpoints`. */
  from?: EnsembleState;
}

export const drivenFields = extended<EnsembleOptions, DrivenOptions>(ensembleFields, {
  steps: needed(size),
  modelsPerWave: size,
  onLog: callback<(point: LogPoint, first: number) => unknown>(),
  recover: either(oneOf(false), callback<(error: NaluError) => Promise<Gpu>>()),
  onRecovery: callback<(recovery: Recovery) => void>(),
  checkpoints: having<EnsembleCheckpoints>('what ensembleCheckpoints() gives', 'every', 'load', 'save'),
  attachments: having<Attachments>('an object with two functions', 'save', 'restore'),
  from: having<EnsembleState>('the state of a log point', 'version', 'floats', 'trainStates', 'losses'),
});

export const drivenDescription: Description<DrivenOptions> = { fields: drivenFields, exactlyOne, elsewhere };

export const advanceDescription: Description<AdvanceOptions> = {
  fields: {
    steps: number({ whole: true, least: 0 }),
    milliseconds: number({ least: 0, infinite: true }),
    signal,
    onProgress: callback<(progress: WaveProgress) => void>(),
  },
};

/** What went wrong, and how training goes on. */
export interface Recovery {
  /** DeviceLostError, or OutOfMemoryError: then the models are trained in more, smaller waves. */
  readonly error: NaluError;
  /** Step from which the wave goes on. */
  readonly step: number;
  /** Models of the wave that goes on. */
  readonly models: number;
}

/** How far one call advances a run, and who listens. */
export interface AdvanceOptions {
  /** Steps that the models in hand go on, 0 or more. Default: to the end. */
  steps?: number;
  /** About how many milliseconds to train; at least one step is done. Default: to the end. */
  milliseconds?: number;
  /** Stops at the next submit, or while kernels compile: the promise rejects with the reason, and the run can be driven on. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: WaveProgress) => void) | undefined;
}

/** How far a run is, over all its waves. */
export interface WaveProgress {
  /** Models × steps done and asked for, over all waves. */
  readonly done: number;
  readonly total: number;
  /** Models × steps per second since the run was made, without those that a checkpoint had. */
  readonly rate: number;
  readonly seconds: number;
  /** Step of the models in hand. */
  readonly step: number;
  readonly wave: number;
  readonly waves: number;
}

/** Models that were trained to the end, as they stand there. */
export interface FinishedWave extends Pick<LogPoint, 'losses' | 'errors' | 'parameters' | 'statuses'> {
  readonly first: number;
  readonly seeds: readonly number[];
  /** Steps that each has done: all, or until it stopped or diverged. */
  readonly steps: readonly number[];
}
