import { createModel, requestGpu } from 'nalu-webgpu';

const gpu = await requestGpu();
const model = createModel(gpu, { inputs: 2, layers: [{ unit: 'NMU', outputs: 1 }], seed: 1 });

// 200 rows of two numbers from 1 to 2, and their products.
const x = Array.from({ length: 200 }, (_, i) => [1 + (i % 14) / 14, 1 + (i % 15) / 15]);
const y = x.map(([a, b]) => [a * b]);

const { losses } = await model.train({
  x,
  y,
  steps: 1000,
  learningRate: 0.01,
  onProgress: ({ step, loss }) => console.log(`step ${step}: loss ${loss}`),
});
console.log('loss', losses[0], 'to', losses.at(-1));

// Far outside the range that it was trained on.
const [product] = await model.predict([[1234, 567]]);
console.log('1234 · 567 =', product);

const [layer] = await model.weights();
console.log('weights', layer.effective.W);
gpu.dispose();
