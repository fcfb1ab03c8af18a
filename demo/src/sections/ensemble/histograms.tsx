/** How the errors outside the training range are distributed over the seeds, and at which step the models were solved. */

import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { axis, ink } from '../../components/axes.ts';
import { Chart } from '../../components/chart.tsx';
import { Figure } from '../../components/figure.tsx';
import { logEvery } from '../../experiments/ensemble/plan.ts';
import type { Field } from '../../experiments/ensemble/report.ts';
import { grouped, scientific } from '../../format.ts';
import { barsOf, countRange } from './series.tsx';
import type { EnsembleRun } from './state.ts';

/** Errors in half decades, from 10⁻¹⁶ to 10⁶; smaller and larger ones are in the first and the last. */
const DECADES = { first: -16, last: 6, parts: 2 };

export const errorEdges: readonly number[] = Array.from(
  { length: (DECADES.last - DECADES.first) * DECADES.parts + 1 },
  (_, index) => 10 ** (DECADES.first + index / DECADES.parts),
);

/** Counts by half decade, and of the errors that are no finite number. */
export function countErrors(errors: Iterable<number>): { counts: number[]; notFinite: number } {
  const counts = errorEdges.slice(1).map(() => 0);
  let notFinite = 0;
  for (const error of errors) {
    if (Number.isFinite(error)) {
      const place = Math.floor((Math.log10(error) - DECADES.first) * DECADES.parts);
      const index = Math.min(Math.max(place, 0), counts.length - 1);
      counts[index] = (counts[index] as number) + 1;
    } else notFinite += 1;
  }
  return { counts, notFinite };
}

/** Counts in `bins` equal parts of what is from 0 to `last`. */
export function countSteps(steps: Iterable<number>, last: number, bins: number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  for (const step of steps) {
    if (step < 0) continue;
    const index = Math.min(Math.floor((step / last) * bins), bins - 1);
    counts[index] = (counts[index] as number) + 1;
  }
  return counts;
}

/** The outline of a histogram as a line: up and down at each edge. */
export function outlineOf(edges: readonly number[], counts: readonly (readonly number[])[]): number[][] {
  const twice = (values: readonly number[]) => values.flatMap((value) => [value, value]);
  return [twice(edges), ...counts.map((own) => [0, ...twice(own), 0])];
}

const none = errorEdges.slice(1).map(() => 0);

export function ErrorHistogram({ run }: { run: EnsembleRun }) {
  const { units, fields, plan } = run;
  const count = units.value.length;
  const several = plan.value.ranges.length > 1;
  // Ranges differ in their thresholds, so that errors of several are told in these.
  const threshold = several ? 1 : fields.value[0]?.thresholds[0];
  const options = useMemo(() => errorOptions(count, threshold, several), [count, threshold, several]);
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
      caption={
        <>
          Number of models by their{' '}
          {several ? 'mean squared error as a multiple of their threshold' : 'mean squared error'}; left of
          the dashed line{!several && threshold !== undefined && `, below ${scientific(threshold)},`} they are
          solved.
          {lost > 0 && ` ${grouped(lost)} have an error that is not a finite number.`}
        </>
      }
    >
      <Chart
        label="Models by their error outside the training range"
        height={270}
        options={options}
        data={data}
        follow={fields}
        hint={fields.value.length > 0 ? undefined : 'Errors appear here when the first steps are done.'}
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

function errorOptions(
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
        ...axis({ scale: 'y', kind: 'linear', label: 'models' }),
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

const MOST_BINS = 25;

export function SolvedHistogram({ run }: { run: EnsembleRun }) {
  const { units, fields } = run;
  const { steps } = run.plan.value;
  const count = units.value.length;
  const bins = Math.min(MOST_BINS, steps);
  const options = useMemo(() => solvedOptions(count, steps), [count, steps]);
  const data = () =>
    outlineOf(
      Array.from({ length: bins + 1 }, (_, edge) => (edge / bins) * steps),
      units.peek().map((_, unit) => countSteps(fields.peek()[unit]?.solvedAt ?? [], steps, bins)),
    ) as uPlot.AlignedData;
  const medians = fields.value.flatMap(({ medianSolvedAt }, unit) =>
    medianSolvedAt === null ? [] : [`${units.value[unit]}: ${grouped(medianSolvedAt)}`],
  );
  return (
    <Figure
      title="When they were solved"
      aside={<span class="reading">{medians.length > 0 && `median step: ${medians.join(', ')}`}</span>}
      caption={
        <>
          Number of models by the first step at which they were below the threshold, checked every{' '}
          {grouped(logEvery(steps))} steps.
        </>
      }
    >
      <Chart
        label="Models by the step at which they were solved"
        height={230}
        options={options}
        data={data}
        follow={fields}
        hint={medians.length > 0 ? undefined : 'None is solved yet.'}
      />
    </Figure>
  );
}

function solvedOptions(units: number, last: number): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    ...{ padding: [8, 28, 0, 0] },
    cursor: { show: false },
    scales: { x: { time: false, range: () => [0, last] }, y: { range: countRange } },
    axes: [
      axis({ scale: 'x', kind: 'linear', label: 'step' }),
      {
        ...axis({ scale: 'y', kind: 'linear', label: 'models' }),
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
      },
    ],
    series: [{}, ...Array.from({ length: units }, (_, unit) => barsOf(unit))],
  };
}
