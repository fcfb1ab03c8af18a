/** Where the networks are asked, and what the page is told of those of one kind: the curve of one, and how far all are off. */

import { identityCurve, type LogPoint, type ModelDescription } from '../../../../src/index.ts';

/** Steps that a training may be asked for. */
export const MOST_STEPS = 100_000;

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

export interface Curve {
  readonly step: number;
  /** Predictions of the first model, one for each place. */
  readonly y: Float64Array<ArrayBuffer>;
  /** Mean of |y − x| over the models that have not diverged, for each place; and over the places of each band. */
  readonly errors: Float64Array<ArrayBuffer>;
  readonly byBand: readonly number[];
  /** How many models have diverged. */
  readonly diverged: number;
}

export function curveOf(
  model: Omit<ModelDescription, 'seed'>,
  { step, parameters, statuses }: Pick<LogPoint, 'step' | 'parameters' | 'statuses'>,
): Curve {
  const each = parameters.length / statuses.length;
  const curveAt = (index: number) =>
    identityCurve(model, parameters.subarray(index * each, (index + 1) * each), undefined, POINTS);
  const first = curveAt(0);
  const errors = new Float64Array(POINTS);
  let counted = 0;
  statuses.forEach((status, index) => {
    if (status === 'diverged') return;
    const { x, y } = index === 0 ? first : curveAt(index);
    for (let n = 0; n < POINTS; n++) {
      errors[n] = (errors[n] as number) + Math.abs((y[n] as number) - (x[n] as number));
    }
    counted += 1;
  });
  // None is left: 0 / 0, not a number.
  const mean = errors.map((sum) => sum / counted);
  return {
    step,
    y: Float64Array.from(first.y),
    errors: mean,
    byBand: meansByBand(mean),
    diverged: statuses.length - counted,
  };
}

export interface Ranked {
  readonly label: string;
  /** Mean over a band. */
  readonly error: number;
}

/** From the smallest error in band `band` to the largest; without kinds that have none. */
export function ranked(
  shown: readonly { readonly label: string; readonly curve: Curve | undefined }[],
  band: number,
): Ranked[] {
  return shown
    .map(({ label, curve }) => ({ label, error: curve?.byBand[band] ?? Number.NaN }))
    .filter(({ error }) => Number.isFinite(error))
    .sort((a, b) => a.error - b.error);
}
