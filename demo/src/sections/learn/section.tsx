/** The article's two experiments in words and equations: a NALU learns to multiply, a NAC learns to add. */

import './learn.css';
import { useSignal, useSignalEffect } from '@preact/signals';
import { HeadingLevel } from '../../components/figure.tsx';
import { LinkFaults } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { followed } from '../../state/section-state.ts';
import { Bench } from './bench.tsx';
import type { Distribution } from './error-scale.tsx';
import { runs, state } from './state.ts';
import { UnitFigure } from './unit-figure.tsx';

/** W = tanh(Ŵ) ⊙ σ(M̂) */
function WeightEquation() {
  return (
    <math class="equation">
      <mi mathvariant="bold">W</mi>
      <mo>=</mo>
      <mi>tanh</mi>
      <mo>(</mo>
      <Hat name="W" />
      <mo>)</mo>
      <mo>⊙</mo>
      <mi>σ</mi>
      <mo>(</mo>
      <Hat name="M" />
      <mo>)</mo>
    </math>
  );
}

function Hat({ name }: { name: string }) {
  return (
    <mover>
      <mi>{name}</mi>
      <mo>^</mo>
    </mover>
  );
}

/** a = x W */
function SumEquation() {
  return (
    <math class="equation">
      <mi>a</mi>
      <mo>=</mo>
      <mi mathvariant="bold">x</mi>
      <mspace width="0.15em" />
      <mi mathvariant="bold">W</mi>
    </math>
  );
}

export function NacEquations() {
  return (
    <>
      <SumEquation />
      <WeightEquation />
    </>
  );
}

export function NaluEquations() {
  return (
    <>
      <math class="equation">
        <mi>y</mi>
        <mo>=</mo>
        <mi>g</mi>
        <mo>⊙</mo>
        <mi>a</mi>
        <mo>+</mo>
        <mo>(</mo>
        <mn>1</mn>
        <mo>−</mo>
        <mi>g</mi>
        <mo>)</mo>
        <mo>⊙</mo>
        <mi>m</mi>
      </math>
      <math class="equation">
        <mi>m</mi>
        <mo>=</mo>
        <mi>exp</mi>
        <mo>(</mo>
        <mi>log</mi>
        <mo>(</mo>
        <mo lspace="0" rspace="0">
          |
        </mo>
        <mi mathvariant="bold">x</mi>
        <mo lspace="0" rspace="0">
          |
        </mo>
        <mo>+</mo>
        <mi>ε</mi>
        <mo>)</mo>
        <mspace width="0.15em" />
        <mi mathvariant="bold">W</mi>
        <mo>)</mo>
      </math>
      <math class="equation">
        <mi>g</mi>
        <mo>=</mo>
        <mi>σ</mi>
        <mo>(</mo>
        <mi mathvariant="bold">x</mi>
        <mspace width="0.15em" />
        <mi mathvariant="bold">G</mi>
        <mo>)</mo>
      </math>
      <SumEquation />
      <WeightEquation />
    </>
  );
}

const additions: readonly Distribution[] = [
  { epochs: 22000, learned: '20 of 20', best: 2.8e-5, median: 4.6e-5 },
];

/** Folded, and not even compiled, unless a link leads to it or sets something in it. */
export function Addition() {
  const wanted = () => followed.value.section === 'addition' || runs.addition.isSet();
  const open = useSignal(wanted());
  useSignalEffect(() => {
    if (wanted()) open.value = true;
  });
  useSignalEffect(() => {
    if (open.value) runs.addition.prepare();
  });
  return (
    <article id="addition" class="experiment addition" aria-labelledby="addition-title" tabIndex={-1}>
      <Panel
        class="fold"
        open={open}
        summary={
          <>
            <h3 id="addition-title" class="experiment-title">
              Addition, with a NAC
            </h3>
            <p>The path that adds is a unit of its own. Unfold it to see one learn sums.</p>
          </>
        }
      >
        <div class="story">
          <div class="prose">
            <p>
              A <dfn>neural accumulator</dfn> (NAC) is a weighted sum of its inputs, with a twist in the
              weights. Each one is the product of a tanh, which lies between −1 and 1, and of a sigmoid σ,
              which lies between 0 and 1. That product is flat near −1, 0 and 1, so training comes to rest
              there: an input is left out, added, or subtracted.
            </p>
            <p>
              Below, one NAC with two inputs sees 2000 sums of numbers up to 10 000. It has nothing to
              memorize them with: all it can do is move two weights to 1. Once it has, it adds numbers of any
              size.
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
        <Bench run={runs.addition} others={additions} />
      </Panel>
    </article>
  );
}

const multiplications: readonly Distribution[] = [
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
            adds its inputs, the other adds their logarithms, and a gate g chooses between them. Training has
            to find out which of the two the data needs.
          </p>
          <p>
            Below, one NALU sees 2000 products of numbers up to 10 000, so answers up to a hundred million.
            Some starts close the gate and reach the corner W = (1, 1) early. Others begin with an open gate,
            which adds, and have to flip it first. Watch one of each.
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
      <Bench run={runs.multiplication} others={multiplications} />
    </article>
  );
}

export function Section() {
  return (
    <HeadingLevel.Provider value={4}>
      <LinkFaults state={state} />
      <UnitFigure />
      <Multiplication />
      <Addition />
    </HeadingLevel.Provider>
  );
}
