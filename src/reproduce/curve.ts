/** A loss curve with few points. */

/**
 * Epoch (from 1) and loss at no more than `most` epochs, evenly spaced on a log scale, first and last included; losses
 * to six digits. Losses that are not finite are left out.
 */
export function thinCurve(losses: readonly number[], most = 500): [epoch: number, loss: number][] {
  const last = losses.length;
  const epochs = new Set<number>();
  for (let point = 0; point < most && last > 0; point++) {
    epochs.add(Math.round(last ** (most > 1 ? point / (most - 1) : 1)));
  }
  return [...epochs]
    .map((epoch): [number, number] => [epoch, Number((losses[epoch - 1] as number).toPrecision(6))])
    .filter(([, loss]) => Number.isFinite(loss));
}
