/** Where the networks are asked: over the whole test range of the experiment, and how far that is from the training. */

/** The training range is from −5 to 5, the test range from −20 to 20. */
export const TRAINED = 5;
export const FARTHEST = 20;
/** Points of a curve, from one end of the test range to the other: four for each unit of x. */
export const POINTS = 161;

export const places: readonly number[] = Array.from(
  { length: POINTS },
  (_, n) => -FARTHEST + (2 * FARTHEST * n) / (POINTS - 1),
);

/** Index of the point that is nearest to `x`. */
export const nearestPlace = (x: number): number =>
  Math.min(Math.max(Math.round(((x + FARTHEST) / (2 * FARTHEST)) * (POINTS - 1)), 0), POINTS - 1);

/** Distances from 0, the first of which is that of the training. Each has its upper end, and all but the first lack the lower. */
export const bands = [
  { from: 0, to: 5, label: 'up to 5' },
  { from: 5, to: 10, label: '5 to 10' },
  { from: 10, to: 15, label: '10 to 15' },
  { from: 15, to: 20, label: '15 to 20' },
] as const;

/** Mean over the points of each band; `values` has one number for each place. */
export function meansByBand(values: ArrayLike<number>): number[] {
  return bands.map(({ from, to }) => {
    const within = places.flatMap((x, n) => {
      const distance = Math.abs(x);
      return distance <= to && (distance > from || from === 0) ? [values[n] as number] : [];
    });
    return within.reduce((sum, value) => sum + value, 0) / within.length;
  });
}
