/** Results as an SVG picture: a panel per workload, a bar per contender, on one logarithmic axis of times. */

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { tidySvg } from '../src/cli/tidy-svg.ts';
import { type BenchReport, figure } from './report.ts';
import { workloads } from './workloads.ts';

const colours = { ours: '#c2410c', tfjs: '#6b7a90', jax: '#3f8f8a' };

const familyOf = (contender: string) =>
  contender.startsWith('nalu') ? 'ours' : contender.startsWith('tfjs') ? 'tfjs' : 'jax';

/** An SVG document. Of our variants, those that the other libraries have nothing like are left out. */
export async function drawResults({
  workloads: results,
  adapter,
}: Pick<BenchReport, 'workloads' | 'adapter'>): Promise<string> {
  const values = results.flatMap(({ workload, models, results: measured }) => {
    const found = workloads.find(({ name }) => name === workload);
    if (!found || found.group === 'lanes' || found.group === 'tiles') return [];
    return measured.flatMap(({ contender, step, estimate, basis }) => {
      // What was only concluded is not drawn.
      const median = step?.median ?? (basis === 'step' ? estimate : undefined);
      if (median === undefined || /shuffled|task/.test(contender)) return [];
      const microseconds = (1000 * median) / models;
      return {
        workload: found.title,
        contender,
        family: familyOf(contender),
        microseconds,
        text: `${figure(microseconds)}${step ? '' : ' (one step)'}`,
      };
    });
  });
  const titles = [...new Set(values.map(({ workload }) => workload))];
  const times = values.map(({ microseconds }) => microseconds);
  // Bars on a logarithmic axis begin at its end: a power of ten below the shortest time.
  const least = 10 ** Math.floor(Math.log10(Math.min(...times, 1)));
  const most = 10 ** Math.ceil(Math.log10(Math.max(...times, 10)) + 0.5);
  const powers = Array.from({ length: Math.ceil(Math.log10(most / least)) }, (_, n) => least * 10 ** n);
  const names = [...new Set(values.map(({ contender }) => contender))];
  const ours = names.filter((name) => familyOf(name) === 'ours');
  const contenders = [...ours, ...names.filter((name) => !ours.includes(name))];
  const y = { field: 'contender', type: 'nominal' as const, sort: contenders, title: null };
  const panel = (workload: string, last: boolean) => {
    const own = values.filter((value) => value.workload === workload);
    return {
      title: { text: workload, frame: 'group' as const },
      width: 560,
      height: { step: 17 },
      data: { values: own.map((value) => ({ ...value, least })) },
      layer: [
        {
          mark: { type: 'bar' as const, height: 11 },
          encoding: {
            y,
            x: {
              field: 'microseconds',
              type: 'quantitative' as const,
              scale: { type: 'log' as const, domain: [least, most] },
              title: last ? 'µs per model and step, or per prediction (logarithmic)' : null,
              axis: { format: '~s', labels: last, ticks: last, values: powers },
            },
            x2: { field: 'least' },
            color: {
              field: 'family',
              type: 'nominal' as const,
              scale: { domain: Object.keys(colours), range: Object.values(colours) },
              legend: null,
            },
          },
        },
        {
          mark: { type: 'text' as const, align: 'left' as const, dx: 4, fontSize: 10, color: '#333' },
          encoding: {
            y,
            x: { field: 'microseconds', type: 'quantitative' as const },
            text: { field: 'text', type: 'nominal' as const },
          },
        },
      ],
    };
  };
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    padding: 12,
    title: {
      text: adapter,
      subtitle: 'medians; shorter is faster, and each line is ten times the one before',
      fontSize: 13,
      offset: 12,
    },
    vconcat: titles.map((title, index) => panel(title, index === titles.length - 1)),
    config: {
      font: 'Helvetica, Arial, sans-serif',
      axis: { labelFontSize: 11, titleFontSize: 12, gridColor: '#e8e8e8' },
      title: { fontSize: 12, anchor: 'start', offset: 4 },
      view: { stroke: null },
      concat: { spacing: 14 },
    },
  };
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return tidySvg(await view.toSVG());
  } finally {
    view.finalize();
  }
}
