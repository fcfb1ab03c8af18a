/** A program that makes the same run with the library, to the same bits on the same adapter. */

import type { ExperimentRun } from './run.ts';

export function code({ experiment, settings }: ExperimentRun): string {
  const { seed, rate, epochs } = settings.peek();
  return `import { createModel, experiments, maxRelativeError, requestGpu } from 'nalu-webgpu';

const { model: description, train, test, loss } = experiments.${experiment.name};
const gpu = await requestGpu();
const model = createModel(gpu, { ...description, seed: ${seed} });
const { losses } = await model.train({
  x: train.x,
  y: train.y,
  loss,
  learningRate: ${rate},
  epochs: ${epochs},
  onProgress: ({ step, loss }) => console.log(step, loss),
});
const predicted = await model.predict(test.x);
const [layer] = await model.weights();
console.log('cost', losses.at(-1));
console.log('largest relative error', maxRelativeError(predicted, test.y));
console.log('weights', layer.effective);
gpu.dispose();
`;
}
