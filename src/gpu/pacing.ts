/**
 * How much work goes into one submit: enough to hide its cost, little enough that pages stay responsive and no watchdog
 * fires. Adapts to what the last submits took, in wall-clock time: timestamps are quantised and optional.
 */
export interface Pacer {
  /** Units of work for the next submit. */
  readonly size: number;
  /** Tells that `count` units took `milliseconds`. */
  took(count: number, milliseconds: number): void;
}

/** Aims at `target` ms per submit; starts with `first` units and grows at most fourfold at a time, up to `most`. */
export function createPacer({ target = 45, first = 8, most = 4096 } = {}): Pacer {
  let size = first;
  return {
    get size() {
      return size;
    },
    took(count, milliseconds) {
      const perUnit = Math.max(milliseconds, 0.01) / count;
      size = Math.max(1, Math.min(Math.round(target / perUnit), 4 * Math.max(size, count), most));
    },
  };
}
