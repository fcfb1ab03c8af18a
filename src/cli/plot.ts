/** Loss curves as an SVG picture: a panel for each experiment, a line for each seed. */

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { byError, type ReproducedExperiment, type ReproducedRun } from '../reproduce/result.ts';
import { capital, count, errorText } from './text.ts';
import { tidySvg } from './tidy-svg.ts';

/** Lines in a panel; of more seeds, every so many are drawn. */
const MOST_LINES = 200;

const FAINT = '#86a3c3';
const STRONG = '#c2410c';

/** How all pictures look. */
export const house = {
  font: 'Helvetica, Arial, sans-serif',
  axis: { labelFontSize: 11, titleFontSize: 12, gridColor: '#e8e8e8' },
  title: { fontSize: 14, subtitleFontSize: 12, subtitleColor: '#444', anchor: 'start', offset: 10 },
  view: { stroke: null },
} as const;

/** An SVG document; the run with the smallest error stands out of its panel. */
export async function plotCurves(experiments: readonly ReproducedExperiment[]): Promise<string> {
  const drawn = experiments.filter(({ runs }) => runs.length > 0);
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    hconcat: drawn.map(panel),
    config: { ...house, concat: { spacing: 36 } },
  };
  return svgOf(spec);
}

/**
 * The picture that `spec` describes, as an SVG document. A file is seen as a picture, so its marks have no labels of their own for
 * assistive technology: they would be half of it.
 */
export async function svgOf(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec, { config: { aria: false } }).spec), { renderer: 'none' });
  try {
    return tidySvg(await view.toSVG());
  } finally {
    view.finalize();
  }
}

function panel({ name, unit, epochs, loss, runs }: ReproducedExperiment) {
  const drawn = evenly(byError(runs), MOST_LINES);
  const [best] = drawn as [ReproducedRun];
  const reached = runs.reduce((most, run) => Math.max(most, run.epochs), 0);
  // A logarithm has no place for a loss of exactly zero.
  const values = drawn.flatMap(({ seed, losses }) =>
    losses.filter(([, value]) => value > 0).map(([epoch, value]) => ({ epoch, loss: value, seed })),
  );
  const decades = powersOfTen(values.map((value) => value.loss));
  const some = drawn.length < runs.length ? `, ${drawn.length} of them shown` : '';
  const seeds =
    runs.length === 1
      ? `seed ${best.seed}`
      : `${count(runs.length)} seeds${some}; strong: the best, seed ${best.seed}`;
  const lines = (chosen: string, mark: { color: string; strokeWidth: number; opacity: number }) => ({
    transform: [{ filter: chosen }],
    mark: { type: 'line' as const, ...mark },
    encoding: {
      x: {
        field: 'epoch',
        type: 'quantitative' as const,
        title: 'epoch',
        scale: { domain: [0, reached], nice: false },
        axis: { format: ',d', tickCount: 6 },
      },
      y: {
        field: 'loss',
        type: 'quantitative' as const,
        title: `loss (${loss})`,
        scale: { type: 'log' as const, domain: [decades[0] as number, decades.at(-1) as number] },
        axis: { format: '.0e', values: decades },
      },
      detail: { field: 'seed', type: 'nominal' as const },
    },
  });
  return {
    title: {
      text: `${capital(name)} (${unit}), ${reached < epochs ? `${count(reached)} of ` : ''}${count(epochs)} epochs`,
      // Without a browser, Vega takes text for wider than it is: one long line would push the panels apart.
      subtitle: [seeds, `largest relative error ${errorText(best.maxRelativeError)}`],
    },
    width: 400,
    height: 280,
    data: { values },
    layer: [
      lines(`datum.seed !== ${best.seed}`, { color: FAINT, strokeWidth: 1, opacity: 0.6 }),
      lines(`datum.seed === ${best.seed}`, { color: STRONG, strokeWidth: 1.8, opacity: 1 }),
    ],
  };
}

/** No more than `most` of the items, the first and the last among them. */
export function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items];
  return Array.from(
    { length: most },
    (_, at) => items[Math.round((at * (items.length - 1)) / (most - 1))] as T,
  );
}

/** At most nine powers of ten, evenly spaced, with all positive `values` between the first and the last. */
export function powersOfTen(values: readonly number[]): number[] {
  if (values.length === 0) return [1, 10];
  const exponents = values.map((value) => Math.log10(value));
  const low = Math.floor(exponents.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY));
  const high = Math.ceil(exponents.reduce((a, b) => Math.max(a, b), low + 1));
  const step = Math.ceil((high - low) / 8);
  const ticks = Math.ceil((high - low) / step);
  return Array.from({ length: ticks + 1 }, (_, tick) => 10 ** (low + tick * step));
}
