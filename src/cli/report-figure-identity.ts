/** Mean absolute error against x of the identity task: how units fail outside the range they were trained on. */

import type { TopLevelSpec } from 'vega-lite';
import { identityCurve } from '../report/identity.ts';
import { boundsOf } from '../report/names.ts';
import type { CellRecords } from '../report/summary.ts';
import { house, powersOfTen } from './plot.ts';
import { scalesOf } from './report-colors.ts';

/** Errors below are drawn here. */
const LEAST = 1e-8;

/** A line for each unit; the training range is shaded. */
export function identitySpec(cells: readonly CellRecords[]): TopLevelSpec {
  const units = [...new Set(cells.map(([{ unit }]) => unit))];
  const values = cells.flatMap((runs) =>
    identityCurve(runs).map(({ x, error }) => ({ unit: runs[0].unit, x, error: Math.max(LEAST, error) })),
  );
  const decades = powersOfTen(values.map(({ error }) => error));
  const ranges = [...new Set(cells.map(([{ range }]) => range))];
  const shaded = ranges.flatMap((range) => {
    const [low, high] = boundsOf(range);
    return low === undefined || high === undefined ? [] : [{ low, high }];
  });
  const seeds = cells.reduce((most, runs) => Math.max(most, runs.length), 0);
  const scales = scalesOf(units, units);
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    title: {
      text: 'Identity task: error inside and outside the training range',
      subtitle: `mean over up to ${seeds} seeds; shaded: training range ${ranges.join(', ')}`,
    },
    width: 520,
    height: 340,
    layer: [
      {
        data: { values: shaded },
        mark: { type: 'rect', color: '#f1f5f9' },
        encoding: { x: { field: 'low', type: 'quantitative' }, x2: { field: 'high' } },
      },
      {
        data: { values },
        mark: { type: 'line', strokeWidth: 1.8, point: { size: 24, filled: true } },
        encoding: {
          x: { field: 'x', type: 'quantitative', title: 'x', scale: { nice: false, zero: false } },
          y: {
            field: 'error',
            type: 'quantitative',
            title: 'mean absolute error',
            scale: { type: 'log', domain: [decades[0] as number, decades.at(-1) as number] },
            axis: { format: '.0e', values: decades },
          },
          color: { field: 'unit', type: 'nominal', scale: scales.color, legend: { title: null } },
          shape: { field: 'unit', type: 'nominal', scale: scales.shape, legend: { title: null } },
        },
      },
    ],
    config: { ...house, legend: { labelFontSize: 11 } },
  };
}
