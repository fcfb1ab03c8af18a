/** How units are told apart in charts: by colour, and by the kind of line. */

import type uPlot from 'uplot';
import { formatRange } from '../../../../src/index.ts';
import { ink } from '../../components/axes.ts';
import type { EnsembleRun } from './state.ts';

const dashes: readonly (readonly number[])[] = [[], [7, 4], [2, 3]];

export const inkOf = (unit: number) => (chart: uPlot) => ink(chart, `unit-${unit}`);

/** The same with `alpha`, two hexadecimal digits. */
export const tintOf =
  (unit: number, alpha = '33') =>
  (chart: uPlot) =>
    `${ink(chart, `unit-${unit}`)}${alpha}`;

export function lineOf(unit: number): uPlot.Series {
  return {
    stroke: inkOf(unit),
    width: 1.75,
    dash: [...(dashes[unit] ?? [])],
    points: { show: false },
  };
}

/** A histogram; its data is what `outlineOf` gives. */
export const barsOf = (unit: number): uPlot.Series => ({ ...lineOf(unit), fill: tintOf(unit) });

/** From 0 to the largest count. */
export const countRange = (_: uPlot, __: number | null, high: number | null): [number, number] => [
  0,
  Math.max(high ?? 1, 1),
];

export function Legend({ run }: { run: EnsembleRun }) {
  return (
    <span class="legend">
      {run.units.value.map((unit, index) => (
        <span key={unit}>
          <i class={`unit-key unit-${index}`} /> {unit}
        </span>
      ))}
    </span>
  );
}

/** U[1,2) → “numbers from 1 to 2”; others as the papers write them. */
export function rangeText(range: Parameters<typeof formatRange>[0]): string {
  const written = formatRange(range);
  const found = /^U\[(.+),(.+)\)$/.exec(written);
  return found ? `numbers from ${found[1]} to ${found[2]}`.replaceAll('-', '−') : written;
}
