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
  /** Below the x axis. */
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
