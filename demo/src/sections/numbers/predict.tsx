/** Fields to ask the formula about a row that is not in the table. */

import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import type { Outcome } from '../../experiments/fit/report.ts';
import { short } from '../../format.ts';
import type { NumbersRun } from './run.ts';

export function Predict({ run, outcome }: { run: NumbersRun; outcome: Outcome }) {
  const { inputs, target, best } = outcome;
  const id = useId();
  const facts = run.table.value;
  const values = useSignal<readonly number[]>(
    inputs.map((name) => {
      const column = facts?.columns.findIndex((each) => each.name === name) ?? -1;
      return facts?.first[0]?.[column] ?? 1;
    }),
  );
  useEffect(() => run.predict(values.value), [values.value]);
  if (!best) return null;
  const prediction = run.prediction.value;
  return (
    <fieldset class="predict">
      <legend>{outcome.found ? 'Predict a new row' : 'What the nearest formula says of a new row'}</legend>
      {inputs.map((name, index) => (
        <div key={name} class="field">
          <label for={`${id}-${index}`}>{name}</label>
          <input
            id={`${id}-${index}`}
            type="number"
            step="any"
            value={values.value[index]}
            onInput={({ currentTarget }) => {
              const typed = currentTarget.valueAsNumber;
              if (Number.isFinite(typed)) {
                values.value = values.value.map((value, other) => (other === index ? typed : value));
              }
            }}
          />
        </div>
      ))}
      <p class="predicted-value" aria-live="polite">
        {target} ={' '}
        <data value={prediction === undefined ? '' : String(prediction)} data-name="prediction">
          {prediction === undefined
            ? '…'
            : Number.isFinite(prediction)
              ? short(prediction)
              : 'not defined there'}
        </data>
      </p>
    </fieldset>
  );
}
