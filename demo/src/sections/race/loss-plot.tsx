/** The loss of each contender over the time on its clock: the same way down, sooner or later. */

import { useComputed, useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type uPlot from 'uplot';
import { axis, decades, ink } from '../../components/axes.ts';
import { Chart } from '../../components/chart.tsx';
import { Figure } from '../../components/figure.tsx';
import { libraryOf } from '../../experiments/speed/libraries.ts';
import type { Lane, Point } from '../../experiments/speed/race.ts';
import { duration } from '../../experiments/speed/report.ts';
import { scientific } from '../../format.ts';
import { dashOf, inkName, Key } from './lanes.tsx';
import type { RaceRun } from './state.ts';

export function LossPlot({ run }: { run: RaceRun }) {
  const pointed = useSignal<number | undefined>(undefined);
  const { seconds } = run.state.values.value;
  const contenders = run.lanes.value.map(({ contender }) => contender).join();
  const options = useMemo(() => chartOptions(contenders.split(','), seconds), [contenders, seconds]);
  const reading = useComputed(() => {
    const at = pointed.value;
    if (at === undefined) return '';
    const texts = run.lanes.value.flatMap((lane) => {
      const point = lane.points.findLast((each) => 1000 * each.seconds <= at);
      return point ? `${libraryOf(lane.contender).title} ${scientific(point.loss, 3)}` : [];
    });
    return texts.length > 0 ? `after ${duration(at)}: ${texts.join('; ')}` : '';
  });
  return (
    <Figure
      title="Loss over time"
      class="whole-row"
      caption={
        <>
          <span class="lane-legend">
            {run.lanes.value.map(({ contender }) => (
              <span key={contender}>
                <Key contender={contender} /> {libraryOf(contender).title}
              </span>
            ))}
          </span>
          All losses fall the same way, step by step; the faster a library, the further left its line. Mean
          squared error
          {run.about.value.workload.models > 1 && ', on average over the networks,'} against the time on the
          clock; both axes are logarithmic.
        </>
      }
    >
      <Chart
        label="Loss of each contender over the time on its clock"
        height={270}
        options={options}
        data={() => dataOf(run.lanes.peek())}
        follow={run.lanes}
        hint={
          run.running.value || run.lanes.value.some(({ points }) => points.some(isDrawn))
            ? undefined
            : 'A line for each of them appears here after Start.'
        }
        probe={{
          last: 1000 * seconds,
          at: pointed.value,
          text: reading.value || 'no time chosen',
          onPoint: (x) => {
            pointed.value = x;
          },
        }}
      />
      <p class="reading">{reading}</p>
    </Figure>
  );
}

/** Only what has a place on both logarithmic axes. */
const isDrawn = ({ seconds, loss }: Point) => seconds > 0 && loss > 0 && Number.isFinite(loss);

/** All times of all lanes in order, in milliseconds, and each lane's losses at its own ones. */
function dataOf(lanes: readonly Lane[]): uPlot.AlignedData {
  const points = lanes.map((lane) => lane.points.filter(isDrawn));
  const times = [...new Set(points.flatMap((own) => own.map(({ seconds }) => 1000 * seconds)))].sort(
    (a, b) => a - b,
  );
  const place = new Map(times.map((time, index) => [time, index]));
  const columns = points.map((own) => {
    // Undefined, where it was not looked at, is bridged.
    const losses = new Array<number | undefined>(times.length).fill(undefined);
    for (const { seconds, loss } of own) losses[place.get(1000 * seconds) as number] = loss;
    return losses;
  });
  return [times, ...columns];
}

function chartOptions(
  contenders: readonly string[],
  seconds: number,
): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    ...{ padding: [8, 28, 0, 0] },
    scales: {
      x: {
        time: false,
        distr: 3,
        // Longer where somebody comes to the common step after the time is up.
        range: (_, low, high) => [
          10 ** Math.floor(Math.log10(Math.min(low || 10, 100 * seconds))),
          Math.max(high ?? 0, 1000 * seconds),
        ],
      },
      y: { distr: 3, range: (_, low, high) => decades(low, high) },
    },
    axes: [
      {
        ...axis({ scale: 'x', kind: 'log', label: 'time on the clock' }),
        values: (_, ticks) => ticks.map(duration),
      },
      axis({ scale: 'y', kind: 'log', label: 'loss' }),
    ],
    series: [
      {},
      ...contenders.map((contender): uPlot.Series => {
        const { family, backend } = libraryOf(contender);
        return {
          stroke: (chart) => ink(chart, inkName[family]),
          width: 1.75,
          dash: [...dashOf[backend]],
          points: { show: false },
        };
      }),
    ],
  };
}
