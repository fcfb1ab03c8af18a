/** As test/unit/arguments.test.ts, for what needs a device, or a TensorFlow.js, before it can refuse anything. */

import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as main from '../../src/index.node.ts';
import { unitLayers } from '../../src/tfjs/index.ts';
import { deviceFunctions } from '../support/device-functions.ts';
import { faultsOf } from '../support/wrong-arguments.ts';

type Call = (...given: never[]) => unknown;

let gpu: main.Gpu;
beforeAll(async () => {
  gpu = await main.requestGpu();
});
afterAll(() => gpu.dispose());

const x = [
  [1, 2],
  [3, 4],
];
const y = [[3], [7]];
const description = () => ({ inputs: 2, layers: [{ unit: 'NAC', outputs: 1 }], seed: 1 });
const ensemble = () => ({
  model: { inputs: 2, layers: [{ unit: 'NAC', outputs: 1 }] },
  x,
  y,
  seeds: [1, 2],
  batch: 'full',
  learningRate: 0.01,
});

/** A model, what `use` makes of it, and its end. */
const withModel =
  (use: (model: main.Model, ...given: never[]) => unknown): Call =>
  async (...given: never[]) => {
    const model = main.createModel(gpu, description() as main.ModelDescription);
    try {
      return await use(model, ...given);
    } finally {
      model.dispose();
    }
  };

const calls: Readonly<Record<string, readonly [call: Call, given: () => readonly unknown[]]>> = {
  // A record whose parts stay as they are, since each check that works takes hundreds of passes.
  checkGradients: [
    main.checkGradients,
    () => [gpu, Object.create(main.nac), { inputs: 1, outputs: 1, rows: 1 }],
  ],
  createEnsemble: [main.createEnsemble, () => [gpu, ensemble()]],
  createEnsembleRun: [main.createEnsembleRun, () => [gpu, { ...ensemble(), steps: 2 }]],
  createModel: [main.createModel, () => [gpu, description()]],
  createTiledModel: [main.createTiledModel, () => [gpu, description(), { rows: 8 }]],
  nodeGpu: [main.nodeGpu, () => [{}]],
  renewGpu: [main.renewGpu, () => []],
  requestGpu: [main.requestGpu, () => [{}]],
  trainEnsemble: [main.trainEnsemble, () => [gpu, { ...ensemble(), steps: 2 }]],
  unitLayers: [unitLayers as Call, () => [{ ...core, ...layers }, { units: [main.nac] }]],
  'Model.train': [
    withModel((model, options) => model.train(options)),
    () => [
      { x, y, steps: 1, learningRate: 0.1, batch: 'full', loss: 'meanSquared', optimizer: 'sgd', seed: 1 },
    ],
  ],
  'Model.predict': [withModel((model, rows, options) => model.predict(rows, options)), () => [x, {}]],
  'Model.setParameters': [
    withModel((model, parameters) => model.setParameters(parameters)),
    () => [[{ W_hat: [1, 2], M_hat: [1, 2] }]],
  ],
};

describe('what needs a device', () => {
  it('is all of what the list says', () => {
    const called = Object.keys(calls).filter((name) => !name.includes('.'));
    expect(called.sort()).toEqual([...deviceFunctions].sort());
  });

  it.each(Object.entries(calls))('%s refuses what it does not take', async (name, [call, given]) => {
    expect(await faultsOf(name, call as (...args: unknown[]) => unknown, given)).toEqual([]);
  });
});
