/** At which step the models were solved. */

import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { axis } from '../../components/axes.ts';
import { Chart } from '../../components/chart.tsx';
import { Figure } from '../../components/figure.tsx';
import { grouped } from '../../format.ts';
import { countSteps, outlineOf } from './bins.ts';
import { Legend } from './legend.tsx';
import { logEvery } from './plan.ts';
import type { EnsembleRun } from './run.ts';
import { barsOf, countRange } from './series.ts';

const MOST_BINS = 25;

export function SolvedHistogram({ run }: { run: EnsembleRun }) {
  const { units, fields } = run;
  const { steps } = run.plan.value;
  const count = units.value.length;
  const bins = Math.min(MOST_BINS, steps);
  const options = useMemo(() => chartOptions(count, steps), [count, steps]);
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
          <Legend run={run} /> Number of models by the first step at which they were below the threshold,
          looked at every {grouped(logEvery(steps))} steps.
        </>
      }
    >
      <Chart
        label="Models by the step at which they were solved"
        height={230}
        options={options}
        data={data}
        follow={fields}
      />
    </Figure>
  );
}

function chartOptions(units: number, last: number): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    ...{ padding: [8, 28, 0, 0] },
    cursor: { show: false },
    scales: { x: { time: false, range: () => [0, last] }, y: { range: countRange } },
    axes: [
      axis({ scale: 'x', kind: 'linear', label: 'step' }),
      {
        ...axis({ scale: 'y', kind: 'linear' }),
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000],
      },
    ],
    series: [{}, ...Array.from({ length: units }, (_, unit) => barsOf(unit))],
  };
}
