/** A chart over the places of the test range, with a legend that tells what each network has where the reader points. */

import type uPlot from 'uplot';
import { Chart } from '../../components/chart.tsx';
import { Legend } from './legend.tsx';
import { probeOf } from './probe.ts';
import type { ShownCurve, WhyRun } from './run.ts';

interface PlaceChartProps {
  run: WhyRun;
  /** What the picture shows, for those who cannot see it. */
  label: string;
  options: Omit<uPlot.Options, 'width' | 'height'>;
  data: () => uPlot.AlignedData;
  /** What a network has at a place, in words. */
  read: (curve: ShownCurve, place: number) => string;
}

export function PlaceChart({ run, label, options, data, read }: PlaceChartProps) {
  return (
    <>
      <Chart
        label={label}
        height={380}
        options={options}
        data={data}
        follow={run.shown}
        probe={probeOf(run, read)}
      />
      <Legend run={run} read={read} />
    </>
  );
}
