/** Makes an ensemble: kernels, initial parameters, per-model table and data on the GPU. */

import { Evaluation, ensembleEvaluate } from '../../../shaders/kernels/ensemble-evaluate.wgsl.ts';
import { FIXED_COLUMNS } from '../../../shaders/kernels/ensemble-source.ts';
import { ensembleTrain, Run, stateFloats } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import { thetaFloats } from '../../../shaders/kernels/parameters.ts';
import { Arena } from '../../gpu/arena.ts';
import { prepareDispatch } from '../../gpu/dispatch.ts';
import type { Gpu } from '../../gpu/gpu.ts';
import type { Matrix } from '../../model/data.ts';
import { initialParameters } from '../../model/description.ts';
import { calibrateLanes } from './calibrate.ts';
import { Ensemble, MAX_STEPS } from './ensemble.ts';
import { checkStack, chooseLanes } from './lanes.ts';
import { type EnsembleOptions, type ResolvedEnsemble, resolveEnsemble, tableColumns } from './options.ts';

/** Checks the options, compiles the kernels and uploads models and data. Throws DataError, OptionError or LimitError. */
export async function createEnsemble(gpu: Gpu, options: EnsembleOptions): Promise<Ensemble> {
  const resolved = resolveEnsemble(options);
  const { model, seeds, recipe } = resolved;
  const { layers } = model;
  const wanted = resolved.lanes === 'calibrate' ? await calibrate(gpu, options, resolved) : resolved.lanes;
  const { lanes, subgroups } = chooseLanes(gpu, wanted);
  const { slots } = recipe.optimizer;
  checkStack(gpu, layers, slots, lanes);
  const floats = stateFloats(layers, slots);
  gpu.checkSize('state of the ensemble', 4 * floats * seeds.length);
  const table = initialTable(resolved);
  const arena = new Arena(gpu);
  try {
    const buffers: Record<string, GPUBuffer> = {
      run: arena.uniform('run', new ArrayBuffer(Run.size)),
      hyper: arena.uniform('hyper', Float32Array.from(recipe.hyper).buffer),
      state: arena.upload('state', initialState(resolved, floats)),
      standings: arena.values('standings', 4 * seeds.length),
      table: arena.upload('table', table),
      models: arena.values('models', seeds.length),
      schedule: arena.values('schedule', MAX_STEPS * (1 + layers.length)),
      losses: arena.values('losses', seeds.length),
      ...(resolved.data ? { data: arena.upload('data', sideBySide(resolved.data.x, resolved.data.y)) } : {}),
    };
    const source = resolved.task
      ? ({ kind: 'task', task: resolved.task.shader } as const)
      : ({ kind: 'data', shuffled: resolved.shuffled } as const);
    const training = ensembleTrain({
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
    const evaluation = ensembleEvaluate({ layers, lanes, subgroups, slots });
    const evaluations = [];
    for (const { name, x, y } of resolved.sets) {
      const info = arena.uniform(name, new ArrayBuffer(Evaluation.size));
      const errors = arena.values(`errors on ${name}`, seeds.length);
      const data = arena.upload(name, sideBySide(x, y));
      const { state, models } = buffers;
      const dispatch = await prepareDispatch(
        gpu,
        evaluation,
        { evaluation: info, state, models, data, errors },
        [1, 1, 1],
      );
      evaluations.push({ dispatch, info, errors, rows: x.rows });
    }
    return new Ensemble({
      gpu,
      options: resolved,
      lanes,
      arena,
      buffers,
      training: await prepareDispatch(gpu, training, buffers, [1, 1, 1]),
      evaluations,
      floats,
      table,
    });
  } catch (error) {
    arena.dispose();
    throw error;
  }
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

function initialTable(resolved: ResolvedEnsemble): ArrayBuffer {
  const { seeds, learningRates, columns } = resolved;
  const width = tableColumns(resolved);
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
