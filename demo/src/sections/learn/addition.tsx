/** The article's first experiment: a NAC learns to add. */

import { Bench } from './bench.tsx';
import { NacEquations } from './equations.tsx';
import type { Distribution } from './error-scale.tsx';
import { runs } from './state.ts';

const others: readonly Distribution[] = [
  { epochs: 22000, learned: '20 of 20', best: 2.8e-5, median: 4.6e-5 },
];

export function Addition() {
  return (
    <article id="addition" class="experiment addition" aria-labelledby="addition-title" tabIndex={-1}>
      <div class="story">
        <div class="prose">
          <h3 id="addition-title" class="experiment-title">
            Addition, with a NAC
          </h3>
          <p>
            A <dfn>neural accumulator</dfn> (NAC) is a weighted sum of its inputs, with a twist in the
            weights. Each one is the product of a tanh, which lies between −1 and 1, and of a sigmoid σ, which
            lies between 0 and 1. That product is flat near −1, 0 and 1, so training comes to rest there: at
            leaving an input out, adding it, or taking it away.
          </p>
          <p>
            Below, one NAC with two inputs sees 2000 sums of numbers up to 10 000. It has nothing to memorise
            them with: all it can do is move two weights to 1. Once it has, it adds numbers of any size.
          </p>
        </div>
        <aside class="equations" aria-label="Equations of the NAC">
          <NacEquations />
          <dl>
            <dt>x</dt>
            <dd>the two inputs</dd>
            <dt>Ŵ, M̂</dt>
            <dd>what training moves, without bounds</dd>
            <dt>W</dt>
            <dd>the weights they make, between −1 and 1</dd>
            <dt>⊙</dt>
            <dd>product, element by element</dd>
          </dl>
        </aside>
      </div>
      <Bench run={runs.addition} others={others} />
    </article>
  );
}
