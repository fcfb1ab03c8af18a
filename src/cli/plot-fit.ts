/** The fit and what it leaves, as an SVG picture: predictions and residuals against what the table says. */

import type { TopLevelSpec } from 'vega-lite';
import type { FitResult } from '../fit/index.ts';
import { evaluate } from '../formula/index.ts';
import { house, svgOf } from './plot.ts';
import { errorText } from './text.ts';

/** Points of each part that are drawn. */
const MOST_POINTS = 2000;

const COLORS = { domain: ['trained on', 'held out'], range: ['#86a3c3', '#c2410c'] };

/** An SVG document of `result.best`, which must be there. */
export async function plotFit({ best, found, target, rows, reason }: FitResult): Promise<string> {
  if (!best) throw new Error('there is no formula to draw');
  const points = (part: 'inside' | 'outside', name: string) => {
    const { x, y } = rows[part];
    const predicted = evaluate(best.formula, x);
    const step = Math.max(1, Math.ceil(y.length / MOST_POINTS));
    return Array.from(y, (truth, row) => ({
      part: name,
      truth,
      predicted: predicted[row] as number,
      residual: (predicted[row] as number) - truth,
    })).filter(({ predicted: value }, row) => row % step === 0 && Number.isFinite(value));
  };
  const values = [...points('inside', 'trained on'), ...points('outside', 'held out')];
  const all = values.map(({ truth }) => truth);
  const range = [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
  const color = { field: 'part', type: 'nominal' as const, title: null, scale: COLORS };
  const truth = { field: 'truth', type: 'quantitative' as const, title: `${target}, as it is` };
  const mark = { type: 'point' as const, filled: true, size: 22, opacity: 0.8 };
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    title: {
      text: clipped(`${found ? '' : 'Not found. The nearest: '}${target} = ${best.text}`),
      subtitle: [
        clipped(reason),
        `Largest relative error ${errorText(best.inRange.maxRelativeError)} inside, ` +
          `${errorText(best.outOfRange.maxRelativeError)} outside`,
      ],
    },
    data: { values },
    hconcat: [
      {
        width: 340,
        height: 300,
        layer: [
          {
            data: { values: range.map((value) => ({ value })) },
            mark: { type: 'line' as const, color: '#999', strokeWidth: 1 },
            encoding: {
              x: { field: 'value', type: 'quantitative' as const },
              y: { field: 'value', type: 'quantitative' as const },
            },
          },
          {
            mark,
            encoding: {
              x: truth,
              y: { field: 'predicted', type: 'quantitative' as const, title: `${target}, predicted` },
              color,
            },
          },
        ],
      },
      {
        width: 340,
        height: 300,
        mark,
        encoding: {
          x: truth,
          y: {
            field: 'residual',
            type: 'quantitative' as const,
            title: 'predicted − true',
            axis: { format: '~g' },
          },
          color,
        },
      },
    ],
    config: { ...house, concat: { spacing: 36 }, legend: { labelFontSize: 11, orient: 'bottom' } },
  };
  return svgOf(spec);
}

const clipped = (text: string): string => (text.length > 90 ? `${text.slice(0, 89)}…` : text);
