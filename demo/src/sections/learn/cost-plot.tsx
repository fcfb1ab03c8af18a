/** The cost of every epoch, on a log axis: the article's plot of log(cost), live. */

import { useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { type AxisScale, axis, decades, ink } from '../../components/axes.ts';
import { Chart } from '../../components/chart.tsx';
import { Choice } from '../../components/choices.tsx';
import { Figure } from '../../components/figure.tsx';
import { grouped, scientific } from '../../format.ts';
import type { ExperimentRun } from './state.ts';

export function CostPlot({ run }: { run: ExperimentRun }) {
  const scale = useSignal<AxisScale>('linear');
  const pointed = useSignal<number | undefined>(undefined);
  const last = Math.max(run.settings.value.epochs, 2) || 2;
  const kind = scale.value;

  const options = useMemo(() => chartOptions(kind, last), [kind, last]);
  const data = (width: number) => run.costs.thin(width, last, kind) as uPlot.AlignedData;
  const reading = useComputed(() => {
    run.outcome.value;
    if (pointed.value === undefined) return '';
    const epoch = Math.min(Math.max(Math.round(pointed.value), 1), Math.max(run.costs.length, 1));
    const cost = run.costs.at(epoch);
    return cost === undefined ? '' : `epoch ${grouped(epoch)}: ${scientific(cost, 4)}`;
  });
  const kindOfCost = run.experiment.loss === 'sumSquared' ? 'sum' : 'mean';

  return (
    <Figure
      title="Cost"
      caption={`The ${kindOfCost} of the squared errors over the ${grouped(run.experiment.train.x.length)} training rows, at every epoch.`}
      aside={
        <>
          <span class="reading">{reading}</span>
          <Choice
            label="Epoch axis"
            value={kind}
            options={{ linear: 'linear', log: 'log' }}
            onChange={(value) => {
              scale.value = value;
            }}
          />
        </>
      }
    >
      <Chart
        label={`Cost over epochs of ${run.experiment.name}`}
        height={270}
        options={options}
        data={data}
        follow={run.outcome}
        hint={run.outcome.value?.cost === undefined ? 'The curve appears here after Start.' : undefined}
        probe={{
          last,
          at: pointed.value,
          text: reading.value || 'no epoch chosen',
          onPoint: (x) => {
            pointed.value = x;
          },
        }}
      />
    </Figure>
  );
}

function chartOptions(kind: AxisScale, last: number): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    ...{ padding: [8, 28, 0, 0] },
    scales: {
      x: { time: false, distr: kind === 'log' ? 3 : 1, range: () => [kind === 'log' ? 1 : 0, last] },
      y: { distr: 3, range: (_, low, high) => decades(low, high) },
    },
    axes: [axis({ scale: 'x', kind, label: 'epoch' }), axis({ scale: 'y', kind: 'log', label: 'cost' })],
    series: [{}, { stroke: (chart) => ink(chart, 'accent'), width: 1.5, points: { show: false } }],
  };
}
