/** The state of an ensemble between two steps, on the CPU: what a run needs to go on to the same bits. */

import { DataError } from '../../errors.ts';
import type { MonitorState } from './monitor.ts';

export interface EnsembleState {
  /** Version of this record. */
  readonly version: 1;
  readonly models: number;
  /** Steps done. */
  readonly step: number;
  /** Parameters (and groups) and optimiser state, model after model. */
  readonly floats: Float32Array<ArrayBuffer>;
  /** Four words per model: step, epoch, offset, status. */
  readonly standings: Uint32Array<ArrayBuffer>;
  /** Last training loss of every model. */
  readonly losses: Float32Array<ArrayBuffer>;
  /** Numbers of the models that still train. */
  readonly active: readonly number[];
  /** Validation errors and what depends on them. */
  readonly monitor: MonitorState;
}

/** Throws DataError unless `state` fits an ensemble of `models` models with `floats` floats each. */
export function checkState(state: EnsembleState, models: number, floats: number): void {
  if (state?.version !== 1) {
    throw new DataError(`the state has version ${String(state?.version)}; this release reads version 1`);
  }
  const wanted = { floats: models * floats, standings: 4 * models, losses: models };
  for (const [name, length] of Object.entries(wanted)) {
    const found = state[name as keyof typeof wanted]?.length;
    if (found !== length) {
      throw new DataError(`the state's ${name} has ${String(found)} values; this ensemble needs ${length}`);
    }
  }
}
