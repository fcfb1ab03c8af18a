/** What is read back of a step, before it becomes a log point. */

import { STATUS, TrainState } from '../../../shaders/kernels/ensemble-train-state.ts';
import { GpuValidationError } from '../../errors.ts';
import type { ModelStatus } from './log.ts';
import type { EnsembleState } from './state.ts';

/** Errors are in the order of the held-out sets. */
export interface Measured {
  readonly state: Omit<EnsembleState, 'monitor'>;
  readonly errors: readonly Float32Array[];
  readonly statuses: readonly ModelStatus[];
}

/** Reads who still runs, and checks that those of the list did the steps they were given. */
export function statusesOf(
  { trainStates, step: expected, models }: Measured['state'],
  active: Set<number>,
): ModelStatus[] {
  const names: ModelStatus[] = ['running', 'diverged', 'stopped'];
  return Array.from({ length: models }, (_, model) => {
    const { step, status } = TrainState.unpack(trainStates.buffer, TrainState.size * model);
    if (status === STATUS.running && active.has(model) && step !== expected) {
      throw new GpuValidationError(
        `model ${model} did ${step} steps where ${expected} were submitted: the GPU dropped work ` +
          '(a timeout, most likely); run again with fewer lanes or on another adapter',
      );
    }
    return names[status] ?? 'running';
  });
}
