/** Makes an ensemble: kernels, initial parameters, per-model table and data on the GPU. */

import {
  BOUND_COLUMNS,
  Evaluation,
  ensembleEvaluate,
} from '../../../shaders/kernels/ensemble-evaluate.wgsl.ts';
import { FIXED_COLUMNS } from '../../../shaders/kernels/ensemble-source.ts';
import { Standing } from '../../../shaders/kernels/ensemble-standing.ts';
import { ensembleTrain, Run, stateFloats } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import { thetaFloats } from '../../../shaders/kernels/parameters.ts';
import { Arena } from '../../gpu/arena.ts';
import { checkGpu } from '../../gpu/check-gpu.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import { prepareDispatch } from '../../gpu/prepare-dispatch.ts';
import type { Matrix } from '../../model/data.ts';
import { initialParameters } from '../../model/description.ts';
import { calibrateLanes } from './calibrate.ts';
import { Ensemble } from './ensemble.ts';
import { checkStack, chooseLanes } from './lanes.ts';
import { type EnsembleBuffers, type HeldOut, MAX_STEPS } from './on-gpu.ts';
import { type EnsembleOptions, type ResolvedEnsemble, type ResolvedSet, resolveEnsemble } from './options.ts';

/** Checks the options, compiles the kernels and uploads models and data. Throws DataError, OptionError or LimitError. */
export async function createEnsemble(gpu: Gpu, options: EnsembleOptions): Promise<Ensemble> {
  checkGpu(gpu);
  const resolved = resolveEnsemble(options);
  const { model, seeds, recipe } = resolved;
  const { layers } = model;
  const wanted = resolved.lanes === 'calibrate' ? await calibrate(gpu, options, resolved) : resolved.lanes;
  const { lanes, subgroups } = chooseLanes(gpu, wanted);
  const { slots } = recipe.optimizer;
  checkStack(gpu, layers, slots, lanes);
  const floats = stateFloats(layers, slots);
  gpu.checkSize('state of the ensemble', 4 * floats * seeds.length);
  const arena = new Arena(gpu, 'this ensemble');
  try {
    const buffers = trainingBuffers(arena, resolved, floats);
    const ofSets = resolved.sets.map((set, index) => setBuffers(arena, resolved, set, index));
    await arena.sound();
    const source = resolved.task
      ? ({ kind: 'task', task: resolved.task.shader } as const)
      : ({ kind: 'data', shuffled: resolved.shuffled } as const);
    const kernel = ensembleTrain({
      layers,
      lanes,
      subgroups,
      batch: resolved.batch,
      source,
      loss: recipe.loss.code('loss'),
      optimizer: recipe.optimizer.code('opt'),
      slots,
      means: recipe.regularizers.map((regularizer) => regularizer?.reduction === 'mean'),
      waiting: recipe.regularizers.map((regularizer) => regularizer?.schedule.kind === 'whileAccurate'),
    });
    const training = prepareDispatch(arena, kernel, buffers, [1, 1, 1]);
    const sets: (Omit<HeldOut, 'dispatch'> & { dispatch: Promise<Dispatch> })[] = [];
    for (const [index, set] of resolved.sets.entries()) {
      const own = ofSets[index] as SetBuffers;
      const stops = resolved.stop?.set === index;
      const source = ensembleEvaluate({
        layers,
        lanes,
        subgroups,
        slots,
        stops,
        ...(set.kind === 'task' && { task: set.task.shader }),
        ...(resolved.validation === index && penaltyBelow(resolved)),
      });
      const dispatch = prepareDispatch(arena, source, { ...buffers, ...own }, [1, 1, 1]);
      sets.push({
        dispatch,
        info: own.evaluation,
        errors: own.errors,
        rows: set.rows,
        seed: set.kind === 'task' ? set.seed : 0,
      });
    }
    return new Ensemble({
      gpu,
      options: resolved,
      lanes,
      arena,
      buffers,
      training: await training,
      heldOut: await Promise.all(sets.map(async (set) => ({ ...set, dispatch: await set.dispatch }))),
      floats,
    });
  } catch (error) {
    arena.dispose();
    throw error;
  }
}

