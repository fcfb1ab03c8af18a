/** Success rates with their intervals, by range and unit: a panel for each task and operation. */

import type { TopLevelSpec } from 'vega-lite';
import { byUnit } from '../report/names.ts';
import type { Report } from '../report/summary.ts';
import { house } from './plot.ts';
import { scalesOf } from './report-colors.ts';
import { type ReportTable, tablesOf } from './report-tables.ts';

/** Pixels of a unit in a range; least pixels of a label on the axis, and those of each of its characters. */
const [STEP, LABEL, CHARACTER] = [10, 76, 7.5];

/** A wide pale bar is the published interval, with a hollow diamond at the published rate. */
export function successSpec(report: Report): TopLevelSpec {
  const tables = tablesOf(report).filter(({ judged }) => judged);
  const all = [...new Set(tables.flatMap(({ ranges }) => ranges.flat().map(({ unit }) => unit)))].sort(
    byUnit,
  );
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    vconcat: tables.map((table) => panel(table, all)),
    resolve: { scale: { color: 'independent', shape: 'independent', xOffset: 'independent' } },
    config: {
      ...house,
      concat: { spacing: 30 },
      legend: { labelFontSize: 11, symbolSize: 60, symbolOpacity: 1, labelLimit: 0 },
    },
  };
}

function panel({ title, facts, ranges }: ReportTable, all: readonly string[]) {
  const rows = ranges.flat();
  const units = all.filter((name) => rows.some(({ unit }) => unit === name));
  const single = ranges.length === 1;
  const names = single ? units : ranges.map(([{ range }]) => range);
  const label = names.reduce((most, name) => Math.max(most, name.length * CHARACTER), LABEL);
  const values = rows.map(({ range, unit, successRate, ci, published }) => ({
    range,
    unit,
    rate: successRate,
    low: ci?.[0],
    high: ci?.[1],
    published: published?.successRate,
    publishedLow: published?.ci[0],
    publishedHigh: published?.ci[1],
  }));
  const { color, shape } = scalesOf(units, all);
  const x = {
    field: single ? 'unit' : 'range',
    type: 'ordinal' as const,
    title: single ? null : 'training range',
    sort: names,
    axis: { labelAngle: 0, grid: false, labelLimit: 0 },
    scale: { paddingInner: single ? 0.1 : 0.15 },
  };
  const xOffset = single ? {} : { xOffset: { field: 'unit', sort: units } };
  const rate = (field: string, second?: string) => ({
    x,
    ...xOffset,
    y: {
      field,
      type: 'quantitative' as const,
      title: 'success rate',
      scale: { domain: [0, 1] },
      axis: { format: '.0%', tickCount: 5 },
    },
    ...(second && { y2: { field: second } }),
    color: {
      field: 'unit',
      type: 'nominal' as const,
      scale: color,
      legend: single ? null : { title: null },
    },
  });
  const shaped = {
    shape: { field: 'unit', type: 'nominal' as const, scale: shape, legend: single ? null : { title: null } },
  };
  const has = (field: string) => [{ filter: `isValid(datum.${field})` }];
  const anyPublished = rows.some(({ published }) => published);
  return {
    title: {
      text: title,
      subtitle: [
        facts.join(', '),
        `bars: 95 % interval${anyPublished ? '; wide bars and diamonds: published' : ''}`,
      ],
    },
    width: single ? units.length * label : ranges.length * Math.max(label, (units.length + 1) * STEP),
    height: 200,
    data: { values },
    layer: [
      {
        transform: has('published'),
        mark: { type: 'rule' as const, strokeWidth: 8, opacity: 0.25 },
        encoding: rate('publishedLow', 'publishedHigh'),
      },
      {
        transform: has('rate'),
        mark: { type: 'rule' as const, strokeWidth: 1.5 },
        encoding: rate('low', 'high'),
      },
      {
        transform: has('rate'),
        mark: { type: 'point' as const, filled: true, size: 42, opacity: 1 },
        encoding: { ...rate('rate'), ...shaped },
      },
      {
        transform: has('published'),
        mark: { type: 'point' as const, shape: 'diamond', filled: false, size: 110, strokeWidth: 1.2 },
        encoding: rate('published'),
      },
    ],
  };
}
