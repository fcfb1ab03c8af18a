/** The success rate of each unit over the steps, with its 95 % interval, live. */

import { useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { axis, nameEnds, namesPadding } from '../../components/axes.ts';
import { Chart } from '../../components/chart.tsx';
import { Figure } from '../../components/figure.tsx';
import { grouped } from '../../format.ts';
import { lineOf, tintOf } from './series.tsx';
import type { EnsembleRun } from './state.ts';

export function SuccessPlot({ run }: { run: EnsembleRun }) {
  const { units, fields, training } = run;
  const pointed = useSignal<number | undefined>(undefined);
  const last = Math.max(run.plan.value.steps, 2);
  const names = units.value.join();
  const options = useMemo(() => chartOptions(names.split(','), last), [names, last]);
  const data = (): uPlot.AlignedData => {
    const tallies = units.peek().map((_, unit) => fields.peek()[unit]?.tallies ?? []);
    const steps = tallies.reduce((most, own) => (own.length > most.length ? own : most), []);
    const column = (own: (typeof tallies)[number], key: 'rate' | 'low' | 'high') =>
      steps.map((_, index) => (own[index] ? 100 * own[index][key] : null));
    const columns = tallies.flatMap((own) => [column(own, 'rate'), column(own, 'low'), column(own, 'high')]);
    return [steps.map(({ step }) => step), ...columns];
  };
  const reading = useComputed(() => {
    const step = pointed.value;
    if (step === undefined) return '';
    const found = fields.value.map(({ tallies }) => tallies.findLast((tally) => tally.step <= step));
    if (!found[0]) return '';
    const rates = found.map(
      (tally, unit) => `${units.value[unit]} ${(100 * (tally?.rate ?? 0)).toFixed(1)} %`,
    );
    return `step ${grouped(found[0].step)}: ${rates.join(', ')}`;
  });
  return (
    <Figure
      title="Solved models"
      aside={<span class="reading">{reading}</span>}
      caption={
        <>
          Share of the models that are solved; shaded: its 95 % interval (Wilson's). Each model counts at the
          step where its error on the training range was smallest so far.
        </>
      }
    >
      <Chart
        label="Share of solved models over the steps"
        height={270}
        options={options}
        data={data}
        follow={fields}
        hint={
          training.busy.value || fields.value.some(({ tallies }) => tallies.length > 1)
            ? undefined
            : 'The curves appear here after Start.'
        }
        probe={{
          last,
          at: pointed.value,
          text: reading.value || 'no step chosen',
          onPoint: (x) => {
            pointed.value = x;
          },
        }}
      />
    </Figure>
  );
}

function chartOptions(names: readonly string[], last: number): Omit<uPlot.Options, 'width' | 'height'> {
  const each = names.map((_, unit) => unit);
  const edge: uPlot.Series = { width: 0, points: { show: false } };
  return {
    padding: namesPadding,
    scales: { x: { time: false, range: () => [0, last] }, y: { range: () => [0, 100] } },
    axes: [
      axis({ scale: 'x', kind: 'linear', label: 'step' }),
      {
        ...axis({ scale: 'y', kind: 'linear', label: 'solved' }),
        values: (_, ticks) => ticks.map((tick) => `${tick} %`),
      },
    ],
    series: [{}, ...each.flatMap((unit) => [lineOf(unit), edge, edge])],
    hooks: {
      draw: [
        (chart) =>
          nameEnds(
            chart,
            names.map((name, unit) => ({ name, series: 3 * unit + 1, color: `unit-${unit}` })),
          ),
      ],
    },
    bands: each.map((unit) => ({ series: [3 * unit + 3, 3 * unit + 2], fill: tintOf(unit) })),
  };
}
