/** Where a loss curve has its points. */

/** No more than `most` epochs from 1 to `last`, evenly spaced on a log scale, first and last included. */
export function curveEpochs(last: number, most = 200): number[] {
  const epochs = new Set<number>();
  for (let point = 0; point < most && last > 0; point++) {
    epochs.add(Math.round(last ** (most > 1 ? point / (most - 1) : 1)));
  }
  return [...epochs];
}
