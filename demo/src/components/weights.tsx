/** The weights as they are now, as a small heat map with the numbers in it, and the way they took. */

import type { Experiment } from '../../../src/index.ts';
import { fixed, scientific, signed } from '../format.ts';
import type { Weights as WeightTable } from '../protocol.ts';
import type { ExperimentRun } from '../state/run.ts';
import { Figure } from './figure.tsx';
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
          <table class="matrix">
            <caption class="hidden">Weights of the two inputs</caption>
            <thead>
              <tr>
                <td />
                {names.map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[0, 1].map((input) => (
                <tr key={input}>
                  <th scope="row">
                    x<sub>{input + 1}</sub>
                  </th>
                  {names.map((name) => (
                    <HeatCell key={name} name={`${name}${input + 1}`} value={weights[name]?.[input]?.[0]} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {gated && <Gate weights={weights} experiment={run.experiment} />}
        </div>
        <WeightPath run={run} />
      </div>
    </Figure>
  );
}

function HeatCell({ name, value }: { name: string; value: number | undefined }) {
  if (value === undefined) return <td class="heat">–</td>;
  const heat = Math.min(Math.abs(value), 1);
  const style = { '--heat': `${Math.round(100 * heat)}%` };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard, too, can ask for all digits
    <td class={`heat ${value < 0 ? 'heat-below' : 'heat-above'}`} style={style} tabIndex={0}>
      <data value={String(value)} data-name={name}>
        {brief(value)}
      </data>
      <span class="digits">{signed(value)}</span>
    </td>
  );
}

/** Seven decimals, as long as there is room for them. */
function brief(value: number): string {
  return Math.abs(value) < 100 ? fixed(value, 7) : scientific(value, 4);
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
