/** A chart over the places of the test range, with a legend that tells what each network has where the reader points. */

import type uPlot from 'uplot';
import { type AxisScale, axis, ink, nameEnds, namesPadding } from '../../components/axes.ts';
import { Chart, type Probe } from '../../components/chart.tsx';
import { FARTHEST, nearestPlace, places, TRAINED } from '../../experiments/identity/report.ts';
import { scientific, signed } from '../../format.ts';
import { type CurveName, curveKinds, lookOf } from './curves.ts';
import type { ShownCurve, WhyRun } from './state.ts';

export function CurveKey({ name }: { name: CurveName }) {
  const { ink, width, dash } = lookOf(name);
  return (
    <span class="curve-name">
      <svg class={`curve-key ${ink}`} viewBox="0 0 30 6" aria-hidden="true">
        <line x1="0" x2="30" y1="3" y2="3" stroke-width={width} stroke-dasharray={dash.join(' ')} />
      </svg>
      {curveKinds[name].label}
    </span>
  );
}

/** The place that is pointed at, by its index. */
export const pointedPlace = ({ pointed }: WhyRun): number | undefined =>
  pointed.value === undefined ? undefined : nearestPlace(pointed.value);

/** `read` says in words what a curve has at a place. */
export function probeOf(run: WhyRun, read: (curve: ShownCurve, place: number) => string): Probe {
  const place = pointedPlace(run);
  return {
    // A slider counts its places from 1.
    last: 2 * FARTHEST + 1,
    at: place === undefined ? undefined : (places[place] as number) + FARTHEST + 1,
    text:
      place === undefined
        ? 'no place chosen'
        : `x = ${signed(places[place] as number)}: ${run.shown.value.map((curve) => `${curve.label} ${read(curve, place)}`).join(', ')}`,
    onPoint: (x) => {
      run.pointed.value = x;
    },
    x: run.pointed.value,
  };
}

function lineOf(name: CurveName): uPlot.Series {
  const look = lookOf(name);
  return {
    stroke: (chart) => ink(chart, look.ink),
    width: look.width,
    dash: [...look.dash],
    points: { show: false },
  };
}

const placesScale: uPlot.Scale = { time: false, range: () => [-FARTHEST, FARTHEST] };

const placesAxis = (): uPlot.Axis => ({
  ...axis({ scale: 'x', kind: 'linear', label: 'x' }),
  // Every fifth, and on narrow screens every tenth number.
  splits: (chart) => {
    const gap = chart.over.clientWidth < 300 ? 10 : 5;
    const count = (2 * FARTHEST) / gap;
    return Array.from({ length: count + 1 }, (_, n) => n * gap - FARTHEST);
  },
});

/** A hook that shades the range of the training. */
function shadeTrained(chart: uPlot): void {
  const { top, height } = chart.bbox;
  const [from, to] = [-TRAINED, TRAINED].map((x) => chart.valToPos(x, 'x', true)) as [number, number];
  chart.ctx.save();
  chart.ctx.fillStyle = ink(chart, 'trained');
  chart.ctx.fillRect(from, top, to - from, height);
  chart.ctx.restore();
}

/** What a network answers at a place, and how far its kind is off, in words. */
export const readCurve = ({ curve }: ShownCurve, place: number): string =>
  curve ? scientific(curve.y[place] as number, 3) : '–';

export const readError = ({ curve }: ShownCurve, place: number): string =>
  curve ? scientific(curve.errors[place] as number, 2) : '–';

/** Of both charts. */
export function Legend({ run }: { run: WhyRun }) {
  const place = pointedPlace(run);
  const training = run.training.busy.value;
  const told = (curve: ShownCurve) => {
    if (training && !curve.compiled) return 'is being compiled…';
    return place === undefined ? '' : `${readCurve(curve, place)}; mean error ${readError(curve, place)}`;
  };
  return (
    <div class="curve-legend whole-row">
      <span class="reading">
        {place === undefined
          ? 'Point at a place in one of the charts to read the numbers.'
          : `x = ${signed(places[place] as number)}`}
      </span>
      <ul>
        {run.shown.value.map((curve) => (
          <li key={curve.name}>
            <CurveKey name={curve.name} />
            <span class="curve-value">{told(curve)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What the two charts have in common: lines over the places, named where they end. */
export function placesOptions(
  names: readonly CurveName[],
  own: {
    readonly y: uPlot.Scale;
    readonly kind: AxisScale;
    readonly label: string;
    readonly before?: readonly uPlot.Series[];
  },
): Omit<uPlot.Options, 'width' | 'height'> {
  const before = own.before ?? [];
  const lines = names.map((name, index) => ({
    name: curveKinds[name].label,
    series: 1 + before.length + index,
    color: lookOf(name).ink,
  }));
  return {
    padding: namesPadding,
    scales: { x: placesScale, y: own.y },
    axes: [placesAxis(), axis({ scale: 'y', kind: own.kind, label: own.label })],
    series: [{}, ...before, ...names.map(lineOf)],
    hooks: { drawClear: [shadeTrained], draw: [(chart) => nameEnds(chart, lines)] },
  };
}

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
    <Chart
      label={label}
      height={380}
      options={options}
      data={data}
      follow={run.shown}
      probe={probeOf(run, read)}
    />
  );
}
