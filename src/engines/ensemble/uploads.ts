/**
 * Everything that decides how an ensemble trains, as it goes to the GPU: the texts of the kernels, initial parameters,
 * tables, rows and schedules. `create.ts` uploads it and `fingerprint.ts` takes its digest, so nothing can count for
 * one and be left out of the other.
 */

import { BOUND_COLUMNS, ensembleEvaluate } from '../../../shaders/kernels/ensemble-evaluate.wgsl.ts';
import { FIXED_COLUMNS } from '../../../shaders/kernels/ensemble-source.ts';
import { ensembleTrain, stateFloats } from '../../../shaders/kernels/ensemble-train.wgsl.ts';
import { thetaFloats } from '../../../shaders/kernels/parameters.ts';
import { lossScale } from '../../../shaders/loss.ts';
import type { Matrix } from '../../model/data.ts';
import { initialParameters } from '../../model/description.ts';
import { createPauses } from '../../pauses.ts';
import { strengthAt } from '../../units/regularizer.ts';
import type { Lanes } from './lanes.ts';
import type { ResolvedEnsemble, ResolvedSet } from './options.ts';

/** The kernel that trains. */
export function trainingKernel(resolved: ResolvedEnsemble, { lanes, subgroups }: Lanes) {
  const { model, sequence, recipe, task, batch, shuffled } = resolved;
  return ensembleTrain({
    layers: model.layers,
    sequence,
    lanes,
    subgroups,
    batch,
    source: task ? { kind: 'task', task: task.shader } : { kind: 'data', shuffled },
    loss: { text: recipe.loss.code('loss'), perRow: recipe.loss.perRow === true },
    optimizer: recipe.optimizer.code('opt'),
    slots: recipe.optimizer.slots,
    means: recipe.regularizers.map((regularizer) => regularizer?.reduction === 'mean'),
    waiting: recipe.regularizers.map((regularizer) => regularizer?.schedule.kind === 'whileAccurate'),
    clipsNorm: recipe.clipNorm !== undefined,
  });
}

/** The kernel that computes the errors on held-out set `index`, and decides by them. */
export function evaluationKernel(resolved: ResolvedEnsemble, index: number, { lanes, subgroups }: Lanes) {
  const { model, recipe, stop, validation } = resolved;
  const set = resolved.sets[index] as ResolvedSet;
  return ensembleEvaluate({
    layers: model.layers,
    lanes,
    subgroups,
    slots: recipe.optimizer.slots,
    recurrent: model.recurrent === true,
    stops: stop?.set === index,
    ...(set.kind === 'task' && { task: set.task.shader }),
    ...(validation === index && penaltyBelow(resolved)),
  });
}

/** The fields of the training kernel's uniform that stay the same for the whole run. */
export function runConstants({ recipe, batch, model, data }: ResolvedEnsemble) {
  return {
    rows: data?.x.rows ?? 0,
    lossScale: lossScale(recipe.loss, batch, model.outputs),
    clip: recipe.clip,
    clipNorm: recipe.clipNorm ?? 0,
  };
}

/** The fields of an evaluation kernel's uniform that stay the same for the whole run. */
export const evaluationConstants = ({ model }: ResolvedEnsemble, set: ResolvedSet) => ({
  rows: set.rows,
  steps: set.steps,
  seed: set.kind === 'task' ? set.seed : 0,
  scale: 1 / (set.rows * model.outputs),
});

/**
 * State of every model before the first step: initial parameters, of draw number `draws`, and zeros for the optimiser. Rejects with
 * the signal's reason once it was aborted.
 */
export async function initialState(
  { model, seeds, recipe }: ResolvedEnsemble,
  { draws = 0, signal }: { draws?: number; signal?: AbortSignal | undefined } = {},
): Promise<Float32Array<ArrayBuffer>> {
  const floats = stateFloats(model.layers, recipe.optimizer.slots);
  const state = new Float32Array(floats * seeds.length);
  const pauses = createPauses(signal);
  for (const [index, seed] of seeds.entries()) {
    let at = index * floats;
    for (const [k, layer] of model.layers.entries()) {
      state.set(initialParameters({ ...model, seed }, k, draws), at);
      at += thetaFloats(layer);
    }
    await pauses.turn();
  }
  return state;
}

/** Seed, learning rate and the task's columns of every model. */
export function trainingTable({ seeds, learningRates, columns }: ResolvedEnsemble): ArrayBuffer {
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

/** Of held-out set `index`: the bound below which each model stops, and the columns of the set's task. */
export function setTable({ sets, seeds, stop }: ResolvedEnsemble, index: number): Float32Array<ArrayBuffer> {
  const set = sets[index] as ResolvedSet;
  const bounds = stop?.set === index ? stop.below : undefined;
  const columns = set.kind === 'task' ? set.columns : [];
  const width = BOUND_COLUMNS + columns.length;
  const table = new Float32Array(width * seeds.length);
  for (let model = 0; model < seeds.length; model++) {
    table[model * width] = bounds?.[model] ?? 0;
    columns.forEach((values, column) => {
      table[model * width + BOUND_COLUMNS + column] = values[model] as number;
    });
  }
  return table;
}

/** Each row's inputs, then its targets. */
export function sideBySide({ x, y }: { readonly x: Matrix; readonly y: Matrix }): Float32Array<ArrayBuffer> {
  const width = x.columns + y.columns;
  const data = new Float32Array(x.rows * width);
  for (let row = 0; row < x.rows; row++) {
    data.set(x.data.subarray(row * x.columns, (row + 1) * x.columns), row * width);
    data.set(y.data.subarray(row * y.columns, (row + 1) * y.columns), row * width + x.columns);
  }
  return data;
}

/** For `count` steps from `first` on: the factor of the learning rate, and the strength of each layer's penalty. */
export function scheduleRows(
  { recipe, rateFactor }: ResolvedEnsemble,
  first: number,
  count: number,
): Float32Array<ArrayBuffer> {
  const { regularizers } = recipe;
  const width = 1 + regularizers.length;
  const rows = new Float32Array(width * count);
  for (let index = 0; index < count; index++) {
    const step = first + index;
    rows[width * index] = rateFactor(step);
    regularizers.forEach((regularizer, layer) => {
      // A penalty that waits for the validation error is switched by the kernel.
      const strength = regularizer ? strengthAt(regularizer, step, Number.NEGATIVE_INFINITY) : 0;
      rows[width * index + 1 + layer] = strength;
    });
  }
  return rows;
}

/** The validation error below which penalties that wait for it are in effect, if there are any. */
function penaltyBelow({ recipe }: ResolvedEnsemble): { penaltyBelow?: number } {
  for (const regularizer of recipe.regularizers) {
    if (regularizer?.schedule.kind === 'whileAccurate') return { penaltyBelow: regularizer.schedule.error };
  }
  return {};
}
