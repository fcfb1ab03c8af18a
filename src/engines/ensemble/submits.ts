/** Work under way on the GPU: a few submits at a time, each of about the same time, so that neither side waits. */

import type { Gpu } from '../../gpu/gpu.ts';
import type { Planner } from './planner.ts';

/** Submits under way at a time: while one runs, the next is ready. */
const UNDER_WAY = 2;

export class Submits {
  readonly #gpu: Gpu;
  readonly #pending: Promise<void>[] = [];
  #finishedAt = 0;

  constructor(gpu: Gpu) {
    this.#gpu = gpu;
  }

  /**
   * Lets `submit` submit `work`, and waits while that makes too many. How long the work took is told to `planner`, and
   * `finished` is called. Rejects with what went wrong on the device.
   */
  async add(submit: () => void, work: number, planner: Planner, finished?: () => void): Promise<void> {
    if (this.#pending.length === 0) this.#finishedAt = performance.now();
    submit();
    const receive = async (): Promise<void> => {
      await this.#gpu.finished();
      const now = performance.now();
      planner.took(work, now - this.#finishedAt);
      this.#finishedAt = now;
      finished?.();
    };
    this.#pending.push(receive());
    if (this.#pending.length >= UNDER_WAY) await this.#next();
  }

  /** Waits for everything under way. */
  async finish(): Promise<void> {
    while (this.#pending.length > 0) await this.#next();
  }

  async #next(): Promise<void> {
    try {
      await this.#pending.shift();
    } catch (error) {
      await Promise.allSettled(this.#pending.splice(0));
      throw error;
    }
  }
}
