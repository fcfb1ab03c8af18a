/** How the errors of a cell's models fall over the steps: median and quartiles at each log point. */

import type { RunRecord } from '../benchmark/record.ts';
import { type CellRecords, quantile } from './summary.ts';

export interface CurvePoint {
  readonly step: number;
  /** Median validation error; infinite where half of the models have none. */
  readonly validation: number;
  /** Of the extrapolation error: quartiles and median, likewise. */
  readonly extrapolation: readonly [lower: number, median: number, upper: number];
}

/** A model that diverged counts as infinitely wrong from then on, so that lines do not get better by its leaving. */
export function curveOf(runs: CellRecords): CurvePoint[] {
  const drawn = runs.filter(hasCurve);
  const steps = [...new Set(drawn.flatMap(({ curve }) => curve.map(([step]) => step)))].sort((a, b) => a - b);
  const byRun = drawn.map(({ curve }) => new Map(curve.map((point) => [point[0], point])));
  return steps.map((step) => {
    const at = (column: 1 | 2) => byRun.map((curve) => curve.get(step)?.[column] ?? Number.POSITIVE_INFINITY);
    const extrapolation = at(2);
    return {
      step,
      validation: quantile(at(1), 0.5),
      extrapolation: [
        quantile(extrapolation, 0.25),
        quantile(extrapolation, 0.5),
        quantile(extrapolation, 0.75),
      ],
    };
  });
}

export function hasCurve(run: RunRecord): run is RunRecord & Required<Pick<RunRecord, 'curve'>> {
  return run.curve !== undefined && run.curve.length > 0;
}
