/** One WebGPU device with what this package needs of it: notice of its end to all that use it, byte accounting, cached kernels. */

import type { Bindings, KernelSource } from '../../shaders/bindings.ts';
import { DeviceLostError, DisposedError, LimitError, OutOfMemoryError } from '../errors.ts';
import type { AdapterFacts } from './adapter.ts';
import { compile, type Kernel } from './kernel.ts';
import { KernelCache } from './kernel-cache.ts';
import { Lifetime } from './lifetime.ts';
import { StagingPool } from './staging.ts';

/** Values of `GPUBufferUsage`, spelt out because runtimes differ in where they keep the constants. */
const usages = { copySource: 0x4, copyTarget: 0x8, uniform: 0x40, storage: 0x80 };

/** `storage`: arrays the kernels read and write · `uniform`: small structs. Both can be written and read back. */
export type BufferKind = 'storage' | 'uniform';

/** How a `Gpu` treats its device. */
export interface DeviceOptions {
  /** Whether the device is somebody else's: then `dispose` leaves it alone. Default false. */
  borrowed?: boolean;
  /** Bytes of GPU memory that may be in use at once; beyond them allocating is an OutOfMemoryError. Default: no limit. */
  maxBytes?: number;
  /** Asks for another such device. Default: there is no other. */
  renew?: () => Promise<Gpu>;
}

/** Milliseconds after a rejected call in which the loss of the device, if that was its cause, is reported. */
const LOSS_TOLD = 500;

/**
 * A device and everything allocated on it. Create it with `requestGpu`; `dispose` frees it all. What goes wrong with a model or
 * a run is reported there, and leaves the Gpu and all others usable; only the loss of the device ends all of them.
 */
export class Gpu {
  readonly device: GPUDevice;
  /** Who does the work; `adapter.software` says whether it is a CPU in disguise. */
  readonly adapter: AdapterFacts;
  /** Settles, with the error, when the device is lost for any reason but `dispose`. */
  readonly lost: Promise<DeviceLostError>;
  /** For arenas, which end with the Gpu. */
  readonly lifetime: Lifetime;
  /** For arenas, to read results. */
  readonly staging: StagingPool;
  /** Asks for another device, as this one was asked for: after a loss. */
  readonly renew: (() => Promise<Gpu>) | undefined;
  readonly #maxBytes: number;
  readonly #borrowed: boolean;
  readonly #buffers = new Map<GPUBuffer, number>();
  readonly #kernels = new KernelCache();
  /** What hears of the loss of the device, until `dispose`: a borrowed device outlives this Gpu, and must not hold it. */
  readonly #loss: { tell?: ((info: GPUDeviceLostInfo) => void) | undefined } = {};
  #bytes = 0;
  #disposed = false;

  constructor(
    device: GPUDevice,
    adapter: AdapterFacts,
    { maxBytes, renew, borrowed = false }: DeviceOptions = {},
  ) {
    this.device = device;
    this.adapter = adapter;
    this.renew = renew;
    this.#borrowed = borrowed;
    this.#maxBytes = maxBytes ?? Number.POSITIVE_INFINITY;
    this.staging = new StagingPool(device);
    this.lifetime = new Lifetime({
      atEnd: () => this.#free(),
      // What is pending when a device is lost may be rejected in the browser's own words before the loss is reported.
      causeOf: async () => {
        await Promise.race([device.lost, new Promise((resolve) => setTimeout(resolve, LOSS_TOLD))]);
      },
    });
    const loss = this.#loss;
    this.lost = new Promise((resolve) => {
      loss.tell = ({ reason, message }) => {
        const error = new DeviceLostError(
          reason,
          `the GPU device was lost (${message || reason || 'no reason given'}): request a new Gpu and create the models again`,
        );
        this.lifetime.end(error);
        resolve(error);
      };
    });
    void device.lost.then((info) => loss.tell?.(info));
  }

  /** Bytes of GPU memory in use through this object. */
  get bytes(): number {
    return this.#bytes;
  }

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Throws DisposedError, or DeviceLostError, if the device can no longer be used. */
  check(): void {
    this.lifetime.check();
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

  /** For arenas: a zero-filled buffer of `size` bytes (rounded up to a multiple of 4). Throws as `Arena.values` does. */
  buffer(label: string, size: number, kind: BufferKind = 'storage'): GPUBuffer {
    this.check();
    const bytes = Math.max(4, 4 * Math.ceil(size / 4));
    this.checkSize(label, bytes, kind);
    if (this.bytes + bytes > this.#maxBytes) {
      const message = `'${label}' needs ${bytes} bytes; ${this.bytes} of ${this.#maxBytes} (maxBytes) are in use`;
      throw new OutOfMemoryError(`${message}: use a smaller model, batch or data set`);
    }
    const usage = usages[kind] | usages.copySource | usages.copyTarget;
    const buffer = this.device.createBuffer({ label, size: bytes, usage });
    this.#buffers.set(buffer, bytes);
    this.#bytes += bytes;
    return buffer;
  }

  /** Frees a buffer made by `buffer`, once the submitted work that uses it is done. Freeing it twice does nothing. */
  free(buffer: GPUBuffer): void {
    const bytes = this.#buffers.get(buffer);
    if (bytes === undefined) return;
    this.#buffers.delete(buffer);
    this.#bytes -= bytes;
    buffer.destroy();
  }

  /** Compiles `source`, once for each text. */
  kernel<B extends Bindings>(source: KernelSource<B>): Promise<Kernel<B>> {
    this.check();
    const compiled = () => this.lifetime.guard(compile(this.device, source)) as unknown as Promise<Kernel>;
    return this.#kernels.get(source, compiled) as unknown as Promise<Kernel<B>>;
  }

  /** Settles when all submitted work is done; rejects when the device was lost meanwhile. */
  async finished(): Promise<void> {
    this.check();
    await this.lifetime.guard(this.device.queue.onSubmittedWorkDone());
  }

  /** Frees every buffer and, unless it is borrowed, the device. Calls that are still waiting reject with DisposedError. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#loss.tell = undefined;
    this.lifetime.end(new DisposedError('this Gpu'));
    if (!this.#borrowed) this.device.destroy();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #free(): void {
    for (const buffer of [...this.#buffers.keys()]) this.free(buffer);
    this.staging.dispose();
    this.#kernels.clear();
  }
}
