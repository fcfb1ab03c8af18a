import { createModel, requestGpu } from 'nalu-webgpu';

globalThis.addEventListener('message', async ({ data: { x, y, ask } }) => {
  try {
    const gpu = await requestGpu();
    const model = createModel(gpu, { inputs: 2, layers: [{ unit: 'NMU', outputs: 1 }], seed: 1 });
    const onProgress = ({ loss }) => postMessage({ loss });
    const { losses } = await model.train({ x, y, steps: 1000, learningRate: 0.01, onProgress });
    const [product] = await model.predict(ask);
    postMessage({ loss: losses.at(-1), product });
    gpu.dispose();
  } catch (error) {
    postMessage({ error: error.message });
  }
});
