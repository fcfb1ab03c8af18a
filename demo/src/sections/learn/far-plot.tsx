/** Predictions against true answers, up to ten times beyond the training data: the unit's, and those of an ordinary network. */

import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { type AxisScale, axis, ink, nameAt, signedPowers } from '../../components/axes.ts';
import { Chart } from '../../components/chart.tsx';
import { Figure } from '../../components/figure.tsx';
import { HIDDEN, NETWORK } from '../../experiments/article/plan.ts';
import { grouped, scientific } from '../../format.ts';
import type { ExperimentRun } from './state.ts';

/** By how much ten times the steps lower the network's root mean squared error on the far rows: the median of 40 seeds. */
const tenfold = { addition: '10 %', multiplication: '3 %' };

export function FarPlot({ run }: { run: ExperimentRun }) {
  const kind: AxisScale = run.experiment.name === 'addition' ? 'linear' : 'log';
  const options = useMemo(() => chartOptions(run, kind), [run, kind]);
  const actual = run.far.y.map(([y]) => y);
  const data = (): uPlot.AlignedData => {
    const shown = (predicted: Float32Array | undefined) =>
      actual.map((_, row) => {
        const value = predicted?.[row];
        return value === undefined || !Number.isFinite(value) ? null : value;
      });
    return [actual, actual, shown(run.outcome.value?.network), shown(run.outcome.value?.far)];
  };
  const outcome = run.outcome.value;
  return (
    <Figure
      title="Far beyond the training data"
      aside={
        outcome && (
          <span class="reading">
            largest relative error: {run.experiment.unit}{' '}
            <FarError name="far-error" value={outcome.farError} />
            {outcome.networkFarError !== undefined && (
              <>
                , network <FarError name="network-far-error" value={outcome.networkFarError} />
              </>
            )}
          </span>
        )
      }
      caption={
        <>
          Answers of the <i class="key key-dot" /> {run.experiment.unit} and of <i class="key key-ring" /> an
          ordinary network against the true ones, <i class="key key-line" />, for inputs up to{' '}
          {grouped(100_000)}, ten times as large as in training. <i class="key key-band" /> marks the range of
          the training answers.
          {kind === 'log' && ' Both axes are logarithmic, the vertical one on both sides of 0.'} The network
          has {HIDDEN} ReLU neurons and takes {NETWORK.steps} steps, each on {NETWORK.batch} of the same rows;
          ten times as many take {tenfold[run.experiment.name]} off its error out here.
        </>
      }
    >
      <Chart
        label={`Predicted against true answers far beyond the training data, for ${run.experiment.name}`}
        height={300}
        options={options}
        data={data}
        follow={run.outcome}
      />
    </Figure>
  );
}

function FarError({ name, value }: { name: string; value: number }) {
  return (
    <data value={String(value)} data-name={name}>
      {scientific(value)}
    </data>
  );
}

function chartOptions(run: ExperimentRun, kind: AxisScale): Omit<uPlot.Options, 'width' | 'height'> {
  const largest = run.far.y.at(-1)?.[0] ?? 1;
  const smallest = kind === 'log' ? 10 : 0;
  const end = kind === 'log' ? 10 ** Math.ceil(Math.log10(largest)) : 200_000;
  const distr = kind === 'log' ? 3 : 1;
  return {
    ...{ padding: [8, 28, 0, 0] },
    cursor: { show: false },
    scales: {
      x: { time: false, distr, range: () => [smallest, end] },
      // Answers of 0 and below have their place: logarithmic on both sides of 0.
      y:
        kind === 'log'
          ? { distr: 4, asinh: 1, range: (_, low) => [(low ?? 0) < 0 ? -end : 0, 30 * end] }
          : { range: (_, low) => [Math.min(0, low ?? 0), end] },
    },
    axes: [
      axis({ scale: 'x', kind, label: 'true answer' }),
      kind === 'log' ? signedPowers('answer') : axis({ scale: 'y', kind, label: 'answer' }),
    ],
    series: [
      {},
      { stroke: (chart) => ink(chart, 'soft'), width: 1, dash: [4, 4], points: { show: false } },
      {
        stroke: (chart) => ink(chart, 'soft'),
        paths: () => null,
        points: { show: true, size: 7, width: 1.5, fill: (chart) => ink(chart, 'surface') },
      },
      {
        stroke: (chart) => ink(chart, 'accent'),
        paths: () => null,
        points: { show: true, size: 7, width: 1, fill: (chart) => ink(chart, 'accent-tint') },
      },
    ],
    hooks: {
      drawClear: [(chart) => shadeTrained(chart, run.far.trainedTo)],
      draw: [
        (chart) => {
          nameAt(chart, run.experiment.unit, 3, 'accent', -14);
          nameAt(chart, 'network', 2, 'soft', 18);
        },
      ],
    },
  };
}

function shadeTrained(chart: uPlot, trainedTo: number): void {
  const { left, top, height } = chart.bbox;
  chart.ctx.save();
  chart.ctx.fillStyle = ink(chart, 'trained');
  chart.ctx.fillRect(left, top, chart.valToPos(trainedTo, 'x', true) - left, height);
  chart.ctx.restore();
}
