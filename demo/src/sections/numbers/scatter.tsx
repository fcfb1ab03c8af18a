/** What is predicted against what the table says, in range and out of it; for the formula, the line and the network. */

import { useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { type AxisScale, axis, ink } from '../../components/axes.ts';
import { Chart } from '../../components/chart.tsx';
import { Choice } from '../../components/choices.tsx';
import { Figure } from '../../components/figure.tsx';
import type { Outcome, Predictor } from '../../experiments/fit/report.ts';

const labels: Readonly<Record<Predictor, string>> = {
  formula: 'formula',
  linear: 'straight line',
  network: 'network',
};

export function Scatter({ outcome }: { outcome: Outcome }) {
  const { points, target } = outcome;
  const wanted = useSignal<Predictor>('formula');
  const there = (Object.keys(labels) as Predictor[]).filter((name) => points.inside.predicted[name]);
  const shown = useComputed(() => (there.includes(wanted.value) ? wanted.value : 'linear'));
  const kind = scaleOf(outcome);
  const ends = endsOf(outcome, kind);
  const options = useMemo(() => chartOptions(kind, ends, target), [kind, ends[0], ends[1], target]);
  const follow = useComputed(() => [shown.value, outcome]);
  return (
    <Figure
      title="Predicted against true"
      class="predictions"
      aside={
        <Choice
          label="Predictions of"
          value={shown.value}
          options={Object.fromEntries(there.map((name) => [name, labels[name]])) as Record<Predictor, string>}
          onChange={(name) => {
            wanted.value = name;
          }}
        />
      }
      caption={
        <>
          <i class="key key-dot" /> rows trained on, <i class="key key-ring" /> rows held out. On{' '}
          <i class="key key-line" /> the prediction is right.
        </>
      }
    >
      <Chart
        label={`Predicted against true ${target}, by the ${labels[shown.value]}`}
        height={380}
        options={options}
        data={() => dataOf(outcome, shown.peek(), ends, kind)}
        follow={follow}
      />
    </Figure>
  );
}

/** Powers of ten where the answers are positive and range over more than two of them. */
function scaleOf({ points }: Outcome): AxisScale {
  const all = [...points.inside.actual, ...points.outside.actual];
  const low = Math.min(...all);
  return low > 0 && Math.max(...all) / low > 300 ? 'log' : 'linear';
}

/** Of both axes, with some room around the true answers. */
function endsOf({ points }: Outcome, kind: AxisScale): [number, number] {
  const all = [...points.inside.actual, ...points.outside.actual];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  if (kind === 'log') return [low / 1.5, high * 1.5];
  const room = 0.06 * (high - low || 1);
  return [low - room, high + room];
}

/** Predictions beyond the axes stand at their edge. */
function dataOf(
  { points }: Outcome,
  name: Predictor,
  [low, high]: [number, number],
  kind: AxisScale,
): uPlot.AlignedData {
  const rows = (['inside', 'outside'] as const).flatMap((part) =>
    Array.from(points[part].actual, (actual, row) => {
      const value = points[part].predicted[name]?.[row] ?? Number.NaN;
      const edge = kind === 'log' ? 1.03 : 1;
      const shown = Number.isNaN(value) ? null : Math.min(Math.max(value, low * edge), high / edge);
      return { actual, shown, part };
    }),
  );
  rows.sort((a, b) => a.actual - b.actual);
  const column = (wanted: 'inside' | 'outside') =>
    rows.map(({ shown, part }) => (part === wanted ? shown : null));
  const blank = [null, ...rows.map(() => null), null];
  return [
    [low, ...rows.map(({ actual }) => actual), high],
    [low, ...rows.map(({ actual }) => actual), high],
    blank.map((_, index) => column('inside')[index - 1] ?? null),
    blank.map((_, index) => column('outside')[index - 1] ?? null),
  ];
}

function chartOptions(
  kind: AxisScale,
  [low, high]: readonly [number, number],
  target: string,
): Omit<uPlot.Options, 'width' | 'height'> {
  const distr = kind === 'log' ? 3 : 1;
  const range = (): [number, number] => [low, high];
  const dots = (color: string, fill: string): uPlot.Series => ({
    stroke: (chart) => ink(chart, color),
    paths: () => null,
    points: { show: true, size: 7, width: 1.25, fill: (chart) => ink(chart, fill) },
  });
  return {
    ...{ padding: [8, 28, 0, 0] },
    cursor: { show: false },
    scales: { x: { time: false, distr, range }, y: { distr, range } },
    axes: [
      axis({ scale: 'x', kind, label: `true ${target}` }),
      axis({ scale: 'y', kind, label: `predicted ${target}` }),
    ],
    series: [
      {},
      { stroke: (chart) => ink(chart, 'soft'), width: 1, dash: [4, 4], points: { show: false } },
      dots('addition', 'addition-tint'),
      dots('multiplication', 'surface'),
    ],
  };
}
