/** Axes that all charts share: few ticks, quiet lines, powers of ten on log scales. */

import type uPlot from 'uplot';
import { grouped, powerOfTen } from '../format.ts';

export type AxisScale = 'linear' | 'log';

/** A colour of the page's palette, as it is where the chart stands. */
export function ink(chart: uPlot, name: string): string {
  return getComputedStyle(chart.root).getPropertyValue(`--${name}`).trim();
}

const font = '12px system-ui, sans-serif';

interface AxisOptions {
  scale: 'x' | 'y';
  kind: AxisScale;
  /** Below the x axis, left of the y axis. */
  label?: string;
}

export function axis({ scale, kind, label }: AxisOptions): uPlot.Axis {
  const quiet = { stroke: (chart: uPlot) => ink(chart, 'rule'), width: 1 };
  return {
    scale,
    font,
    stroke: (chart) => ink(chart, 'soft'),
    grid: scale === 'y' ? quiet : { show: false },
    ticks: { ...quiet, size: 5 },
    border: { show: scale === 'x', ...quiet },
    gap: 5,
    // Fixed, so that nothing moves sideways when the numbers grow longer.
    size: scale === 'y' ? 58 : 30,
    space: scale === 'y' ? 40 : 70,
    ...(label && { label, labelFont: font, labelSize: 18, labelGap: 0 }),
    ...(kind === 'log' ? powers : { values: (_: uPlot, splits: number[]) => splits.map(short) }),
  };
}

const powers: uPlot.Axis = {
  filter: (_, splits) => splits,
  splits(chart, axisIndex, low, high) {
    const pixels = axisIndex === 0 ? chart.bbox.width : chart.bbox.height;
    const room = Math.max(2, Math.floor(pixels / devicePixelRatio / (axisIndex === 0 ? 60 : 36)));
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const stride = Math.max(1, Math.ceil((last - first + 1) / room));
    const ticks: number[] = [];
    for (let exponent = first; exponent <= last; exponent += stride) ticks.push(10 ** exponent);
    return ticks;
  },
  values: (_, splits) => splits.map((value) => powerOfTen(Math.round(Math.log10(value)))),
};

/** A y axis that is logarithmic on both sides of 0: each way, the same power of ten at the same distance. */
export const signedPowers = (label: string): uPlot.Axis => ({
  ...axis({ scale: 'y', kind: 'linear', label }),
  filter: (_, splits) => splits,
  splits(chart, _, low, high) {
    const decades = Math.log10(Math.max(high, -low, 10)) * (low < 0 ? 2 : 1);
    const room = chart.bbox.height / devicePixelRatio / 30;
    const stride = Math.max(1, Math.ceil(decades / room));
    const ticks = [0];
    for (let exponent = stride; 10 ** exponent <= Math.max(high, -low) * 1.001; exponent += stride) {
      if (10 ** exponent <= high * 1.001) ticks.push(10 ** exponent);
      if (-(10 ** exponent) >= low * 1.001) ticks.unshift(-(10 ** exponent));
    }
    return ticks;
  },
  values: (_, splits) =>
    splits.map((value) => {
      const power = powerOfTen(Math.round(Math.log10(Math.abs(value))));
      return value === 0 ? '0' : value < 0 ? `−${power}` : power;
    }),
});

/** Writes what a series is at its last point, `above` pixels over it. Call it in the hook `draw`. */
export function nameAt(chart: uPlot, name: string, series: number, color: string, above: number): void {
  const values = chart.data[series] as (number | null | undefined)[];
  const last = values.findLastIndex((value) => value !== null && value !== undefined);
  const value = values[last];
  if (value === null || value === undefined) return;
  const { ctx, bbox } = chart;
  const x = chart.valToPos(chart.data[0][last] as number, 'x', true);
  const y = chart.valToPos(value, 'y', true) + above * devicePixelRatio;
  ctx.save();
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  ctx.fillStyle = ink(chart, color);
  const [top, bottom] = [bbox.top + 8 * devicePixelRatio, bbox.top + bbox.height - 8 * devicePixelRatio];
  ctx.fillText(name, x, Math.min(Math.max(y, top), bottom));
  ctx.restore();
}

/** Beside a plot that is wide enough, its lines are named where they end. */
const NAMED = { width: 440, room: 92, apart: 14 };

/** Room for the names at the right of a plot. */
export const namesPadding: uPlot.Padding = [
  8,
  (chart: uPlot) => (chart.width >= NAMED.width ? NAMED.room : 28),
  0,
  0,
];

export interface LineName {
  readonly name: string;
  /** Index of the series. */
  readonly series: number;
  readonly color: string;
}

/** Names lines where they end, one under the other where they end together. Call it in the hook `draw`. */
export function nameEnds(chart: uPlot, lines: readonly LineName[]): void {
  if (chart.width < NAMED.width) return;
  const { ctx, bbox } = chart;
  const apart = NAMED.apart * devicePixelRatio;
  const ends = lines
    .flatMap(({ name, series, color }) => {
      const values = chart.data[series] as (number | null | undefined)[];
      const value = values.findLast((each) => each !== null && each !== undefined);
      if (value === null || value === undefined) return [];
      const y = chart.valToPos(value, 'y', true);
      return [{ name, color, y: Math.min(Math.max(y, bbox.top), bbox.top + bbox.height) }];
    })
    .sort((a, b) => a.y - b.y);
  // Down as far as they need, and up again from the lower edge.
  for (let i = 1; i < ends.length; i++) move(ends[i], (ends[i - 1]?.y ?? 0) + apart, Math.max);
  move(ends.at(-1), bbox.top + bbox.height, Math.min);
  for (let i = ends.length - 2; i >= 0; i--) move(ends[i], (ends[i + 1]?.y ?? 0) - apart, Math.min);
  ctx.save();
  ctx.font = `600 ${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const { name, color, y } of ends) {
    ctx.fillStyle = ink(chart, color);
    // Longer names are set narrower.
    ctx.fillText(name, bbox.left + bbox.width + 6 * devicePixelRatio, y, (NAMED.room - 8) * devicePixelRatio);
  }
  ctx.restore();
}

function move(
  end: { y: number } | undefined,
  limit: number,
  extreme: (a: number, b: number) => number,
): void {
  if (end) end.y = extreme(end.y, limit);
}

function short(value: number): string {
  const size = Math.abs(value);
  const text = Number.isInteger(value) ? grouped(size) : String(Number(size.toPrecision(6)));
  return value < 0 ? `−${text}` : text;
}

/** Whole decades around the data. */
export function decades(low: number | null, high: number | null): [number, number] {
  if (!low || !high) return [1, 1e6];
  const from = Math.floor(Math.log10(low));
  const to = Math.ceil(Math.log10(high));
  return [10 ** from, 10 ** Math.max(to, from + 1)];
}
