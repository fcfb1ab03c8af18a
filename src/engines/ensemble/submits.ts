/** Work under way on the GPU: a few submits at a time, each of about the same time, so that neither side waits. */

import type { Arena } from '../../gpu/arena.ts';
import { InFlight } from '../../gpu/in-flight.ts';
import type { Planner } from './planner.ts';

/** Submits under way at a time: while one runs, the next is ready. */
const UNDER_WAY = 2;

export class Submits {
  readonly #arena: Arena;
  readonly #pending = new InFlight(UNDER_WAY);
  #finishedAt = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /**
   * Lets `submit` submit `work`, and waits while that makes too many. `planner` learns how long the work took, and
   * `finished` is called. Rejects with what went wrong on the device.
   */
  async add(submit: () => void, work: number, planner: Planner, finished?: () => void): Promise<void> {
    if (this.#pending.size === 0) this.#finishedAt = performance.now();
    submit();
    const receive = async (): Promise<void> => {
      await this.#arena.finished();
      const now = performance.now();
      planner.took(work, now - this.#finishedAt);
      this.#finishedAt = now;
      finished?.();
    };
    this.#pending.add(receive());
    while (this.#pending.full) await this.#next();
  }

  /** Waits for everything under way. */
  async finish(): Promise<void> {
    while (this.#pending.size > 0) await this.#next();
  }

  async #next(): Promise<void> {
    try {
      await this.#pending.next();
    } catch (error) {
      await this.#pending.settle();
      throw error;
    }
  }
}
