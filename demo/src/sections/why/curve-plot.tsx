/** What one network of each kind answers over the whole test range, as it learns. */

import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { axis, ink } from '../../components/axes.ts';
import { Figure } from '../../components/figure.tsx';
import { scientific } from '../../format.ts';
import type { CurveName } from './curves.ts';
import { PlaceChart } from './place-chart.tsx';
import { FARTHEST, places } from './places.ts';
import type { ShownCurve, WhyRun } from './run.ts';
import { lineOf, placesAxis, placesScale, shadeTrained } from './series.ts';

export function CurvePlot({ run }: { run: WhyRun }) {
  const { names, shown } = run;
  const options = useMemo(() => chartOptions(names.value), [names.value]);
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
        read={read}
      />
    </Figure>
  );
}

const read = ({ curve }: ShownCurve, place: number): string =>
  curve ? scientific(curve.y[place] as number, 3) : '–';

const finite = (value: number | undefined): number | null =>
  value !== undefined && Number.isFinite(value) ? value : null;

function chartOptions(names: readonly CurveName[]): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    ...{ padding: [8, 28, 0, 0] },
    scales: { x: placesScale, y: { range: () => [-FARTHEST, FARTHEST] } },
    axes: [placesAxis(), axis({ scale: 'y', kind: 'linear' })],
    series: [
      {},
      { stroke: (chart) => ink(chart, 'soft'), width: 1, dash: [4, 4], points: { show: false } },
      ...names.map(lineOf),
    ],
    hooks: { drawClear: [shadeTrained] },
  };
}
