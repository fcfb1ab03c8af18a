/** The weights as they are now, as a small heat map with the numbers in it, and the way they took. */

import type { Experiment } from '../../../../src/index.ts';
import { Figure } from '../../components/figure.tsx';
import { Matrix } from '../../components/matrix.tsx';
import { fixed } from '../../format.ts';
import type { Weights as WeightTable } from '../../worker/jobs/article.ts';
import type { ExperimentRun } from './run.ts';
import { WeightPath } from './weight-path.tsx';

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
          ? 'The product needs W = (1, 1) and a closed gate, g = 0, which negative G give. Point at a number for all its digits. The picture shows the way W took; its dots are epochs 1, 10, 100 and so on.'
          : 'The sum needs W = (1, 1). Point at a number for all its digits. The picture shows the way W took; its dots are epochs 1, 10, 100 and so on.'
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
