/** How the errors outside the training range are distributed over the seeds, on a log axis. */

import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { axis, ink } from '../../components/axes.ts';
import { Chart } from '../../components/chart.tsx';
import { Figure } from '../../components/figure.tsx';
import { grouped, scientific } from '../../format.ts';
import type { Field } from '../../worker/jobs/ensemble-tally.ts';
import { countErrors, errorEdges, outlineOf } from './bins.ts';
import { Legend } from './legend.tsx';
import type { EnsembleRun } from './run.ts';
import { barsOf, countRange } from './series.ts';

const none = errorEdges.slice(1).map(() => 0);

export function ErrorHistogram({ run }: { run: EnsembleRun }) {
  const { units, fields, plan } = run;
  const count = units.value.length;
  const several = plan.value.ranges.length > 1;
  // Ranges differ in their thresholds, so that errors of several are told in these.
  const threshold = several ? 1 : fields.value[0]?.thresholds[0];
  const options = useMemo(() => chartOptions(count, threshold, several), [count, threshold, several]);
  const counted = fields.value.map((field) => countErrors(several ? relative(field) : field.extrapolation));
  const data = () =>
    outlineOf(
      errorEdges,
      units.peek().map((_, unit) => counted[unit]?.counts ?? none),
    ) as uPlot.AlignedData;
  const lost = counted.reduce((sum, { notFinite }) => sum + notFinite, 0);
  return (
    <Figure
      title="Errors outside the training range"
      aside={
        <span class="reading">
          {!several && threshold !== undefined && `solved below ${scientific(threshold)}`}
        </span>
      }
      caption={
        <>
          <Legend run={run} /> Number of models by their{' '}
          {several ? 'mean squared error as a multiple of their threshold' : 'mean squared error'}; left of
          the dashed line they are solved.
          {lost > 0 && ` ${grouped(lost)} have an error that is no finite number.`}
        </>
      }
    >
      <Chart
        label="Models by their error outside the training range"
        height={270}
        options={options}
        data={data}
        follow={fields}
      />
    </Figure>
  );
}

function relative({ extrapolation, thresholds }: Field): Float64Array {
  const each = extrapolation.length / thresholds.length;
  return Float64Array.from(
    extrapolation,
    (error, model) => error / (thresholds[Math.floor(model / each)] as number),
  );
}

function chartOptions(
  units: number,
  threshold: number | undefined,
  several: boolean,
): Omit<uPlot.Options, 'width' | 'height'> {
  const ends = [errorEdges[0], errorEdges.at(-1)] as [number, number];
  const label = several ? 'error ÷ threshold' : 'mean squared error';
  return {
    ...{ padding: [8, 28, 0, 0] },
    cursor: { show: false },
    scales: { x: { time: false, distr: 3, range: () => ends }, y: { range: countRange } },
    axes: [
      axis({ scale: 'x', kind: 'log', label }),
      {
        ...axis({ scale: 'y', kind: 'linear' }),
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
      },
    ],
    series: [{}, ...Array.from({ length: units }, (_, unit) => barsOf(unit))],
    hooks: { draw: [(chart) => drawLine(chart, threshold)] },
  };
}

function drawLine(chart: uPlot, at: number | undefined): void {
  if (at === undefined) return;
  const { top, height } = chart.bbox;
  const x = Math.round(chart.valToPos(at, 'x', true));
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = ink(chart, 'soft');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.restore();
}
