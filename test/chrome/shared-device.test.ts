/** One GPUDevice for ONNX Runtime, TensorFlow.js and this package: numbers go from one to the next without leaving it. */

import '@tensorflow/tfjs-backend-webgpu';
import * as core from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tfLayers from '@tensorflow/tfjs-layers';
import runtime from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { InferenceSession, env as ort, Tensor } from 'onnxruntime-web/webgpu';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { writeOnnx } from '../../src/export/onnx-file.ts';
import { createModel, type Gpu, requestGpu } from '../../src/index.ts';
import { unitLayers } from '../../src/tfjs/index.ts';

const tf = { ...core, ...tfLayers };
const ROWS = 32;

/** TensorFlow.js's back end, with what its own kernels use of it. */
interface Backend {
  readonly device: GPUDevice;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

let backend: Backend;
let device: GPUDevice;
let gpu: Gpu;
const uncaptured: string[] = [];
let lost = false;

beforeAll(async () => {
  await tf.setBackend('webgpu');
  await tf.ready();
  backend = tf.backend() as unknown as Backend;
  device = backend.device;
  device.addEventListener('uncapturederror', ({ error }) => uncaptured.push(error.message));
  void device.lost.then(() => {
    lost = true;
  });
  gpu = await requestGpu({ device });
  ort.wasm.wasmPaths = { wasm: runtime };
  ort.wasm.numThreads = 1;
  ort.logLevel = 'error';
});
afterAll(() => expect(uncaptured).toEqual([]));

/** x ↦ 2 x + 1 in ONNX Runtime, from a buffer to a buffer. */
async function session(): Promise<InferenceSession> {
  const file = writeOnnx({
    name: 'affine',
    description: '2 x + 1',
    opset: 17,
    irVersion: 8,
    input: { name: 'x', columns: 4 },
    output: { name: 'y', columns: 4 },
    tensors: [
      { name: 'two', shape: [1], floats: Float32Array.of(2) },
      { name: 'one', shape: [1], floats: Float32Array.of(1) },
    ],
    nodes: [
      { operator: 'Mul', inputs: ['x', 'two'], output: 'twice' },
      { operator: 'Add', inputs: ['twice', 'one'], output: 'y' },
    ],
    metadata: {},
  });
  return InferenceSession.create(file, {
    executionProviders: [{ name: 'webgpu', device } as never],
    preferredOutputLocation: 'gpu-buffer',
  });
}

const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
const numbers = Float32Array.from({ length: 4 * ROWS }, (_, k) => 0.2 + ((k * 7) % 23) / 46);

it('numbers go through all three and gradients back, nothing is read on the way, and each ends alone', async () => {
  const buffer = device.createBuffer({ size: numbers.byteLength, usage: STORAGE | COPY_SRC | COPY_DST });
  device.queue.writeBuffer(buffer, 0, numbers);
  const affine = await session();
  const unit = unitLayers(tf);
  const model = tf.sequential({
    layers: [
      tf.layers.conv1d({
        filters: 2,
        kernelSize: 2,
        inputShape: [4, 1],
        activation: 'softplus',
        kernelInitializer: tf.initializers.glorotUniform({ seed: 3 }),
      }),
      unit('NALU', { units: 3, seed: 1 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 1, kernelInitializer: tf.initializers.glorotUniform({ seed: 4 }) }),
    ],
  });
  const targets = tf.tensor2d(
    Array.from({ length: ROWS }, (_, row) => {
      const [a = 0, b = 0, c = 0] = numbers.subarray(4 * row).map((v) => 2 * v + 1);
      return [a * b - c];
    }),
  );
  const optimizer = tf.train.adam(0.02);
  const losses: core.Scalar[] = [];
  const step = async () => {
    const x = Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims: [ROWS, 4] });
    const { y } = (await affine.run({ x })) as { y: Tensor };
    const input = tf.tensor({ buffer: y.gpuBuffer as GPUBuffer, zeroCopy: true } as never, [ROWS, 4, 1]);
    const loss = optimizer.minimize(() => {
      const output = model.apply(input, { training: true }) as core.Tensor;
      return tf.losses.meanSquaredError(targets, output) as core.Scalar;
    }, true);
    losses.push(loss as core.Scalar);
    // What TensorFlow.js has recorded reads the buffer before ONNX Runtime has it back.
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
    input.dispose();
    y.dispose();
  };
  await step(); // compiles
  const { mapAsync } = GPUBuffer.prototype;
  let reads = 0;
  GPUBuffer.prototype.mapAsync = function (...args) {
    if ((args[0] as number) & GPUMapMode.READ) reads++;
    return mapAsync.apply(this, args);
  };
  try {
    for (let turn = 0; turn < 30; turn++) await step();
  } finally {
    GPUBuffer.prototype.mapAsync = mapAsync;
  }
  expect(reads).toBe(0);
  const values = await Promise.all(losses.map(async (loss) => (await loss.data())[0] as number));
  expect(values.at(-1)).toBeLessThan(0.5 * (values[0] as number));

  // A model of this package reads what ONNX Runtime made, on the same device.
  const own = createModel(gpu, { inputs: 4, layers: [{ unit: 'NAU', outputs: 1 }] });
  own.setParameters([{ W: [1, 1, 1, 1] }]);
  const x = Tensor.fromGpuBuffer(buffer, { dataType: 'float32', dims: [ROWS, 4] });
  const { y } = (await affine.run({ x })) as { y: Tensor };
  const sums = await own.predict(y.gpuBuffer as GPUBuffer, { rows: ROWS });
  const first = numbers.subarray(0, 4).reduce((sum, value) => sum + 2 * value + 1, 0);
  expect(sums[0]).toBeCloseTo(first, 4);

  gpu.dispose();
  expect(() => own.gpu.check()).toThrow(/disposed/);
  await step();
  expect((await (losses.at(-1) as core.Scalar).data())[0]).toBeLessThan(values[0] as number);
  expect(lost).toBe(false);
  await affine.release();
  model.dispose();
});
