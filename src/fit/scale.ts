/**
 * Scaling for training: powers of two, so that no digit is lost, and no offset, so that products stay products. Columns of
 * about one size share a scale, so that their sums and differences stay what they are.
 */

import { type Scaling, unscaled } from '../formula/scaling.ts';

/** Magnitudes this many times apart still share a scale. */
const ALIKE = 16;

/** Scales of the columns of `x` [rows, width] by their median magnitude. */
export function scaleColumns(x: Float64Array, width: number): Scaling[] {
  const sizes = Array.from({ length: width }, (_, k) => medianMagnitude(x, width, k));
  const order = sizes.map((_, k) => k).sort((a, b) => (sizes[a] as number) - (sizes[b] as number));
  const scalings: Scaling[] = Array.from({ length: width }, () => unscaled);
  for (let from = 0; from < order.length; ) {
    const least = sizes[order[from] as number] as number;
    let to = from;
    while (to < order.length && (sizes[order[to] as number] as number) <= ALIKE * least) to++;
    const group = order.slice(from, to);
    const largest = sizes[group.at(-1) as number] as number;
    const scaling = powerOfTwo(Math.sqrt(least) * Math.sqrt(largest));
    for (const k of group) scalings[k] = scaling;
    from = to;
  }
  return scalings;
}

/** The scale of one column. */
export const scaleColumn = (values: Float64Array): Scaling => powerOfTwo(medianMagnitude(values, 1, 0));

const powerOfTwo = (size: number): Scaling => ({ offset: 0, scale: 2 ** Math.round(Math.log2(size)) });

/** Of the values of column `k` that are not zero; 1 where all are. */
function medianMagnitude(values: Float64Array, width: number, k: number): number {
  const magnitudes: number[] = [];
  for (let at = k; at < values.length; at += width) {
    const value = Math.abs(values[at] as number);
    if (value > 0) magnitudes.push(value);
  }
  magnitudes.sort((a, b) => a - b);
  return magnitudes[magnitudes.length >> 1] ?? 1;
}
