/** The units' equations in MathML. */

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
        <mo>|</mo>
        <mi mathvariant="bold">x</mi>
        <mo>|</mo>
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
