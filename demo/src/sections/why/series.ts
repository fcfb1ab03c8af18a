/** What the two charts of the section have in common: the places below them, and the lines and what lies behind those. */

import type uPlot from 'uplot';
import { axis, ink } from '../../components/axes.ts';
import type { CurveName } from './curves.ts';
import { lookOf } from './curves.ts';
import { FARTHEST, TRAINED } from './places.ts';

export function lineOf(name: CurveName): uPlot.Series {
  const look = lookOf(name);
  return {
    stroke: (chart) => ink(chart, look.ink),
    width: look.width,
    dash: [...look.dash],
    points: { show: false },
  };
}

export const placesScale: uPlot.Scale = { time: false, range: () => [-FARTHEST, FARTHEST] };

export const placesAxis = (): uPlot.Axis => ({
  ...axis({ scale: 'x', kind: 'linear', label: 'x' }),
  // Every fifth, and on narrow screens every tenth number.
  splits: (chart) => {
    const gap = chart.over.clientWidth < 300 ? 10 : 5;
    const count = (2 * FARTHEST) / gap;
    return Array.from({ length: count + 1 }, (_, n) => n * gap - FARTHEST);
  },
});

/** A hook that shades the range of the training. */
export function shadeTrained(chart: uPlot): void {
  const { top, height } = chart.bbox;
  const [from, to] = [-TRAINED, TRAINED].map((x) => chart.valToPos(x, 'x', true)) as [number, number];
  chart.ctx.save();
  chart.ctx.fillStyle = ink(chart, 'trained');
  chart.ctx.fillRect(from, top, to - from, height);
  chart.ctx.restore();
}
