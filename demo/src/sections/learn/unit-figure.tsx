/** The unit as a picture: two weights and a gate that can be moved, and what it then answers, here and everywhere. */

import { type Signal, useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { ErrorMap } from '../../components/error-map.tsx';
import { LiveNumber } from '../../components/fields.tsx';
import { fixed, scientific, short } from '../../format.ts';

/** Both inputs of the map go up to this. */
const REACH = 20;

const operations = {
  multiplies: { w1: 1, w2: 1, gate: 0, sign: '×', truth: (a: number, b: number) => a * b },
  adds: { w1: 1, w2: 1, gate: 1, sign: '+', truth: (a: number, b: number) => a + b },
  divides: { w1: 1, w2: -1, gate: 0, sign: '÷', truth: (a: number, b: number) => a / b },
};
type Operation = keyof typeof operations;

/** g (W₁x₁ + W₂x₂) + (1 − g) x₁^W₁ x₂^W₂: the unit for inputs above 0, with the gate set by hand. */
function unitAnswer(w1: number, w2: number, gate: number, a: number, b: number): number {
  return gate * (w1 * a + w2 * b) + (1 - gate) * a ** w1 * b ** w2;
}

export function UnitFigure() {
  const [w1, w2, gate] = [useSignal(0.6), useSignal(0.9), useSignal(0.25)];
  const [a, b] = [useSignal(6), useSignal(7)];
  const wanted = useSignal<Operation>('multiplies');
  const { truth, sign } = operations[wanted.value];
  const answer = (first: number, second: number) => unitAnswer(w1.value, w2.value, gate.value, first, second);
  const set = (operation: Operation) => {
    const record = operations[operation];
    wanted.value = operation;
    [w1.value, w2.value, gate.value] = [record.w1, record.w2, record.gate];
  };
  const isSet = (operation: Operation) => {
    const record = operations[operation];
    return w1.value === record.w1 && w2.value === record.w2 && gate.value === record.gate;
  };
  const [sum, product] = [w1.value * a.value + w2.value * b.value, a.value ** w1.value * b.value ** w2.value];
  const right = truth(a.value, b.value);
  const error = Math.abs(answer(a.value, b.value) / right - 1);
  return (
    <div class="unit-figure bench">
      <div class="unit-parts">
        <p class="unit-flow">
          <span class="unit-box unit-inputs">
            <span>
              x₁{' '}
              <LiveNumber
                label="Input x₁"
                value={a.value}
                least={0.001}
                onChange={(typed) => {
                  a.value = typed;
                }}
              />
            </span>
            <span>
              x₂{' '}
              <LiveNumber
                label="Input x₂"
                value={b.value}
                least={0.001}
                onChange={(typed) => {
                  b.value = typed;
                }}
              />
            </span>
          </span>
          <span class="unit-paths">
            <span class="unit-box" style={{ '--share': gate.value }}>
              <small>adds</small> W₁x₁ + W₂x₂ = {fixed(sum, 2)}
            </span>
            <span class="unit-box" style={{ '--share': 1 - gate.value }}>
              <small>multiplies</small> x₁<sup>W₁</sup> · x₂<sup>W₂</sup> = {fixed(product, 2)}
            </span>
          </span>
          <span class="unit-box unit-answer">
            <small>answers</small>{' '}
            <data value={String(answer(a.value, b.value))} data-name="unit-answer">
              {fixed(answer(a.value, b.value), 2)}
            </data>
          </span>
        </p>
        <Slider label="Weight W₁" value={w1} from={-1} to={1} />
        <Slider label="Weight W₂" value={w2} from={-1} to={1} />
        <Slider label="Gate g" value={gate} from={0} to={1} ends={['0 multiplies', 'adds 1']} />
        <p class="unit-presets">
          Make it one that{' '}
          {(Object.keys(operations) as Operation[]).map((operation) => (
            <button
              key={operation}
              type="button"
              class="quiet"
              aria-pressed={isSet(operation)}
              onClick={() => set(operation)}
            >
              {operation}
            </button>
          ))}
        </p>
      </div>
      <div class="unit-map">
        <ErrorMap
          label={`How right the unit is where x₁ ${sign} x₂ is wanted, for inputs up to ${REACH}`}
          reach={REACH}
          trained={0}
          answer={answer}
          truth={truth}
          version={`${w1.value} ${w2.value} ${gate.value} ${wanted.value}`}
          first={a.value}
          second={b.value}
          onPoint={(first, second) => {
            [a.value, b.value] = [first, second];
          }}
        />
        <p class="unit-verdict">
          {short(a.value)} {sign} {short(b.value)} is {short(right)}; this unit is{' '}
          {error < 1e-9 ? 'right, here and everywhere' : `off by ${scientific(100 * error)} %`}.
        </p>
      </div>
    </div>
  );
}

interface SliderProps {
  label: string;
  value: Signal<number>;
  from: number;
  to: number;
  ends?: readonly [string, string];
}

function Slider({ label, value, from, to, ends = [fixed(from, 0), fixed(to, 0)] }: SliderProps) {
  const id = useId();
  return (
    <div class="unit-slider">
      <label for={id}>{label}</label>
      <output for={id}>{fixed(value.value, 2)}</output>
      <input
        id={id}
        type="range"
        min={from}
        max={to}
        step={0.01}
        value={value.value}
        onInput={({ currentTarget }) => {
          value.value = Number(currentTarget.value);
        }}
      />
      <span class="unit-ends" aria-hidden="true">
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </span>
    </div>
  );
}
