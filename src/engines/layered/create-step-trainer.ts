/** Makes a training by hand: its options, its kernels and its buffers. */

import { Arena } from '../../gpu/arena.ts';
import type { Dispatch } from '../../gpu/dispatch.ts';
import type { Exclusive } from '../../gpu/exclusive.ts';
import { resolveTraining, type TrainingOptions, trainingFields } from '../../model/training.ts';
import { checkOptions } from '../../options/check.ts';
import { type Description, flag, needed, signal, size } from '../../options/kinds.ts';
import { BatchBuffers } from './batch-buffers.ts';
import type { GpuLayer } from './layers.ts';
import { planSteps, stepCounter } from './step-plan.ts';
import { StepTrainer } from './step-trainer.ts';
import type { Tilings } from './tiles.ts';
import { StateBuffers } from './trainer-state.ts';

/** What `Model.createStepTrainer` is asked for; everything but `rows` has a default. */
export interface StepTrainerOptions extends Omit<TrainingOptions, 'batch'> {
  /** Rows of every batch. */
  rows: number;
  /** Whether `backward` computes the gradient of the inputs, `dx`. Default false. */
  inputGradient?: boolean;
  /** Whether every batch has weights of its rows, `sampleWeights`. Default false. */
  sampleWeights?: boolean;
  /** Ends the calibration of tiles early, where the model has one: the promise rejects with the signal's reason. */
  signal?: AbortSignal;
}

const { batch: _, ...fields } = trainingFields;

const stepTrainerDescription: Description<StepTrainerOptions> = {
  fields: { ...fields, rows: needed(size), inputGradient: flag, sampleWeights: flag, signal },
};

/** Compiles the kernels and makes the buffers. Throws OptionError or LimitError. */
export async function createStepTrainer(
  { model, training: exclusive }: { readonly model: Arena; readonly training: Exclusive },
  tilings: Tilings,
  layers: readonly GpuLayer[],
  given: StepTrainerOptions,
): Promise<StepTrainer> {
  const {
    signal,
    rows,
    inputGradient = false,
    sampleWeights = false,
    ...options
  } = checkOptions(stepTrainerDescription, given, 'createStepTrainer()');
  const inputs = (layers[0] as GpuLayer).inputs;
  const outputs = (layers.at(-1) as GpuLayer).outputs;
  const resolved = resolveTraining(options, rows, layers.length);
  const arena = new Arena(model, 'this trainer');
  try {
    const batch = new BatchBuffers(arena, rows, { inputs, outputs, loss: resolved.loss }, sampleWeights);
    const counter = stepCounter(arena);
    const { x, targets, dy, sampleWeights: weights } = batch;
    const plan = { tilings, signal, resolved, x, targets, dy, sampleWeights: weights, rows, inputGradient };
    const { training, ticking, ring } = await planSteps(arena, layers, counter, plan);
    const { end, forward, backward, steps } = training;
    if (!end?.fromGradient) throw new Error('the pass of a step trainer has no end');
    const all = (dispatches: readonly Promise<Dispatch>[]) => Promise.all(dispatches);
    const passes = {
      forward: await all(forward),
      fromLoss: await all([end.fromLoss]),
      fromGradient: await all([end.fromGradient]),
      backward: await all([ticking, ...backward]),
      apply: await all(steps),
    };
    await arena.sound();
    return new StepTrainer({
      arena,
      training: exclusive,
      ring,
      state: new StateBuffers(arena, layers, { moments: training.results, counter }),
      batch,
      y: end.y,
      dx: training.dx,
      passes,
    });
  } catch (error) {
    arena.dispose();
    throw error;
  }
}
