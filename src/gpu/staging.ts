/** Buffers that results are copied into, to be read; they are used again. */

/** Values of `GPUBufferUsage`, MAP_READ and COPY_DST, spelt out because runtimes differ in where they keep the constants. */
const USAGE = 0x1 | 0x8;
const LEAST = 256;

/** Bytes of free buffers that are kept, over all sizes. */
const MOST_KEPT = 2 ** 26;

export class StagingPool {
  readonly #device: GPUDevice;
  /** Free ones by size. Sizes are powers of two, so that the pool stays small. */
  readonly #free = new Map<number, GPUBuffer[]>();
  #kept = 0;
  #disposed = false;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** A buffer of at least `size` bytes for the caller alone, who gives it back unmapped or destroys it. */
  take(size: number): GPUBuffer {
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(size, LEAST)));
    const found = this.#free.get(rounded)?.pop();
    if (found) this.#kept -= rounded;
    return found ?? this.#device.createBuffer({ label: 'read-back', size: rounded, usage: USAGE });
  }

  giveBack(buffer: GPUBuffer): void {
    if (this.#disposed || this.#kept + buffer.size > MOST_KEPT) {
      buffer.destroy();
      return;
    }
    this.#kept += buffer.size;
    const pool = this.#free.get(buffer.size) ?? [];
    this.#free.set(buffer.size, pool);
    pool.push(buffer);
  }

  dispose(): void {
    this.#disposed = true;
    for (const pool of this.#free.values()) for (const buffer of pool) buffer.destroy();
    this.#free.clear();
  }
}
