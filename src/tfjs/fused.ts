/**
 * A layer in this package's kernels, on the device of TensorFlow.js's WebGPU back end. Tensors are read and written where they
 * are, in buffers that the back end owns; nothing is copied but the parameters, and nothing is read back.
 */

import { LayerOperation } from '../engines/layered/layer-operation.ts';
import type { NamedLayer } from '../engines/layered/layers.ts';
import type { Gpu } from '../gpu/gpu.ts';
import { borrowedGpu } from '../gpu/request.ts';
import type { Draw, LayerFunction } from './layer-function.ts';
import type { Tensor, TensorFlow } from './tensorflow.ts';

/** What kernels of TensorFlow.js's WebGPU back end use of it; all of it public there. */
interface WebGpuBackend {
  readonly device: GPUDevice;
  readonly tensorMap: { get(dataId: object): { readonly resource?: unknown } };
  uploadToGPU(dataId: object): void;
  makeTensorInfo(shape: number[], dtype: 'float32'): { dataId: object; shape: number[]; dtype: 'float32' };
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

const needed = [
  'uploadToGPU',
  'makeTensorInfo',
  'ensureCommandEncoderReady',
  'endComputePassEncoder',
  'submitQueue',
] as const;

/** The back end in use, if it is one that has a device and what is needed beside it. */
export function webGpuBackend(tf: TensorFlow): WebGpuBackend | undefined {
  if (tf.getBackend() !== 'webgpu') return undefined;
  const backend = tf.backend() as unknown as WebGpuBackend;
  const whole =
    backend.device !== undefined &&
    backend.tensorMap !== undefined &&
    needed.every((name) => typeof backend[name] === 'function');
  return whole ? backend : undefined;
}

/** One per device, as long as that is there. */
const gpus = new WeakMap<GPUDevice, Gpu>();

function gpuOf(device: GPUDevice): Gpu {
  let gpu = gpus.get(device);
  if (!gpu || gpu.disposed) {
    gpu = borrowedGpu(device);
    gpus.set(device, gpu);
  }
  return gpu;
}

export class FusedLayer implements LayerFunction {
  /** Whose tensors it takes. */
  readonly device: GPUDevice;
  readonly #tf: TensorFlow;
  readonly #backend: WebGpuBackend;
  readonly #operation: LayerOperation;
  readonly #outputs: number;

  constructor(tf: TensorFlow, backend: WebGpuBackend, layer: NamedLayer) {
    this.device = backend.device;
    this.#tf = tf;
    this.#backend = backend;
    this.#operation = new LayerOperation(gpuOf(backend.device), layer);
    this.#outputs = layer.outputs;
  }

  forward(x: Tensor, parameters: readonly Tensor[], draw: Draw, keep: boolean) {
    const [rows] = x.shape as [number, number];
    const y = this.#made([rows, this.#outputs]);
    const kept = keep ? [this.#made([this.#operation.keptFloats(rows)])] : [];
    const inputs = {
      rows,
      x: this.#bufferOf(x),
      parameters: parameters.map((each) => this.#bufferOf(each)),
      draw,
    };
    const [yBuffer, keptBuffer] = [y, ...kept].map((each) => this.#bufferOf(each)) as [GPUBuffer, GPUBuffer?];
    this.#submitBefore();
    this.#operation.forward(inputs, yBuffer, keptBuffer);
    return { y, kept };
  }

  backward(dy: Tensor, x: Tensor, parameters: readonly Tensor[], kept: readonly Tensor[], draw: Draw) {
    const [rows] = x.shape as [number, number];
    const dx = this.#made(x.shape);
    const gradients = parameters.map(({ shape }) => this.#made(shape));
    const inputs = {
      rows,
      x: this.#bufferOf(x),
      parameters: parameters.map((each) => this.#bufferOf(each)),
      draw,
    };
    const from = { dy: this.#bufferOf(dy), kept: this.#bufferOf(kept[0] as Tensor) };
    const to = { dx: this.#bufferOf(dx), gradients: gradients.map((each) => this.#bufferOf(each)) };
    this.#submitBefore();
    this.#operation.backward(inputs, from, to);
    return { dx, parameters: gradients };
  }

  dispose(): void {
    this.#operation.dispose();
  }

  /** A tensor of the back end, with a buffer out of its own pool. */
  #made(shape: number[]): Tensor {
    const info = this.#backend.makeTensorInfo(shape, 'float32');
    this.#backend.uploadToGPU(info.dataId);
    return this.#tf.engine().makeTensorFromTensorInfo(info);
  }

  #bufferOf({ dataId }: Tensor): GPUBuffer {
    this.#backend.uploadToGPU(dataId);
    return this.#backend.tensorMap.get(dataId).resource as GPUBuffer;
  }

  /** What the back end has recorded comes first. */
  #submitBefore(): void {
    this.#backend.ensureCommandEncoderReady();
    this.#backend.endComputePassEncoder();
    this.#backend.submitQueue();
  }
}
