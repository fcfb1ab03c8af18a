/** How errors fall over the steps: a panel for each task, operation and range, a line for each unit. */

import type { TopLevelSpec } from 'vega-lite';
import { type CurvePoint, curveOf, hasCurve } from '../report/curves.ts';
import { byUnit } from '../report/names.ts';
import type { CellRecords } from '../report/summary.ts';
import { evenly, house, powersOfTen } from './plot.ts';
import { scalesOf, type UnitScales } from './report-colors.ts';

/** Points of a line, and panels in a row. */
const [MOST_POINTS, PANELS] = [200, 3];

/** Errors beyond these are drawn at them: below, float32 has nothing to tell; above, neither has the picture. */
const [LEAST, MOST] = [1e-16, 1e12];

/** What is drawn of a panel's cells, which have task, settings, operation and range in common. */
export interface CurvePanel {
  readonly title: string;
  readonly range: string;
  readonly cells: readonly CellRecords[];
}

/** Solid: median extrapolation error with a band between its quartiles; dashed: median validation error. */
export function curvesSpec(panels: readonly CurvePanel[]): TopLevelSpec {
  const drawn = panels
    .map((each) => ({ ...each, cells: each.cells.filter((runs) => runs.some(hasCurve)) }))
    .filter(({ cells }) => cells.length > 0);
  const all = [...new Set(drawn.flatMap(({ cells }) => cells.map(([{ unit }]) => unit)))].sort(byUnit);
  const titles = [...new Set(drawn.map(({ title }) => title))];
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    vconcat: titles.map((title) => ({
      title: {
        text: title,
        subtitle: [
          'Mean squared errors. Solid: extrapolation, median and quartiles over the seeds;',
          'dashed: validation, median; dotted: threshold of success',
        ],
      },
      columns: PANELS,
      concat: blockOf(
        drawn.filter((each) => each.title === title),
        all,
      ),
    })),
    resolve: { scale: { color: 'independent' } },
    config: {
      ...house,
      concat: { spacing: 24 },
      legend: { labelFontSize: 11, symbolOpacity: 1, labelLimit: 0 },
    },
  };
}

/** Panels that share their units, and so one legend. */
function blockOf(panels: readonly CurvePanel[], all: readonly string[]) {
  const there = new Set(panels.flatMap(({ cells }) => cells.map(([{ unit }]) => unit)));
  const scale = scalesOf(
    all.filter((unit) => there.has(unit)),
    all,
  ).color;
  return panels.map((each) => panel(each, scale));
}

function panel({ range, cells }: CurvePanel, color: UnitScales['color']) {
  const values = cells.flatMap((runs) =>
    evenly(curveOf(runs), MOST_POINTS).map((point) => ({ unit: runs[0].unit, ...drawnPoint(point) })),
  );
  const thresholds = [...new Set(cells.flatMap(([{ threshold }]) => threshold ?? []))];
  const seen = values.flatMap(({ lower, median, validation }) => [lower, median, validation]);
  const decades = powersOfTen([...seen.filter((value) => value !== null), ...thresholds]);
  const x = {
    field: 'step',
    type: 'quantitative' as const,
    title: 'step',
    scale: { nice: false },
    axis: { format: '~s', tickCount: 5 },
  };
  const error = (field: string, second?: string) => ({
    x,
    y: {
      field,
      type: 'quantitative' as const,
      title: 'error',
      scale: { type: 'log' as const, domain: [decades[0] as number, decades.at(-1) as number] },
      axis: { format: '.0e', values: decades },
    },
    ...(second && { y2: { field: second } }),
    color: {
      field: 'unit',
      type: 'nominal' as const,
      scale: color,
      legend: { title: null, symbolType: 'circle' },
    },
  });
  return {
    title: { text: range, fontSize: 12 },
    width: 250,
    height: 170,
    data: { values },
    layer: [
      { mark: { type: 'area' as const, opacity: 0.1, clip: true }, encoding: error('lower', 'upper') },
      {
        mark: { type: 'line' as const, strokeWidth: 1, strokeDash: [4, 3], clip: true },
        encoding: error('validation'),
      },
      { mark: { type: 'line' as const, strokeWidth: 1.8, clip: true }, encoding: error('median') },
      {
        data: { values: thresholds.map((threshold) => ({ threshold })) },
        mark: { type: 'rule' as const, strokeDash: [1, 3], color: '#444' },
        encoding: { y: { field: 'threshold', type: 'quantitative' as const } },
      },
    ],
  };
}

/** Errors as they are drawn; null, a gap, where the median is infinite. A quartile that is stays at the edge. */
function drawnPoint({ step, validation, extrapolation: [lower, median, upper] }: CurvePoint) {
  const inside = (value: number) => Math.min(MOST, Math.max(LEAST, value));
  const orGap = (value: number) => (Number.isFinite(value) ? inside(value) : null);
  return {
    step,
    validation: orGap(validation),
    median: orGap(median),
    lower: orGap(lower),
    upper: inside(upper),
  };
}
