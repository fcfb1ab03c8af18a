/** One WebGPU device with what this package needs of it: typed errors, byte accounting, cached kernels, read-back. */

import type { Bindings, KernelSource } from '../../shaders/bindings.ts';
import {
  DeviceLostError,
  DisposedError,
  GpuValidationError,
  LimitError,
  NaluError,
  NoAdapterError,
  NoWebGpuError,
  OutOfMemoryError,
} from '../errors.ts';
import { type AdapterFacts, adapterFacts } from './adapter.ts';
import { compile, type Kernel } from './kernel.ts';
import { StagingPool } from './staging.ts';

/** Values of `GPUBufferUsage`, spelt out because runtimes differ in where they keep the constants. */
const usages = { copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 };
const MAP_READ = 1;

/** `storage`: arrays the kernels read and write · `uniform`: small structs. Both can be written and read back. */
export type BufferKind = 'storage' | 'uniform';

export interface GpuOptions {
  /** Where WebGPU comes from. Default: `navigator.gpu`. */
  gpu?: GPU;
  /** Default: `'high-performance'`. */
  powerPreference?: GPUPowerPreference;
  /**
   * `'adapter'` (default) asks for the adapter's own limits on buffer sizes, so that larger models fit;
   * `'default'` stays with the limits every WebGPU device has.
   */
  limits?: 'adapter' | 'default';
  /** Bytes of GPU memory that may be in use at once; beyond them allocating is an OutOfMemoryError. Default: no limit. */
  maxBytes?: number;
}

/** Limits that decide how large a model or data set may be. */
const sizeLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
] as const;
const usefulFeatures: GPUFeatureName[] = ['subgroups' as GPUFeatureName];

/** Asks for an adapter and a device. Rejects with NoWebGpuError or NoAdapterError when there is none. */
export async function requestGpu(options: GpuOptions = {}): Promise<Gpu> {
  const api = options.gpu ?? (globalThis.navigator as Navigator | undefined)?.gpu;
  if (!api) {
    throw new NoWebGpuError(
      'this runtime has no WebGPU (navigator.gpu is missing): use a recent Chrome, Edge, Safari or Firefox over ' +
        'https or localhost; in Node, install the package `webgpu`',
    );
  }
  const adapter = await api.requestAdapter({
    powerPreference: options.powerPreference ?? 'high-performance',
  });
  if (!adapter) {
    throw new NoAdapterError(
      'WebGPU is here, but it offers no adapter: check that the GPU driver is installed and that hardware ' +
        'acceleration is on (chrome://gpu shows why it is not)',
    );
  }
  const requiredLimits: Record<string, number> = {};
  if (options.limits !== 'default')
    for (const name of sizeLimits) requiredLimits[name] = adapter.limits[name];
  const requiredFeatures = usefulFeatures.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ label: 'nalu-webgpu', requiredLimits, requiredFeatures });
  return new Gpu(device, adapterFacts(adapter), options);
}

/** Milliseconds after a rejected call in which the loss of the device, if that was its cause, is told. */
const LOSS_TOLD = 500;

/** A device and everything allocated on it. Create it with `requestGpu`; `dispose` frees it all. */
export class Gpu {
  readonly device: GPUDevice;
  /** Who does the work; `adapter.software` says whether it is a CPU in disguise. */
  readonly adapter: AdapterFacts;
  /** Settles, with the error, when the device is lost for any reason but `dispose`. */
  readonly lost: Promise<DeviceLostError>;
  #failure: NaluError | undefined;
  #disposed = false;
  #rejectPending: ((error: NaluError) => void)[] = [];
  #buffers = new Map<GPUBuffer, number>();
  readonly #staging: StagingPool;
  #kernels = new Map<string, Promise<Kernel>>();
  readonly #options: GpuOptions;

