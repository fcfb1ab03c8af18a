import { createModel, op, requestGpu, symbol } from 'nalu-webgpu';

/** The pinball loss of a quantile τ: what is predicted too low costs τ, what is too high 1 − τ (Koenker, Bassett 1978). */
const pinball = (quantile) => {
  const error = op.subtract(symbol('y'), symbol('target'));
  return { mean: true, equation: op.max(op.multiply(1 - quantile, error), op.multiply(-quantile, error)) };
};

// Noise that grows with x: 1 + x, and up to x more.
const x = Array.from({ length: 500 }, (_, i) => [(i % 50) / 25]);
const y = x.map(([value], i) => [1 + value + value * ((i * 0.618034) % 1)]);

const gpu = await requestGpu();
for (const quantile of [0.1, 0.5, 0.9]) {
  const model = createModel(gpu, { inputs: 1, layers: [{ unit: 'Linear', outputs: 1 }], seed: 1 });
  await model.train({ x, y, loss: pinball(quantile), steps: 3000, learningRate: 0.01 });
  const predicted = await model.predict(x);
  const below = y.filter(([value], i) => value <= predicted[i]).length / y.length;
  console.log(`quantile ${quantile}: ${(100 * below).toFixed(0)} % of the targets are below`);
}
gpu.dispose();
