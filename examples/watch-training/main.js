import { AbortedError, createModel, requestGpu } from 'nalu-webgpu';

// Which of three numbers is the largest? Every tenth label is wrong, and such rows count for little.
const random = (() => {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
})();
const rows = (count) => Array.from({ length: count }, () => [random(), random(), random()]);
const largest = (row) => row.indexOf(Math.max(...row));
const x = rows(300);
const y = x.map((row, i) => (i % 10 === 0 ? (largest(row) + 1) % 3 : largest(row)));
const sampleWeights = x.map((_, i) => (i % 10 === 0 ? 0.01 : 1));
const validationX = rows(100);
const validation = { x: validationX, y: validationX.map(largest) };

const gpu = await requestGpu();
const layers = [
  { unit: 'Dense tanh', outputs: 16 },
  { unit: 'Linear', outputs: 3 },
];
const model = createModel(gpu, { inputs: 3, layers, seed: 1 });
console.log(model.summary());

const stop = new AbortController(); // a button may call stop.abort()
const training = {
  loss: 'softmaxCrossEntropy', // y: one class per row
  optimizer: { name: 'adamw', weightDecay: 0.01 },
  learningRate: 0.02,
  batch: 32,
  sampleWeights,
  validation,
  earlyStopping: { patience: 10, minDelta: 0.001 },
  onEpoch: ({ epoch, loss, validationLoss, validationAccuracy: accuracy }) =>
    console.log(
      `epoch ${epoch}: loss ${loss.toFixed(3)}, validation ${validationLoss.toFixed(3)}, ${accuracy} right`,
    ),
  signal: stop.signal,
};
const report = await model.train({ x, y, epochs: 200, ...training }).catch((error) => {
  if (error instanceof AbortedError) return error.report;
  throw error;
});
console.log(report.status, 'after', report.steps, 'steps; best', report.best);

// The last layer alone, on other classes: which is the smallest?
const smallest = x.map((row) => row.indexOf(Math.min(...row)));
const other = model.clone();
const last = { loss: 'softmaxCrossEntropy', trainable: [false, true] };
await other.train({ x, y: smallest, steps: 1000, learningRate: 0.05, ...last });
const { accuracy } = await other.evaluate(x, smallest, { loss: 'softmaxCrossEntropy' });
console.log('the smallest is found in', Math.round(100 * accuracy), '% of the rows');

// One row, on the CPU in float64, without a way to the GPU and back.
const predict = await model.rowFunction();
console.log('logits of [0.1, 0.9, 0.3]:', [...predict([0.1, 0.9, 0.3])]);
gpu.dispose();
