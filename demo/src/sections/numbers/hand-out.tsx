/** The formula put to use: fields to ask it about a new row; as text, in three languages, for SymPy; as a file, and everything as JSON. */

import { useSignal } from '@preact/signals';
import { useEffect, useId } from 'preact/hooks';
import { Choice } from '../../components/choices.tsx';
import { CopyButton, DownloadButton } from '../../components/copy.tsx';
import { LiveNumber } from '../../components/fields.tsx';
import { Figure } from '../../components/figure.tsx';
import type { Outcome, ToldFormula } from '../../experiments/fit/report.ts';
import { short } from '../../format.ts';
import { Scroller } from './result.tsx';
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
          <LiveNumber
            id={`${id}-${index}`}
            value={values.value[index] as number}
            onChange={(typed) => {
              values.value = values.value.map((value, other) => (other === index ? typed : value));
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

type Language = 'text' | 'latex' | 'javascript' | 'python' | 'sympy';

const labels: Readonly<Record<Language, string>> = {
  text: 'Text',
  latex: 'LaTeX',
  javascript: 'JavaScript',
  python: 'Python',
  sympy: 'SymPy',
};

export function HandOut({ outcome }: { outcome: Outcome }) {
  const { best, weights, target } = outcome;
  const language = useSignal<Language>('text');
  if (!best) return null;
  const text = written(outcome, best, language.value);
  return (
    <Figure
      title={outcome.found ? 'Take it with you' : 'Take the nearest with you'}
      class="hand-out"
      aside={
        <Choice
          label="Written as"
          value={language.value}
          options={labels}
          onChange={(wanted) => {
            language.value = wanted;
          }}
        />
      }
      caption={
        <>
          The file holds the formula with all its digits, as safetensors: for <code>nalu predict</code>,{' '}
          <code>nalu export</code> and <code>loadFormula</code>.
        </>
      }
    >
      <Scroller class="program" label={`The formula as ${labels[language.value]}`}>
        <pre>
          {' '}
          <code data-name="program">{text}</code>
        </pre>
      </Scroller>
      <div class="hand-out-buttons">
        <CopyButton label={`Copy ${labels[language.value]}`} text={() => text} />
        <DownloadButton
          label="File"
          name={`${fileName(target)}.safetensors`}
          type="application/octet-stream"
          content={() => weights ?? new Uint8Array()}
          disabled={!weights}
        />
        <DownloadButton
          label="JSON"
          name={`${fileName(target)}.json`}
          type="application/json"
          content={() => outcome.json}
        />
      </div>
    </Figure>
  );
}

function written({ target, targetLatex }: Outcome, best: ToldFormula, language: Language): string {
  switch (language) {
    case 'text':
      return `${target} = ${best.text}`;
    case 'latex':
      return `${targetLatex} = ${best.latex}`;
    case 'sympy':
      return best.sympy;
    default:
      return best.programs[language].trimEnd();
  }
}

const fileName = (target: string): string => target.replace(/[^\p{L}\p{N}_-]+/gu, '_') || 'formula';
