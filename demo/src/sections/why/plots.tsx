/** What one network of each kind answers over the whole test range as it learns, and how far all are off on average. */

import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { type AxisScale, ink } from '../../components/axes.ts';
import { Choice } from '../../components/choices.tsx';
import { Figure } from '../../components/figure.tsx';
import { FARTHEST, places } from '../../experiments/identity/report.ts';
import { PlaceChart, placesOptions, readCurve, readError } from './chart.tsx';
import type { CurveName } from './curves.ts';
import type { WhyRun } from './state.ts';

export function CurvePlot({ run }: { run: WhyRun }) {
  const { names, shown } = run;
  const options = useMemo(() => curveOptions(names.value), [names.value]);
  const data = (): uPlot.AlignedData => [
    [...places],
    [...places],
    ...shown.peek().map(({ curve }) => places.map((_, n) => finite(curve?.y[n]))),
  ];
  return (
    <Figure
      title="What they answer"
      caption={
        <>
          <i class="key key-band" /> the examples of the training, <i class="key key-line" /> the right answer
          y = x. Each line is one network, that of seed {run.state.values.value.seed}.
        </>
      }
    >
      <PlaceChart
        run={run}
        label="Answers of the networks from −20 to 20, of which they have seen −5 to 5"
        options={options}
        data={data}
        read={readCurve}
      />
    </Figure>
  );
}

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

function curveOptions(names: readonly CurveName[]): Omit<uPlot.Options, 'width' | 'height'> {
  const truth: uPlot.Series = {
    stroke: (chart) => ink(chart, 'soft'),
    width: 1,
    dash: [4, 4],
    points: { show: false },
  };
  return placesOptions(names, {
    y: { range: () => [-FARTHEST, FARTHEST] },
    kind: 'linear',
    label: 'answer',
    before: [truth],
  });
}

/** Ends of the axis; smaller errors are drawn at the lower one. */
const ENDS: Readonly<Record<AxisScale, readonly [number, number]>> = { linear: [0, 20], log: [1e-6, 100] };

export function ErrorPlot({ run }: { run: WhyRun }) {
  const { names, shown } = run;
  const scale = useSignal<AxisScale>('log');
  const kind = scale.value;
  const options = useMemo(() => errorOptions(names.value, kind), [names.value, kind]);
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
            <> Each line of the grid is ten times the one below. Smaller errors are drawn at the bottom.</>
          )}
        </>
      }
    >
      <PlaceChart
        run={run}
        label="Mean error of the networks from −20 to 20"
        options={options}
        data={data}
        read={readError}
      />
    </Figure>
  );
}

function drawn(error: number | undefined, kind: AxisScale): number | null {
  if (error === undefined || !Number.isFinite(error)) return null;
  return Math.max(error, ENDS[kind][0]);
}

function errorOptions(names: readonly CurveName[], kind: AxisScale): Omit<uPlot.Options, 'width' | 'height'> {
  return placesOptions(names, {
    y: { distr: kind === 'log' ? 3 : 1, range: () => [...ENDS[kind]] },
    kind,
    label: 'distance',
  });
}
