/** Makes an ensemble: kernels, initial parameters, per-model table and data on the GPU. */

import { Evaluation } from '../../../shaders/kernels/ensemble-evaluate.wgsl.ts';
import { Run, stateFloats } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import { TrainState } from '../../../shaders/kernels/ensemble-train-state.ts';
import { Arena } from '../../gpu/arena.ts';
import { checkGpu } from '../../gpu/check-gpu.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import { checkOptions } from '../../options/check.ts';
import { type Description, signal } from '../../options/kinds.ts';
import { calibrateLanes } from './calibrate.ts';
import { Ensemble } from './ensemble.ts';
import { checkStack, chooseLanes } from './lanes.ts';
import { type EnsembleBuffers, MAX_STEPS } from './on-gpu.ts';
import type { EnsembleOptions, ResolvedEnsemble } from './options.ts';
import { resolveEnsemble } from './resolve.ts';
import {
  evaluationConstants,
  evaluationKernel,
  initialState,
  setTable,
  sideBySide,
  trainingKernel,
  trainingTable,
} from './uploads.ts';

/** Options of `createEnsemble` beyond those of the ensemble. */
export interface CreateEnsembleOptions {
  /** Ends the wait for the kernels, which may take seconds to compile: the promise rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

const createDescription: Description<CreateEnsembleOptions> = { fields: { signal } };

/** Checks the options, compiles the kernels and uploads models and data. Throws DataError, OptionError or LimitError. */
export async function createEnsemble(
  gpu: Gpu,
  options: EnsembleOptions,
  creation: CreateEnsembleOptions = {},
): Promise<Ensemble> {
  checkGpu(gpu);
  const { signal } = checkOptions(createDescription, creation, 'createEnsemble()');
  signal?.throwIfAborted();
  const resolved = resolveEnsemble(options);
  const { model, seeds, recipe } = resolved;
  const { layers } = model;
  const threads =
    resolved.lanes === 'calibrate' ? await calibrate(gpu, options, resolved, signal) : resolved.lanes;
  const lanes = chooseLanes(gpu, threads);
  const { slots } = recipe.optimizer;
  checkStack(gpu, { layers, slots, lanes: lanes.lanes, clipsNorm: recipe.clipNorm !== undefined });
  const floats = stateFloats(layers, slots);
  gpu.checkSize('state of the ensemble', 4 * floats * seeds.length);
  const arena = new Arena(gpu, 'this ensemble');
  try {
    const buffers = trainingBuffers(arena, resolved, await initialState(resolved, { signal }));
    const ofSets = resolved.sets.map((_, index) => setBuffers(arena, resolved, index));
    await arena.sound();
    const preparing = Promise.all([
      prepareDispatch(arena, trainingKernel(resolved, lanes), buffers, [1, 1, 1]),
      ...ofSets.map((own, index) =>
        prepareDispatch(arena, evaluationKernel(resolved, index, lanes), { ...buffers, ...own }, [1, 1, 1]),
      ),
    ]);
    const [training, ...evaluations] = (await unlessAborted(preparing, signal)) as [Dispatch, ...Dispatch[]];
    return new Ensemble({
      gpu,
      options: resolved,
      lanes: lanes.lanes,
      arena,
      buffers,
      training,
      heldOut: resolved.sets.map((set, index) => ({
        dispatch: evaluations[index] as Dispatch,
        info: (ofSets[index] as SetBuffers).evaluation,
        errors: (ofSets[index] as SetBuffers).errors,
        constants: evaluationConstants(resolved, set),
      })),
      floats,
    });
  } catch (error) {
    arena.dispose();
    throw error;
  }
}

/** Settles as `promise` does, unless the signal aborts before. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function trainingBuffers(
  arena: Arena,
  resolved: ResolvedEnsemble,
  state: Float32Array<ArrayBuffer>,
): EnsembleBuffers {
  const { model, seeds, recipe, data } = resolved;
  return {
    run: arena.uniform('run', new ArrayBuffer(Run.size)),
    hyper: arena.uniform('hyper', Float32Array.from(recipe.hyper).buffer),
    state: arena.upload('state', state),
    train_states: arena.values('train states', (TrainState.size / 4) * seeds.length),
    table: arena.upload('table', trainingTable(resolved)),
    models: arena.values('models', seeds.length),
    schedule: arena.values('schedule', MAX_STEPS * (1 + model.layers.length)),
    losses: arena.values('losses', seeds.length),
    ...(data ? { data: arena.upload('data', sideBySide(data)) } : {}),
  };
}

type SetBuffers = ReturnType<typeof setBuffers>;

function setBuffers(arena: Arena, resolved: ResolvedEnsemble, index: number) {
  const set = resolved.sets[index] as ResolvedEnsemble['sets'][number];
  const { name } = set;
  return {
    evaluation: arena.uniform(name, new ArrayBuffer(Evaluation.size)),
    errors: arena.values(`errors on ${name}`, resolved.seeds.length),
    table: arena.upload(`table of ${name}`, setTable(resolved, index)),
    ...(set.kind === 'data' ? { data: arena.upload(name, sideBySide(set)) } : {}),
  };
}

/** Trial ensembles are without what only costs time at log points. */
function calibrate(
  gpu: Gpu,
  options: EnsembleOptions,
  resolved: ResolvedEnsemble,
  signal: AbortSignal | undefined,
): Promise<number> {
  const { evaluate, stopWhen, validation, reinitialization, regularizers, ...trial } = options;
  return calibrateLanes(gpu, resolved, (lanes) => createEnsemble(gpu, { ...trial, lanes }, { signal }));
}
