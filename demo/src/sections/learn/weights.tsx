/** The weights as they are now, as a small heat map with the numbers in it, and the way they took. */

import type { Experiment } from '../../../../src/index.ts';
import { Figure } from '../../components/figure.tsx';
import { Matrix } from '../../components/matrix.tsx';
import type { WeightSample, Weights as WeightTable } from '../../experiments/article/job.ts';
import { fixed, grouped } from '../../format.ts';
import type { ExperimentRun } from './state.ts';

/** Pixels from the middle to a weight of 1. */
const REACH = 80;
const MARGIN = 26;
const SIDE = 2 * (REACH + MARGIN);

export function WeightPath({ run }: { run: ExperimentRun }) {
  run.outcome.value;
  const { samples } = run.trail;
  const points = samples.map(placeOf);
  const start = points[0];
  const now = points.at(-1);
  const goal = place(1, 1);
  return (
    <svg
      class="path"
      viewBox={`${-SIDE / 2} ${-SIDE / 2} ${SIDE} ${SIDE}`}
      role="img"
      aria-label="Path of the two weights from their start to where they are now"
    >
      <rect class="path-frame" x={-REACH} y={-REACH} width={2 * REACH} height={2 * REACH} />
      <path class="path-zero" d={`M${-REACH} 0H${REACH}M0 ${-REACH}V${REACH}`} />
      {[-1, 0, 1].map((tick) => (
        <g key={tick}>
          <text x={tick * REACH} y={REACH + 15} text-anchor="middle">
            {tick === -1 ? '−1' : tick}
          </text>
          <text x={-REACH - 7} y={-tick * REACH + 4} text-anchor="end">
            {tick === -1 ? '−1' : tick}
          </text>
        </g>
      ))}
      <text class="path-name" x={REACH / 2} y={REACH + 16} text-anchor="middle">
        W₁
      </text>
      <text class="path-name" x={-REACH - 7} y={-REACH / 2 + 4} text-anchor="end">
        W₂
      </text>
      <circle class="path-goal" cx={goal.x} cy={goal.y} r="7" />
      <polyline class="path-line" points={points.map(({ x, y }) => `${x},${y}`).join(' ')} />
      {decades(samples).map(({ epoch, x, y }) => (
        <circle key={epoch} class="path-tick" cx={x} cy={y} r="2">
          <title>epoch {grouped(epoch)}</title>
        </circle>
      ))}
      {start && <circle class="path-start" cx={start.x} cy={start.y} r="3.5" />}
      {now && <circle class="path-now" cx={now.x} cy={now.y} r="4" />}
    </svg>
  );
}

/** Where the weights were at epochs 1, 10, 100 and so on. */
function decades(samples: readonly WeightSample[]) {
  const found: { epoch: number; x: number; y: number }[] = [];
  for (const sample of samples) {
    const next = 10 ** found.length;
    if (sample.epoch >= next) found.push({ epoch: sample.epoch, ...placeOf(sample) });
  }
  return found;
}

function placeOf({ weights }: WeightSample) {
  return place(weights.W?.[0]?.[0] ?? 0, weights.W?.[1]?.[0] ?? 0);
}

const place = (first: number, second: number) => ({
  x: Number((first * REACH).toFixed(1)),
  y: Number((-second * REACH).toFixed(1)),
});

export function Weights({ run }: { run: ExperimentRun }) {
  const weights = run.outcome.value?.weights ?? {};
  const gated = run.experiment.unit === 'NALU';
  const names = gated ? ['W', 'G'] : ['W'];
  return (
    <Figure
      title="Weights"
      class="weights"
      caption={
        gated
          ? 'The product needs W = (1, 1) and a closed gate, g = 0, which takes negative G. Point at a number to see all its digits. The picture shows the path of W; its dots mark epochs 1, 10, 100 and so on.'
          : 'The sum needs W = (1, 1). Point at a number to see all its digits. The picture shows the path of W; its dots mark epochs 1, 10, 100 and so on.'
      }
    >
      <div class="weights-body">
        <div>
          <Matrix
            label="Weights of the two inputs"
            rows={[<Input key={1} number={1} />, <Input key={2} number={2} />]}
            columns={names}
            values={[0, 1].map((input) => names.map((name) => weights[name]?.[input]?.[0]))}
            name={(input, column) => `${names[column]}${input + 1}`}
          />
          {gated && <Gate weights={weights} experiment={run.experiment} />}
        </div>
        <WeightPath run={run} />
      </div>
    </Figure>
  );
}

function Input({ number }: { number: number }) {
  return (
    <>
      x<sub>{number}</sub>
    </>
  );
}

/** Smallest and largest gate σ(x G) over the test rows. */
function Gate({ weights, experiment }: { weights: WeightTable; experiment: Experiment }) {
  const column = weights.G;
  if (!column) return <p class="gate">gate –</p>;
  const gates = experiment.test.x.map((row) => {
    const sum = row.reduce((total, x, input) => total + x * (column[input]?.[0] ?? 0), 0);
    return 1 / (1 + Math.exp(-sum));
  });
  const low = Math.min(...gates);
  const high = Math.max(...gates);
  const meaning = high < 0.01 ? 'multiplies' : low > 0.99 ? 'adds' : 'mixes both';
  const range = high - low < 0.005 ? fixed(high, 2) : `${fixed(low, 2)} to ${fixed(high, 2)}`;
  return (
    <p class="gate">
      gate g = <data value={String(high)}>{range}</data>
      <br />
      <b>{meaning}</b>
    </p>
  );
}
