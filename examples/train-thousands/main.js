import { requestGpu, trainEnsemble } from 'nalu-webgpu';

const gpu = await requestGpu();
const x = Array.from({ length: 200 }, (_, i) => [1 + (i % 14) / 14, 1 + (i % 15) / 15]);
const far = Array.from({ length: 50 }, (_, i) => [10 + i, 70 - i]);
const product = ([a, b]) => [a * b];

// A hundred random starts of a unit that needs luck, all in one dispatch.
const report = await trainEnsemble(gpu, {
  model: { inputs: 2, layers: [{ unit: 'RealNPU', outputs: 1 }] },
  seeds: { count: 100 },
  x,
  y: x.map(product),
  steps: 3000,
  learningRate: 0.01,
  evaluate: { extrapolation: { x: far, y: far.map(product) } },
});

const errors = report.runs.map(({ errors }) => errors.extrapolation);
const solved = errors.filter((error) => error < 1e-3).length;
console.log(`${solved} of ${errors.length} starts learnt to multiply`);
const best = report.best('extrapolation');
console.log('best seed', report.runs[best].seed, 'with weights', report.weights(best)[0].effective.W);
gpu.dispose();
