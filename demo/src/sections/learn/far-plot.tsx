/** Predictions against true answers, up to ten times beyond the training data: the unit's, and those of an ordinary network. */

import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { type AxisScale, axis, ink } from '../../components/axes.ts';
import { Chart } from '../../components/chart.tsx';
import { Figure } from '../../components/figure.tsx';
import { BATCH, EPOCHS_PER_STEP, HIDDEN } from '../../experiments/article/plan.ts';
import { grouped, scientific } from '../../format.ts';
import type { ExperimentRun } from './state.ts';

export function FarPlot({ run }: { run: ExperimentRun }) {
  const kind: AxisScale = run.experiment.name === 'addition' ? 'linear' : 'log';
  const options = useMemo(() => chartOptions(run, kind), [run, kind]);
  const actual = run.far.y.map(([y]) => y);
  const data = (): uPlot.AlignedData => {
    const shown = (predicted: Float32Array | undefined) =>
      actual.map((_, row) => {
        const value = predicted?.[row];
        const hidden = value === undefined || !Number.isFinite(value) || (kind === 'log' && value <= 0);
        return hidden ? null : value;
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
            largest error here: <FarError name="far-error" value={outcome.farError} /> × the answer
            {outcome.networkFarError !== undefined && (
              <>
                ; the network’s: <FarError name="network-far-error" value={outcome.networkFarError} /> ×
              </>
            )}
          </span>
        )
      }
      caption={
        <>
          <i class="key key-dot" /> the answers of this unit and <i class="key key-ring" /> of an ordinary
          network against <i class="key key-line" /> the true ones, for inputs up to {grouped(100_000)}: ten
          times what was trained on. <i class="key key-band" /> answers as large as in the training data. The
          network has {HIDDEN} rectified linear units, and learns from the same rows meanwhile, one step of{' '}
          {BATCH} rows for every {EPOCHS_PER_STEP} epochs.
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
      // A start with negative weights lies below the axis.
      y: { distr, range: (_, low) => [kind === 'log' ? 0.1 : Math.min(0, low ?? 0), end] },
    },
    axes: [axis({ scale: 'x', kind, label: 'true answer' }), axis({ scale: 'y', kind })],
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
    hooks: { drawClear: [(chart) => shadeTrained(chart, run.far.trainedTo)] },
  };
}

function shadeTrained(chart: uPlot, trainedTo: number): void {
  const { left, top, height } = chart.bbox;
  chart.ctx.save();
  chart.ctx.fillStyle = ink(chart, 'trained');
  chart.ctx.fillRect(left, top, chart.valToPos(trainedTo, 'x', true) - left, height);
  chart.ctx.restore();
}
