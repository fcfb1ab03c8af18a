/** Buffers of one owner: he alone works with them, and they are freed together. */

import { DisposedError } from '../errors.ts';
import { type Dispatch, passOf } from './dispatch.ts';
import { withScopes } from './faults.ts';
import type { BufferKind, Gpu } from './gpu.ts';
import { Lifetime } from './lifetime.ts';

/** Value of `GPUMapMode.READ`, spelt out because runtimes differ in where they keep the constants. */
const MAP_READ = 1;

type Values = Float32Array | Uint32Array | ArrayBuffer;

/**
 * Everything that allocates, writes, submits or reads goes through an arena, and so cannot use buffers that are freed: after
 * `dispose` each call throws DisposedError and each wait rejects with it, while work that was submitted before runs to its
 * end, as WebGPU has it. What the device rejects ends this arena alone, with the error; other arenas go on.
 */
export class Arena {
  readonly gpu: Gpu;
  readonly #owner: string;
  readonly #parent: Arena | undefined;
  readonly #lifetime: Lifetime;
  readonly #buffers = new Set<GPUBuffer>();
  /** Settles when all that was done so far is known to be well, or not. */
  #told: Promise<unknown> = Promise.resolve();
  #inScope = false;

  /** `owner` stands in messages ('this model'). An arena of an arena ends with it, and may use its buffers. */
  constructor(parent: Gpu | Arena, owner: string) {
    this.gpu = parent instanceof Arena ? parent.gpu : parent;
    this.#parent = parent instanceof Arena ? parent : undefined;
    this.#owner = owner;
    this.#lifetime = new Lifetime({
      parent: parent instanceof Arena ? parent.#lifetime : parent.lifetime,
      atEnd: () => {
        for (const buffer of this.#buffers) this.gpu.free(buffer);
        this.#buffers.clear();
      },
    });
  }

  get disposed(): boolean {
    return this.#lifetime.ended !== undefined;
  }

  /** Of its buffers. */
  get bytes(): number {
    let bytes = 0;
    for (const { size } of this.#buffers) bytes += size;
    return bytes;
  }

  /** Throws why this arena can no longer be used, if so. */
  check(): void {
    this.#lifetime.check();
  }

  /** Waits for `promise`; rejects as soon as this arena ends. */
  guard<T>(promise: Promise<T>): Promise<T> {
    return this.#lifetime.guard(promise);
  }

  /** Runs `action`, which calls the device; what the device rejects of it ends this arena. */
  scope<T>(action: () => T): T {
    this.check();
    if (this.#inScope) return action();
    this.#inScope = true;
    try {
      const { made, fault } = withScopes(this.gpu.device, action);
      const heard = fault.then((error) => error && this.#lifetime.end(error));
      this.#told = Promise.all([this.#told, heard]);
      return made;
    } finally {
      this.#inScope = false;
    }
  }

  /** Resolves when all that was done so far, by the arenas around this one too, is known to be well; else rejects. */
  async sound(): Promise<void> {
    for (let arena: Arena | undefined = this; arena; arena = arena.#parent) await this.guard(arena.#told);
    this.check();
  }

  /**
   * A zero-filled buffer of `count` 32-bit values. Throws LimitError when the adapter cannot hold it, and OutOfMemoryError
   * beyond the Gpu's `maxBytes`; memory that runs out on the device ends this arena.
   */
  values(label: string, count: number, kind: BufferKind = 'storage'): GPUBuffer {
    const buffer = this.scope(() => this.gpu.buffer(label, 4 * count, kind));
    this.#buffers.add(buffer);
    return buffer;
  }

  /** A buffer that holds `data`. */
  upload(label: string, data: Values, kind: BufferKind = 'storage'): GPUBuffer {
    return this.scope(() => {
      const buffer = this.values(label, data.byteLength / 4, kind);
      this.write(buffer, data);
      return buffer;
    });
  }

  /** A uniform buffer that holds `data`. */
  uniform(label: string, data: ArrayBuffer): GPUBuffer {
    return this.upload(label, data, 'uniform');
  }

  /** Writes `data` at byte `offset`, in order with the submitted work. */
  write(buffer: GPUBuffer, data: Values, offset = 0): void {
    this.scope(() => this.gpu.device.queue.writeBuffer(buffer, offset, data as unknown as ArrayBuffer));
  }

  /** Records a command buffer and submits it. */
  submit(record: (encoder: GPUCommandEncoder) => void): void {
    this.scope(() => {
      const encoder = this.gpu.device.createCommandEncoder();
      record(encoder);
      this.gpu.device.queue.submit([encoder.finish()]);
    });
  }

  /** Submits one compute pass that runs `dispatches` `times` times over. */
  run(dispatches: readonly Dispatch[], times = 1): void {
    this.submit(passOf(dispatches, times));
  }

  /** Settles when all submitted work is done; rejects when this arena ended meanwhile. */
  async finished(): Promise<void> {
    this.check();
    await this.guard(this.gpu.device.queue.onSubmittedWorkDone());
    await this.sound();
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
    const { staging } = this.gpu;
    const copy = this.scope(() => staging.take(size));
    let mapped = false;
    try {
      this.submit((encoder) => {
        before?.(encoder);
        encoder.copyBufferToBuffer(buffer, offset, copy, 0, size);
      });
      await this.guard(copy.mapAsync(MAP_READ, 0, size));
      await this.sound();
      const bytes = copy.getMappedRange(0, size).slice(0);
      copy.unmap();
      mapped = true;
      return bytes;
    } finally {
      if (mapped) staging.giveBack(copy);
      else copy.destroy();
    }
  }

  /** `read` as 32-bit floats. */
  async readFloats(
    buffer: GPUBuffer,
    offset = 0,
    count = (buffer.size - offset) / 4,
    before?: (encoder: GPUCommandEncoder) => void,
  ): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array(await this.read(buffer, offset, 4 * count, before));
  }

  /** Frees the buffers. What is under way rejects with DisposedError. */
  dispose(): void {
    this.#lifetime.end(new DisposedError(this.#owner));
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
