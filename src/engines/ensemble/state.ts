/** The state of an ensemble between two steps, on the CPU: what a run needs to go on to the same bits. */

import { stateFloats } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import { STATUS, TrainState } from '../../../shaders/kernels/ensemble-train-state.ts';
import { DataError } from '../../errors.ts';
import { LANES } from './lanes.ts';
import type { MonitorState } from './monitor.ts';
import type { ResolvedEnsemble } from './options.ts';

/** 32-bit words of one model's train state. */
export const TRAIN_STATE_WORDS = TrainState.size / 4;

/** All that an ensemble needs to go on to the same bits: parameters, moments and counters of every model. */
export interface EnsembleState {
  /** Version of this record. */
  readonly version: 2;
  readonly models: number;
  /** Threads per model: with others a run goes on, but not to the same bits. */
  readonly lanes: number;
  /** Steps done. */
  readonly step: number;
  /** Step of the latest log point; -1 before the first. */
  readonly logged: number;
  /** Parameters (and groups) and optimiser state, model after model. */
  readonly floats: Float32Array<ArrayBuffer>;
  /** Per model: step, epoch, offset, status, and whether waiting penalties are in effect (a float's bits). */
  readonly trainStates: Uint32Array<ArrayBuffer>;
  /** Last training loss of every model. */
  readonly losses: Float32Array<ArrayBuffer>;
  /** Validation errors of models that may be reinitialized, and how often they were. */
  readonly monitor: MonitorState;
}

/** Floats of one model's state: parameters, groups, and what the optimiser keeps of them. */
export const floatsPerModel = ({ model, recipe }: ResolvedEnsemble): number =>
  stateFloats(model.layers, recipe.optimizer.slots);

/** Throws DataError unless `state` fits an ensemble of `models` models with `floats` floats each. */
export function checkState(state: EnsembleState, models: number, floats: number): void {
  if (state?.version !== 2) {
    throw new DataError(`the state has version ${String(state?.version)}; this release reads version 2`);
  }
  const expected = { floats: models * floats, trainStates: TRAIN_STATE_WORDS * models, losses: models };
  for (const [name, length] of Object.entries(expected)) {
    const found = state[name as keyof typeof expected]?.length;
    if (found !== length) {
      throw new DataError(`the state's ${name} has ${String(found)} values; this ensemble needs ${length}`);
    }
  }
  for (const [name, least] of [
    ['step', 0],
    ['logged', -1],
  ] as const) {
    const value = state[name];
    if (!(Number.isSafeInteger(value) && value >= least)) {
      throw new DataError(`the state's ${name} is ${String(value)}; it must be a whole number`);
    }
  }
  if (!LANES.includes(state.lanes)) {
    throw new DataError(`the state's lanes are ${state.lanes}; they must be a power of two from 1 to 256`);
  }
  checkTrainStates(state);
  checkMonitor(state.monitor, models);
}

function checkTrainStates({ trainStates, step: reached, models }: EnsembleState): void {
  for (let model = 0; model < models; model++) {
    const words = trainStates.subarray(TRAIN_STATE_WORDS * model, TRAIN_STATE_WORDS * (model + 1));
    const { step, status } = TrainState.unpack(words.slice().buffer, 0);
    if (!Object.values<number>(STATUS).includes(status)) {
      throw new DataError(`the state's model ${model} has status ${status}; it must be 0, 1 or 2`);
    }
    if (step > reached || (status === STATUS.running && step !== reached)) {
      throw new DataError(`the state's model ${model} is at step ${step}; the state is at step ${reached}`);
    }
  }
}

function checkMonitor(monitor: MonitorState | undefined, models: number): void {
  for (const name of ['errors', 'histories', 'draws'] as const) {
    const found = monitor?.[name]?.length;
    if (found === models) continue;
    throw new DataError(
      `the state's monitor.${name} has ${String(found)} values; this ensemble needs ${models}`,
    );
  }
}

/** The state of some of the models of `state`, in this order, for an ensemble of those alone. */
export function selectModels(state: EnsembleState, models: readonly number[]): EnsembleState {
  const pick = <T extends Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(values: T, fresh: T): T => {
    const each = values.length / state.models;
    models.forEach((model, at) => {
      fresh.set(values.subarray(model * each, (model + 1) * each), at * each);
    });
    return fresh;
  };
  const size = (values: { readonly length: number }) => (values.length / state.models) * models.length;
  const ofEach = <T>(values: readonly T[]): T[] => models.map((model) => values[model] as T);
  const { floats, trainStates, losses, monitor } = state;
  return {
    ...state,
    models: models.length,
    floats: pick(floats, new Float32Array(size(floats))),
    trainStates: pick(trainStates, new Uint32Array(size(trainStates))),
    losses: pick(losses, new Float32Array(size(losses))),
    monitor: {
      errors: ofEach(monitor.errors),
      histories: structuredClone(ofEach(monitor.histories)),
      draws: ofEach(monitor.draws),
    },
  };
}

/** The state of the models of all `states`, one after the other: the inverse of `selectModels` over parts of them. */
export function joinStates(states: readonly EnsembleState[]): EnsembleState {
  const [first] = states;
  if (!first) throw new DataError('no state to join');
  if (states.length === 1) return first;
  const joined = <T extends Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>>(
    pick: (state: EnsembleState) => T,
    make: (length: number) => T,
  ): T => {
    const all = make(states.reduce((sum, state) => sum + pick(state).length, 0));
    let at = 0;
    for (const state of states) {
      all.set(pick(state), at);
      at += pick(state).length;
    }
    return all;
  };
  const floats = (length: number) => new Float32Array(length);
  return {
    ...first,
    models: states.reduce((sum, { models }) => sum + models, 0),
    // A part whose models all diverged may have ended before the others.
    step: Math.max(...states.map(({ step }) => step)),
    logged: Math.max(...states.map(({ logged }) => logged)),
    floats: joined((state) => state.floats, floats),
    trainStates: joined(
      (state) => state.trainStates,
      (length) => new Uint32Array(length),
    ),
    losses: joined((state) => state.losses, floats),
    monitor: {
      errors: states.flatMap(({ monitor }) => monitor.errors),
      histories: structuredClone(states.flatMap(({ monitor }) => monitor.histories)),
      draws: states.flatMap(({ monitor }) => monitor.draws),
    },
  };
}
