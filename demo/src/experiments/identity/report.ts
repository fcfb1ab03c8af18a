/** What the page is told of the networks of one kind: the curve of one of them, and how far all are off. */

import { identityCurve, type LogPoint, type ModelDescription } from '../../../../src/index.ts';
import { meansByBand, POINTS } from './plan.ts';

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
