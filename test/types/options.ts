/**
 * @file What must not compile, and what must. `tsc` checks this file; nothing runs it. A line after `@ts-expect-error` that
 * compiles is an error of its own.
 */

import {
  createModel,
  type Gpu,
  type Model,
  type ModelDescription,
  requestGpu,
  type TrainEnsembleOptions,
  type TrainOptions,
  trainEnsemble,
  type UnitName,
  units,
} from '../../src/index.ts';

declare const gpu: Gpu;
declare const model: Model;
const [x, y] = [[[1, 2]], [[3]]];

export function units_(): void {
  createModel(gpu, { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] });
  // @ts-expect-error a unit's name is spelt as in the literature
  createModel(gpu, { inputs: 2, layers: [{ unit: 'Nalu', outputs: 1 }] });
  // @ts-expect-error a layer needs a unit
  createModel(gpu, { inputs: 2, layers: [{ outputs: 1 }] });
  // @ts-expect-error layers have no option trainable
  createModel(gpu, { inputs: 2, layers: [{ unit: 'NALU', outputs: 1, trainable: false }] });
  // @ts-expect-error an await was forgotten
  createModel(requestGpu(), { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }] });
  // What a model says of itself makes another; so does every name in the registry, and a record.
  createModel(gpu, model.description);
  for (const unit of units)
    createModel(gpu, {
      inputs: 2,
      layers: [
        { unit: unit.name, outputs: 1 },
        { unit, outputs: 1 },
      ],
    });
  const name: UnitName = 'RealNPU modified';
  const description = { inputs: 2, layers: [{ unit: name, outputs: 1 }] } satisfies ModelDescription;
  createModel(gpu, description);
}

export async function training(): Promise<void> {
  await model.train({ x, y, steps: 1 });
  await model.train({ x, y, epochs: 2, batch: 'full', optimizer: { name: 'adam', beta1: 0.8 } });
  await model.train({ x: [1, 2, 3, 4], y: [3, 7], epochs: 1, learningRate: (step) => 1 / (1 + step) });
  await model.train({ x: [new Float32Array(2)], y: new Int32Array(1), steps: 1 });
  // @ts-expect-error one of steps and epochs
  await model.train({ x, y });
  // @ts-expect-error and not both
  await model.train({ x, y, steps: 1, epochs: 1 });
  // @ts-expect-error without anything
  await model.train();
  // @ts-expect-error learningRate
  await model.train({ x, y, steps: 1, lr: 0.1 });
  // @ts-expect-error batch
  await model.train({ x, y, steps: 1, batchSize: 1 });
  // @ts-expect-error optimizer
  await model.train({ x, y, steps: 1, optimiser: 'sgd' });
  // @ts-expect-error beta1
  await model.train({ x, y, steps: 1, optimizer: { name: 'adam', beta_1: 0.9 } });
  // @ts-expect-error sgd has no beta1
  await model.train({ x, y, steps: 1, optimizer: { name: 'sgd', beta1: 0.9 } });
  // @ts-expect-error a number
  await model.train({ x, y, epochs: '1' });
  // @ts-expect-error a loss that does not exist
  await model.train({ x, y, steps: 1, loss: 'mse' });
  const penalty = { strength: 1, schedule: { kind: 'constant' } } as const;
  await model.train({ x, y, steps: 1, regularizers: [{ ...penalty, reduction: 'mean' }, null] });
  // @ts-expect-error mean or sum
  await model.train({ x, y, steps: 1, regularizers: [{ ...penalty, reduction: 'avg' }] });
  const validation = { x, y };
  await model.train({
    x,
    y,
    steps: 1,
    validation,
    earlyStopping: { patience: 2 },
    trainable: [true],
    l1: 0.1,
  });
  await model.train({ x, y: [0], steps: 1, loss: 'softmaxCrossEntropy', sampleWeights: [1] });
  // @ts-expect-error patience
  await model.train({ x, y, steps: 1, validation, earlyStopping: {} });
  // @ts-expect-error numbers
  await model.train({ x: [['1', '2']], y, steps: 1 });
  const options: TrainOptions = { x, y, steps: 1 };
  await model.train(options);
  model.setParameters(await model.weights());
}

export async function ensembles(): Promise<void> {
  const options: TrainEnsembleOptions = {
    model: { inputs: 2, layers: [{ unit: 'NAU', outputs: 1 }] },
    seeds: { count: 3 },
    x,
    y,
    steps: 1,
  };
  await trainEnsemble(gpu, options);
  await trainEnsemble(gpu, { ...options, learningRate: (step) => 1 / (1 + step) });
  // @ts-expect-error learningRate
  await trainEnsemble(gpu, { ...options, learning_rate: 0.1 });
  // @ts-expect-error seeds
  await trainEnsemble(gpu, { ...options, model: { ...options.model, seed: 1 } });
  // @ts-expect-error trainEnsemble counts in steps
  await trainEnsemble(gpu, { ...options, epochs: 1 });
  // @ts-expect-error below
  await trainEnsemble(gpu, { ...options, stopWhen: { set: 'validation', under: 1 } });
}