  constructor(device: GPUDevice, adapter: AdapterFacts, options: GpuOptions = {}) {
    this.device = device;
    this.adapter = adapter;
    this.#options = options;
    this.#staging = new StagingPool(device);
    this.lost = new Promise((resolve) => {
      void device.lost.then(({ reason, message }) => {
        if (this.#disposed) return;
        const error = new DeviceLostError(
          reason,
          `the GPU device was lost (${message || reason || 'no reason given'}): request a new Gpu and create the models again`,
        );
        this.#fail(error);
        resolve(error);
      });
    });
    device.onuncapturederror = ({ error }) => this.#fail(typedError(error));
  }

  /** Bytes of GPU memory in use through this object. */
  get bytes(): number {
    let bytes = 0;
    for (const size of this.#buffers.values()) bytes += size;
    return bytes;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Another device, asked for as this one was: after a loss. */
  renew(): Promise<Gpu> {
    return requestGpu(this.#options);
  }

  /** Throws what went wrong on the device so far, if anything did. */
  check(): void {
    if (this.#disposed) throw new DisposedError('this Gpu');
    if (this.#failure) throw this.#failure;
  }

  /** Throws LimitError when a buffer of `size` bytes is more than the adapter can hold or bind. */
  checkSize(label: string, size: number, kind: BufferKind = 'storage'): void {
    const limit = kind === 'uniform' ? 'maxUniformBufferBindingSize' : 'maxStorageBufferBindingSize';
    for (const name of [limit, 'maxBufferSize'] as const) {
      const available = this.device.limits[name];
      if (size <= available) continue;
      const advice = `'${label}' does not fit; use a smaller model, a smaller batch or fewer rows at a time`;
      throw new LimitError(name, available, size, advice);
    }
  }

  /**
   * A zero-filled buffer of `size` bytes (rounded up to a multiple of 4). Throws LimitError when the adapter cannot
   * hold it; allocation failures arrive through `check` and every awaited call.
   */
  buffer(label: string, size: number, kind: BufferKind = 'storage'): GPUBuffer {
    this.check();
    const bytes = Math.max(4, 4 * Math.ceil(size / 4));
    this.checkSize(label, bytes, kind);
    const { maxBytes = Number.POSITIVE_INFINITY } = this.#options;
    if (this.bytes + bytes > maxBytes) {
      const message = `'${label}' needs ${bytes} bytes; ${this.bytes} of ${maxBytes} (maxBytes) are in use`;
      throw new OutOfMemoryError(`${message}: use a smaller model, batch or data set`);
    }
    const usage = usages[kind] | usages.copySource | usages.copyTarget;
    const buffer = this.device.createBuffer({ label, size: bytes, usage });
    this.#buffers.set(buffer, bytes);
    return buffer;
  }

  /**
   * Runs `make`, which allocates buffers and writes to them, and resolves with what it returns. Memory that runs out on the
   * way rejects with OutOfMemoryError, and the device stays usable; free what `make` allocated then.
   */
  async allocate<T>(make: () => T): Promise<T> {
    this.check();
    const scopes: Promise<GPUError | null>[] = [];
    let made: T;
    // Writing to a buffer that could not be allocated is invalid, too: of no interest beside its cause.
    this.device.pushErrorScope('out-of-memory');
    this.device.pushErrorScope('validation');
    try {
      made = make();
    } finally {
      scopes.push(this.device.popErrorScope(), this.device.popErrorScope());
    }
    const [invalid, memory] = await this.guard(Promise.all(scopes));
    const error = memory ?? invalid;
    if (error) throw memory ? outOfMemory(memory.message) : typedError(error);
    return made;
  }

  /** A buffer that holds `data`. */
  upload(
    label: string,
    data: Float32Array | Uint32Array | ArrayBuffer,
    kind: BufferKind = 'storage',
  ): GPUBuffer {
    const buffer = this.buffer(label, data.byteLength, kind);
    this.write(buffer, data);
    return buffer;
  }

  /** Writes `data` at byte `offset`, in order with the submitted work. */
  write(buffer: GPUBuffer, data: Float32Array | Uint32Array | ArrayBuffer, offset = 0): void {
    this.check();
    this.device.queue.writeBuffer(buffer, offset, data as unknown as ArrayBuffer);
  }

  /** Frees a buffer made by `buffer` or `upload`. Freeing it twice does nothing. */
  free(buffer: GPUBuffer): void {
    if (this.#buffers.delete(buffer)) buffer.destroy();
  }

  /** Compiles `source`, once for each text. */
  kernel<B extends Bindings>(source: KernelSource<B>): Promise<Kernel<B>> {
    this.check();
    const key = `${source.label}\n${source.code}`;
    let kernel = this.#kernels.get(key) as Promise<Kernel<B>> | undefined;
    if (!kernel) {
      kernel = this.guard(compile(this.device, source));
      this.#kernels.set(key, kernel as unknown as Promise<Kernel>);
    }
    return kernel;
  }

  /** Records a command buffer and submits it. */
  submit(record: (encoder: GPUCommandEncoder) => void): void {
    this.check();
    const encoder = this.device.createCommandEncoder();
    record(encoder);
    this.device.queue.submit([encoder.finish()]);
  }

  /** Settles when all submitted work is done; rejects when the device failed meanwhile. */
  async finished(): Promise<void> {
    await this.guard(this.device.queue.onSubmittedWorkDone());
    this.check();
  }

  /**
   * Copies `size` bytes from `offset` of `buffer` and resolves with them. Only this read waits: work submitted later
   * runs on, and several reads may be under way. `before` records work that is submitted together with the copy.
   */
  async read(
    buffer: GPUBuffer,
    offset = 0,
    size = buffer.size - offset,
    before?: (encoder: GPUCommandEncoder) => void,
  ): Promise<ArrayBuffer> {
    this.check();
    const staging = this.#staging.take(size);
    this.submit((encoder) => {
      before?.(encoder);
      encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
    });
    await this.guard(staging.mapAsync(MAP_READ, 0, size));
    const bytes = staging.getMappedRange(0, size).slice(0);
    staging.unmap();
    this.#staging.giveBack(staging);
    this.check();
    return bytes;
  }

  /** `read` as 32-bit floats. */
  async readFloats(
    buffer: GPUBuffer,
    offset = 0,
    count = (buffer.size - offset) / 4,
    before?: (encoder: GPUCommandEncoder) => void,
  ): Promise<Float32Array> {
    return new Float32Array(await this.read(buffer, offset, 4 * count, before));
  }

  /** Waits for `promise`, but rejects at once if the device is lost: a lost device may never settle what it owes. */
  async guard<T>(promise: Promise<T>): Promise<T> {
    this.check();
    let reject: (error: NaluError) => void = () => {};
    const failed = new Promise<never>((_, rejectWith) => {
      reject = rejectWith;
    });
    this.#rejectPending.push(reject);
    try {
      return await Promise.race([promise, failed]);
    } catch (error) {
      await this.#word(error);
      throw this.#failure ?? error;
    } finally {
      this.#rejectPending = this.#rejectPending.filter((other) => other !== reject);
    }
  }

  /** Frees every buffer and the device. Calls that are still waiting reject with DisposedError. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    for (const buffer of this.#buffers.keys()) buffer.destroy();
    this.#staging.dispose();
    this.#buffers.clear();
    this.#kernels.clear();
    for (const reject of this.#rejectPending) reject(new DisposedError('this Gpu'));
    this.device.destroy();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** What is pending when a device is lost may be rejected in the browser's own words before the loss is told. */
  async #word(error: unknown): Promise<void> {
    if (error instanceof NaluError || this.#failure) return;
    await Promise.race([this.device.lost, new Promise((resolve) => setTimeout(resolve, LOSS_TOLD))]);
  }

  #fail(error: NaluError): void {
    this.#failure ??= error;
    for (const reject of this.#rejectPending) reject(this.#failure);
  }
}

function typedError(error: GPUError): NaluError {
  const text = error.message;
  if (error.constructor.name === 'GPUOutOfMemoryError') return outOfMemory(text);
  return new GpuValidationError(`WebGPU rejected a call: ${text}`);
}

const outOfMemory = (text: string): OutOfMemoryError =>
  new OutOfMemoryError(`the GPU is out of memory (${text}): use a smaller model, batch or data set`);
