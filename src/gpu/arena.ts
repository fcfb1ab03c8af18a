/** Buffers that are freed together. */

import type { Gpu } from './gpu.ts';

export class Arena {
  readonly #gpu: Gpu;
  readonly #buffers: GPUBuffer[] = [];

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /** A zero-filled buffer of `count` 32-bit values. */
  values(label: string, count: number): GPUBuffer {
    return this.#keep(this.#gpu.buffer(label, 4 * count));
  }

  /** A buffer that holds `data`. */
  upload(label: string, data: Float32Array | Uint32Array | ArrayBuffer): GPUBuffer {
    return this.#keep(this.#gpu.upload(label, data));
  }

  /** A uniform buffer that holds `data`. */
  uniform(label: string, data: ArrayBuffer): GPUBuffer {
    return this.#keep(this.#gpu.upload(label, data, 'uniform'));
  }

  dispose(): void {
    for (const buffer of this.#buffers.splice(0)) this.#gpu.free(buffer);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  #keep(buffer: GPUBuffer): GPUBuffer {
    this.#buffers.push(buffer);
    return buffer;
  }
}
