/** Log points: how every model of an ensemble stands at a step, and what can be read out of them. */

import { parameterCounts, thetaFloats } from '../../../shaders/kernels/parameters.ts';
import type { ResolvedModel } from '../../model/description.ts';
import { parametersPerModel, sparsityErrorsOf } from '../../model/weights.ts';
import type { EnsembleState } from './state.ts';

/** How every model stands at a step. */
export interface LogPoint {
  readonly step: number;
  /** Loss of each model's last batch; at step 0 there is none and it is NaN. */
  readonly losses: Float32Array;
  /** Mean squared error of each model on each held-out set. */
  readonly errors: Readonly<Record<string, Float32Array>>;
  /** Each model's parameters, model after model, without optimiser state. */
  readonly parameters: Float32Array;
  readonly statuses: readonly ModelStatus[];
  /** Each model's sparsity error, the largest of its layers' (see `Unit.sparsityError`); computed when first asked for. */
  readonly sparsityErrors: Float64Array;
  /** The state at this step, from which `importState` goes on. */
  readonly state: EnsembleState;
}

/** `stopped`: reached what `stopWhen` asked for. */
export type ModelStatus = 'running' | 'diverged' | 'stopped';

/** Completes a log point of `model` with what follows from its state. */
export function logPoint(
  model: ResolvedModel,
  { state, ...measured }: Pick<LogPoint, 'losses' | 'errors' | 'statuses' | 'state'>,
): LogPoint {
  const parameters = parametersInState(model, state.floats, state.models);
  let sparsityErrors: Float64Array | undefined;
  return {
    ...measured,
    state,
    step: state.step,
    parameters,
    get sparsityErrors() {
      sparsityErrors ??= sparsityErrorsOf(model, parameters);
      return sparsityErrors;
    },
  };
}

/** The parameters in a read-back of the state of `models` models, without groups and optimiser state. */
function parametersInState(description: ResolvedModel, state: Float32Array, models: number): Float32Array {
  const floats = state.length / models;
  const each = parametersPerModel(description);
  const parameters = new Float32Array(models * each);
  for (let model = 0; model < models; model++) {
    let from = model * floats;
    let to = model * each;
    for (const layer of description.layers) {
      const { all } = parameterCounts(layer);
      parameters.set(state.subarray(from, from + all), to);
      from += thetaFloats(layer);
      to += all;
    }
  }
  return parameters;
}
