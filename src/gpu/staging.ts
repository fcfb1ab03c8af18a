/** Buffers that results are copied into, to be read; they are used again. */

/** Values of `GPUBufferUsage`, MAP_READ and COPY_DST, spelt out because runtimes differ in where they keep the constants. */
const USAGE = 0x1 | 0x8;
const LEAST = 256;

export class StagingPool {
  readonly #device: GPUDevice;
  /** Free ones by size. Sizes are powers of two, so that the pool stays small. */
  readonly #free = new Map<number, GPUBuffer[]>();
  #disposed = false;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** A buffer of at least `size` bytes for the caller alone, who gives it back unmapped. */
  take(size: number): GPUBuffer {
    const rounded = 2 ** Math.ceil(Math.log2(Math.max(size, LEAST)));
    return (
      this.#free.get(rounded)?.pop() ??
      this.#device.createBuffer({ label: 'read-back', size: rounded, usage: USAGE })
    );
  }

  giveBack(buffer: GPUBuffer): void {
    if (this.#disposed) {
      buffer.destroy();
      return;
    }
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
