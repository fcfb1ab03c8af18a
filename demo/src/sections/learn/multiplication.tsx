/** The article's second experiment: a NALU learns to multiply. */

import { Bench } from './bench.tsx';
import { NaluEquations } from './equations.tsx';
import type { Distribution } from './error-scale.tsx';
import { runs } from './state.ts';

const others: readonly Distribution[] = [
  { epochs: 2000, learned: '13 of 20', best: 4.3e-4, median: 9.0e-3 },
  { epochs: 10000, learned: '18 of 20', best: 1.8e-5, median: 7.6e-4 },
  { epochs: 22000, learned: '20 of 20', best: 1.4e-6, median: 1e-5 },
];

export function Multiplication() {
  return (
    <article
      id="multiplication"
      class="experiment multiplication"
      aria-labelledby="multiplication-title"
      tabIndex={-1}
    >
      <div class="story">
        <div class="prose">
          <h3 id="multiplication-title" class="experiment-title">
            Multiplication, with a NALU
          </h3>
          <p>
            Logarithms turn products into sums: x₁ · x₂ = exp(log x₁ + log x₂). A{' '}
            <dfn>neural arithmetic logic unit</dfn> (NALU) therefore has two paths over the same weights. One
            adds, as a NAC does; the other adds logarithms. A gate g chooses between them, and training has to
            find out which the data needs.
          </p>
          <p>
            The same inputs now come with their products, up to a hundred million. A start is not always a
            lucky one: some close the gate and reach the corner W = (1, 1) early, others need ten times as
            long. Try several seeds.
          </p>
        </div>
        <aside class="equations" aria-label="Equations of the NALU">
          <NaluEquations />
          <dl>
            <dt>g</dt>
            <dd>the gate: 1 adds, 0 multiplies</dd>
            <dt>G</dt>
            <dd>its weights, one for each input</dd>
            <dt>ε</dt>
            <dd>10⁻⁷, for the logarithm of zero</dd>
          </dl>
        </aside>
      </div>
      <Bench run={runs.multiplication} others={others} />
    </article>
  );
}
