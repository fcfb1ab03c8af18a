/** How far the networks are off on average, over the whole test range: figure 1 of the paper, live. */

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { type AxisScale, axis } from '../../components/axes.ts';
import { Choice } from '../../components/choice.tsx';
import { Figure } from '../../components/figure.tsx';
import { scientific } from '../../format.ts';
import type { CurveName } from './curves.ts';
import { PlaceChart } from './place-chart.tsx';
import { places } from './places.ts';
import type { ShownCurve, WhyRun } from './run.ts';
import { lineOf, placesAxis, placesScale, shadeTrained } from './series.ts';

/** Ends of the axis; smaller errors are drawn at the lower one. */
const ENDS: Readonly<Record<AxisScale, readonly [number, number]>> = { linear: [0, 20], log: [1e-6, 100] };

export function ErrorPlot({ run }: { run: WhyRun }) {
  const { names, shown } = run;
  const scale = useSignal<AxisScale>('log');
  const kind = scale.value;
  const options = useMemo(() => chartOptions(names.value, kind), [names.value, kind]);
  const data = (): uPlot.AlignedData => [
    [...places],
    ...shown.peek().map(({ curve }) => places.map((_, n) => drawn(curve?.errors[n], kind))),
  ];
  const { models } = run.state.values.value;
  return (
    <Figure
      title="How far they are off"
      aside={
        <Choice
          label="Error axis"
          value={kind}
          options={{ linear: 'linear', log: 'log' }}
          onChange={(value) => {
            scale.value = value;
          }}
        />
      }
      caption={
        <>
          Distance between answer and x
          {models > 1 && <>, the mean of {models} networks of each kind from different seeds</>}.
          {kind === 'log' && (
            <> Each line of the grid is ten times the one below; what is smaller lies on the lowest.</>
          )}
        </>
      }
    >
      <PlaceChart
        run={run}
        label="Mean error of the networks from −20 to 20"
        options={options}
        data={data}
        read={read}
      />
    </Figure>
  );
}

const read = ({ curve }: ShownCurve, place: number): string =>
  curve ? scientific(curve.errors[place] as number, 2) : '–';

function drawn(error: number | undefined, kind: AxisScale): number | null {
  if (error === undefined || !Number.isFinite(error)) return null;
  return Math.max(error, ENDS[kind][0]);
}

function chartOptions(names: readonly CurveName[], kind: AxisScale): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    ...{ padding: [8, 28, 0, 0] },
    scales: { x: placesScale, y: { distr: kind === 'log' ? 3 : 1, range: () => [...ENDS[kind]] } },
    axes: [placesAxis(), axis({ scale: 'y', kind })],
    series: [{}, ...names.map(lineOf)],
    hooks: { drawClear: [shadeTrained] },
  };
}