function trainingBuffers(arena: Arena, resolved: ResolvedEnsemble, floats: number): EnsembleBuffers {
  const { model, seeds, recipe, data } = resolved;
  return {
    run: arena.uniform('run', new ArrayBuffer(Run.size)),
    hyper: arena.uniform('hyper', Float32Array.from(recipe.hyper).buffer),
    state: arena.upload('state', initialState(resolved, floats)),
    standings: arena.values('standings', (Standing.size / 4) * seeds.length),
    table: arena.upload('table', trainingTable(resolved)),
    models: arena.values('models', seeds.length),
    schedule: arena.values('schedule', MAX_STEPS * (1 + model.layers.length)),
    losses: arena.values('losses', seeds.length),
    ...(data ? { data: arena.upload('data', sideBySide(data.x, data.y)) } : {}),
  };
}

type SetBuffers = ReturnType<typeof setBuffers>;

function setBuffers(arena: Arena, { seeds, stop }: ResolvedEnsemble, set: ResolvedSet, index: number) {
  const { name } = set;
  const bounds = stop?.set === index ? stop.below : undefined;
  return {
    evaluation: arena.uniform(name, new ArrayBuffer(Evaluation.size)),
    errors: arena.values(`errors on ${name}`, seeds.length),
    table: arena.upload(`table of ${name}`, setTable(set, seeds.length, bounds)),
    ...(set.kind === 'data' ? { data: arena.upload(name, sideBySide(set.x, set.y)) } : {}),
  };
}

/** Trial ensembles are without what only costs time at log points. */
function calibrate(gpu: Gpu, options: EnsembleOptions, resolved: ResolvedEnsemble): Promise<number> {
  const { evaluate, stopWhen, validation, reinitialization, regularizers, ...trial } = options;
  return calibrateLanes(gpu, resolved, (lanes) => createEnsemble(gpu, { ...trial, lanes }));
}

function initialState({ model, seeds }: ResolvedEnsemble, floats: number): Float32Array {
  const state = new Float32Array(floats * seeds.length);
  seeds.forEach((seed, index) => {
    let at = index * floats;
    model.layers.forEach((layer, k) => {
      state.set(initialParameters({ ...model, seed }, k), at);
      at += thetaFloats(layer);
    });
  });
  return state;
}

/** Seed, learning rate and the task's columns of every model. */
function trainingTable({ seeds, learningRates, columns }: ResolvedEnsemble): ArrayBuffer {
  const width = FIXED_COLUMNS + columns.length;
  const words = new Uint32Array(width * seeds.length);
  const floats = new Float32Array(words.buffer);
  seeds.forEach((seed, model) => {
    words[model * width] = seed;
    floats[model * width + 1] = learningRates[model] as number;
    columns.forEach((values, column) => {
      floats[model * width + FIXED_COLUMNS + column] = values[model] as number;
    });
  });
  return words.buffer;
}

/** The bound below which each model stops, and the columns of the set's task. */
function setTable(set: ResolvedSet, models: number, bounds: readonly number[] | undefined): Float32Array {
  const columns = set.kind === 'task' ? set.columns : [];
  const width = BOUND_COLUMNS + columns.length;
  const table = new Float32Array(width * models);
  for (let model = 0; model < models; model++) {
    table[model * width] = bounds?.[model] ?? 0;
    columns.forEach((values, column) => {
      table[model * width + BOUND_COLUMNS + column] = values[model] as number;
    });
  }
  return table;
}

/** The validation error below which penalties that wait for it are in effect, if there are any. */
function penaltyBelow({ recipe }: ResolvedEnsemble): { penaltyBelow?: number } {
  for (const regularizer of recipe.regularizers) {
    if (regularizer?.schedule.kind === 'whileAccurate') return { penaltyBelow: regularizer.schedule.error };
  }
  return {};
}

/** Each row's inputs, then its targets. */
function sideBySide(x: Matrix, y: Matrix): Float32Array {
  const width = x.columns + y.columns;
  const data = new Float32Array(x.rows * width);
  for (let row = 0; row < x.rows; row++) {
    data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), row * width);
    data.set(y.data.subarray(row * y.columns, (row + 1) * y.columns), row * width + x.columns);
  }
  return data;
}
