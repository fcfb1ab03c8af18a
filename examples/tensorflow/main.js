import '@tensorflow/tfjs-backend-cpu';
import * as core from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { unitLayers } from 'nalu-webgpu/tfjs';

const tf = { ...core, ...layers }; // the same as: import * as tf from '@tensorflow/tfjs'
const unit = unitLayers(tf);

// One unit multiplies and another subtracts, side by side in a model of TensorFlow.js.
const input = tf.input({ shape: [2] });
const product = unit('NMU', { units: 1, seed: 1, name: 'product' }).apply(input);
const difference = unit('NAU', { units: 1, seed: 1, name: 'difference' }).apply(input);
const outputs = tf.layers.concatenate().apply([product, difference]);
const model = tf.model({ inputs: input, outputs });
model.compile({ optimizer: tf.train.adam(0.03), loss: 'meanSquaredError' });

const rows = Array.from({ length: 120 }, (_, i) => [1 + (i % 8) / 8, 1 + (i % 15) / 15]);
const x = tf.tensor2d(rows);
const y = tf.tensor2d(rows.map(([a, b]) => [a * b, a - b]));
const { history } = await model.fit(x, y, { epochs: 400, batchSize: 120, verbose: 0 });
console.log('loss', history.loss.at(-1));

// What was learnt can be read, and is saved with the model.
console.log('weights', (await model.getLayer('difference').effectiveWeights()).W);
await model.save(
  tf.io.withSaveHandler(async (saved) => {
    const loaded = await tf.loadLayersModel(tf.io.fromMemory(saved));
    const [times, minus] = await loaded.predict(tf.tensor2d([[30, 40]])).data();
    console.log('30 · 40 =', times, ' 30 − 40 =', minus);
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
  }),
);
