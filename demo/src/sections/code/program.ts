/** The program of the page for developers: what the first screen does, in ten lines. A test runs it. */

export const program = `import { createModel, requestGpu } from 'nalu-webgpu';

const gpu = await requestGpu();
const table = Array.from({ length: 100 }, (_, i) => [1 + (i % 10), 1 + Math.floor(i / 10)]);
const model = createModel(gpu, { inputs: 2, layers: [{ unit: 'NALU', outputs: 1 }], seed: 1 });
await model.train({
  x: table, y: table.map(([a, b]) => [a * b]),
  steps: 1000, learningRate: 0.03, optimizer: { name: 'adam', beta2: 0.9 },
});
console.log('27 × 34 =', (await model.predict([[27, 34]]))[0]);
gpu.dispose();
`;
