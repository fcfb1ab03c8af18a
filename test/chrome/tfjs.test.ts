/** Layers of TensorFlow.js in this package's kernels, beside the same composed of TensorFlow.js's operations. */

import * as core from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tfLayers from '@tensorflow/tfjs-layers';
import '@tensorflow/tfjs-backend-webgpu';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { UnitName } from '../../src/index.ts';
import { unitLayers } from '../../src/tfjs/index.ts';
import { relativeError } from '../support/compare.ts';
import { runReference } from '../support/compare-unit.ts';
import { runInTfjs } from '../support/tfjs-layer.ts';
import { unitCase } from '../support/unit-case.ts';
import { unitKinds } from '../support/unit-kinds.ts';

const tf = { ...core, ...tfLayers };
const unit = unitLayers(tf);
const BOUND = 2e-5;

const uncaptured: string[] = [];
const deviceOf = () => (tf.backend() as unknown as { device: GPUDevice }).device;
beforeAll(async () => {
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js has no webgpu back end here');
  await tf.ready();
  deviceOf().addEventListener('uncapturederror', ({ error }) => uncaptured.push(error.message));
});
afterAll(() => expect(uncaptured).toEqual([]));

/** The kernels are tested unit by unit elsewhere. */
describe.each(unitKinds.map(({ name }) => name as UnitName))('%s, fused', (name) => {
  it('has the values and gradients of float64', async () => {
    const given = unitCase(name, 7, 3, 5);
    const [actual, expected] = [await runInTfjs(tf, given, true), runReference(given)];
    expect(relativeError(actual.y, expected.y), 'y').toBeLessThanOrEqual(BOUND);
    expect(relativeError(actual.dx, expected.dx), 'dx').toBeLessThanOrEqual(BOUND);
    for (const [parameter, gradient] of Object.entries(expected.parameters)) {
      expect(relativeError(actual.parameters[parameter] ?? [], gradient), parameter).toBeLessThanOrEqual(
        BOUND,
      );
    }
  });
});

/** A convolution, a unit and a dense layer; data of which the unit sees what the convolution makes. */
function network(fused: boolean, name: 'NALU' | 'MulMCFC iNALU sign' | 'Dense RReLU' | 'sNMU') {
  const model = tf.sequential({
    layers: [
      tf.layers.conv1d({
        filters: 2,
        kernelSize: 2,
        inputShape: [4, 1],
        activation: 'softplus',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
      }),
      unit(name, { units: 5, seed: 1, fused }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }) }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'meanSquaredError' });
  const rows = Array.from({ length: 24 }, (_, k) =>
    [0, 1, 2, 3].map((i) => 0.5 + ((k * 7 + i * 5) % 11) / 11),
  );
  const x = tf.tensor3d(rows.map((row) => row.map((value) => [value])));
  const y = tf.tensor2d(rows.map(([a = 0, b = 0, c = 0]) => [a * b - c]));
  return { model, x, y };
}

describe('a network with a fused layer in it', () => {
  it.each([
    ['NALU', 100],
    ['MulMCFC iNALU sign', 10],
    ['Dense RReLU', 10],
    ['sNMU', 10],
  ] as const)('has the losses of the composed one, %s, over %i steps', async (name, epochs) => {
    const losses = async (fused: boolean) => {
      const { model, x, y } = network(fused, name);
      const { history } = await model.fit(x, y, { epochs, batchSize: 24, shuffle: false, verbose: 0 });
      model.dispose();
      return history.loss as number[];
    };
    const [fused, composed] = [await losses(true), await losses(false)];
    expect(fused).toHaveLength(epochs);
    expect(relativeError(fused, composed)).toBeLessThanOrEqual(1e-4);
    expect(fused.at(-1)).toBeLessThan(fused[0] as number);
  });

  it('reads nothing back on the way, and leaves no tensors and no memory behind', async () => {
    const { model, x, y } = network(true, 'NALU');
    const optimizer = tf.train.sgd(0.01);
    const step = (rows: number) =>
      optimizer.minimize(() => {
        const output = model.apply(tf.slice(x, 0, rows), { training: true }) as core.Tensor;
        return tf.losses.meanSquaredError(tf.slice(y, 0, rows), output) as core.Scalar;
      });
    const steps = () => {
      for (const rows of [24, 24, 7, 1]) step(rows);
    };
    steps();
    const { mapAsync } = GPUBuffer.prototype;
    let reads = 0;
    GPUBuffer.prototype.mapAsync = function (...args) {
      if ((args[0] as number) & GPUMapMode.READ) reads++;
      return mapAsync.apply(this, args);
    };
    const before = { ...tf.memory() } as core.MemoryInfo & { numBytesInGPU: number };
    try {
      for (let turn = 0; turn < 3; turn++) steps();
    } finally {
      GPUBuffer.prototype.mapAsync = mapAsync;
    }
    const after = tf.memory() as core.MemoryInfo & { numBytesInGPU: number };
    expect(reads).toBe(0);
    expect(after.numTensors).toBe(before.numTensors);
    expect(after.numBytesInGPU).toBe(before.numBytesInGPU);
    model.dispose();
  });

  it('is packed where it is wide, and predicts the same', async () => {
    const layer = (fused: boolean) => unit('NALU', { units: 70, seed: 9, fused, inputShape: [66] });
    const models = [true, false].map((fused) => tf.sequential({ layers: [layer(fused)] }));
    const x = tf.randomUniform([33, 66], 0.5, 2, 'float32', 5);
    const [fused, composed] = await Promise.all(
      models.map((model) => (model.predict(x) as core.Tensor).data()),
    );
    expect(relativeError(fused ?? [], composed ?? [])).toBeLessThanOrEqual(BOUND);
  });

  it('is saved, loaded and evaluated', async () => {
    const { model, x, y } = network(true, 'NALU');
    await model.fit(x, y, { epochs: 2, verbose: 0 });
    let saved: core.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler(async (artifacts) => {
        saved = artifacts;
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
      }),
    );
    const { modelTopology, weightSpecs = [], weightData } = saved as core.io.ModelArtifacts;
    const topology = JSON.parse(JSON.stringify(modelTopology));
    const loaded = await tf.loadLayersModel(
      tf.io.fromMemory({ modelTopology: topology, weightSpecs, weightData: weightData as ArrayBuffer }),
    );
    loaded.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const [own, other] = await Promise.all(
      [model, loaded].map((each) => (each.evaluate(x, y, { batchSize: 24 }) as core.Scalar).data()),
    );
    expect(other).toEqual(own);
  });
});
