/** Where the weights have been: dense at first, then one sample for every hundredth more epochs. */

import type { WeightSample } from '../../worker/jobs/article.ts';

const GROWTH = 1.01;

export class Trail {
  #kept: WeightSample[] = [];
  #latest: WeightSample | undefined;

  clear(): void {
    this.#kept = [];
    this.#latest = undefined;
  }

  push(samples: readonly WeightSample[]): void {
    for (const sample of samples) {
      const last = this.#kept.at(-1);
      if (!last || sample.epoch >= last.epoch * GROWTH) this.#kept.push(sample);
      this.#latest = sample;
    }
  }

  /** In order; the last is the latest there is. */
  get samples(): readonly WeightSample[] {
    const latest = this.#latest;
    if (!latest || latest === this.#kept.at(-1)) return this.#kept;
    return [...this.#kept, latest];
  }
}
