/** What has been: the cost of every epoch, and where the weights were, kept so that they stay cheap to draw. */

import type { AxisScale } from '../../components/axes.ts';
import type { WeightSample } from '../../experiments/article/job.ts';

export class Costs {
  #values = new Float32Array(4096);
  #length = 0;

  /** Epochs so far. */
  get length(): number {
    return this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  push(values: Float32Array): void {
    const needed = this.#length + values.length;
    if (needed > this.#values.length) {
      const larger = new Float32Array(2 ** Math.ceil(Math.log2(needed)));
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    this.#values.set(values, this.#length);
    this.#length = needed;
  }

  /** Cost of an epoch, from 1; undefined where there is none. */
  at(epoch: number): number | undefined {
    return epoch >= 1 && epoch <= this.#length ? this.#values[epoch - 1] : undefined;
  }

  /**
   * Epochs and costs to draw when an axis from 1 to `last` has `columns` pixels: in each column the lowest and the
   * highest cost, in the order they came. A cost that is not finite or not positive has no place on a log axis: null.
   */
  thin(columns: number, last: number, scale: AxisScale): [epochs: number[], costs: (number | null)[]] {
    const epochs: number[] = [];
    const costs: (number | null)[] = [];
    const add = (index: number) => {
      const cost = this.#values[index] as number;
      epochs.push(index + 1);
      costs.push(cost > 0 && Number.isFinite(cost) ? cost : null);
    };
    const edge = (column: number) => {
      const part = column / columns;
      return Math.round(scale === 'log' ? last ** part : 1 + part * (last - 1));
    };
    let from = 0;
    for (let column = 1; column <= columns && from < this.#length; column++) {
      const to = Math.min(edge(column), this.#length);
      if (to <= from) continue;
      let low = from;
      let high = from;
      for (let index = from + 1; index < to; index++) {
        if ((this.#values[index] as number) < (this.#values[low] as number)) low = index;
        if ((this.#values[index] as number) > (this.#values[high] as number)) high = index;
      }
      add(Math.min(low, high));
      if (low !== high) add(Math.max(low, high));
      from = to;
    }
    return [epochs, costs];
  }
}

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
