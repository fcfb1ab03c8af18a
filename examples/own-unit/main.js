import { checkGradients, createModel, defineUnit, op, requestGpu, symbol } from 'nalu-webgpu';

/** y = Σ w x² + b. */
const [x, w, b, square, sum] = ['x', 'w', 'b', 'square', 'sum'].map((name) => symbol(name));
const squares = defineUnit({
  name: 'Squares',
  equation: {
    parameters: { edge: ['w'], output: ['b'] },
    weights: { w },
    outputs: { b },
    features: { square: op.multiply(x, x) },
    accumulators: { sum: { kind: 'sum', term: op.multiply(square, w), rounding: 'sign' } },
    out: op.add(sum, b),
  },
  initializations: {
    small: { w: { kind: 'uniform', low: -0.5, high: 0.5 }, b: { kind: 'constant', value: 0 } },
  },
});

const gpu = await requestGpu();
const { ok, worst } = await checkGradients(gpu, squares);
console.log(ok ? 'its derivative is right' : worst);

const rows = Array.from({ length: 100 }, (_, i) => [(i % 10) / 5, Math.floor(i / 10) / 5]);
const targets = rows.map(([a, b]) => [2 * a ** 2 - b ** 2 + 0.5]);
const model = createModel(gpu, { inputs: 2, layers: [{ unit: squares, outputs: 1 }] });
await model.train({ x: rows, y: targets, steps: 2000, learningRate: 0.02 });
const [value] = await model.predict([[10, 20]]);
console.log('2 · 10² − 20² + 0.5 =', value);
gpu.dispose();
