/** Ten test rows, with what this run predicts and what the article printed; and two numbers of the visitor's. */

import { useSignal } from '@preact/signals';
import { LiveNumber } from '../../components/fields.tsx';
import { Figure } from '../../components/figure.tsx';
import { naluAnswer } from '../../experiments/product/plan.ts';
import { float32, grouped, groupedDigits, signed } from '../../format.ts';
import type { ExperimentRun } from './state.ts';

const symbols = { addition: '+', multiplication: '×' };

export function Answers({ run }: { run: ExperimentRun }) {
  const { experiment } = run;
  const predicted = run.outcome.value?.test;
  return (
    <Figure
      title="Ten of the test rows"
      class="answers"
      caption="The true answers, what this run predicts, and what the article printed after its training."
    >
      <table class="answers-table">
        <thead>
          <tr>
            <th scope="col">inputs</th>
            <th scope="col">true</th>
            <th scope="col">this run</th>
            <th scope="col">the article</th>
          </tr>
        </thead>
        <tbody>
          {experiment.article.map((printed, row) => {
            const [a, b] = experiment.test.x[row] ?? [0, 0];
            const value = predicted?.[row];
            return (
              <tr key={printed}>
                <th scope="row">
                  {a}
                  <span class="operation"> {symbols[experiment.name]} </span>
                  {b}
                </th>
                <td>{grouped(experiment.test.y[row]?.[0] ?? 0)}</td>
                <td class="predicted">
                  {value === undefined ? '–' : <data value={String(value)}>{shown(value)}</data>}
                </td>
                <td>{shown(printed)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Figure>
  );
}

/** What the unit makes of any two numbers, computed in the page from the weights as they are now. */
export function OwnNumbers({ run }: { run: ExperimentRun }) {
  const { name, unit } = run.experiment;
  const [a, b] = [useSignal(31_415), useSignal(2_718)];
  const weights = run.outcome.value?.weights;
  const [w1, w2, g1, g2] = [weights?.W, weights?.G].flatMap((table) =>
    [0, 1].map((row) => table?.[row]?.[0]),
  );
  const sum = (w1 ?? Number.NaN) * a.value + (w2 ?? Number.NaN) * b.value;
  const value =
    name === 'addition'
      ? sum
      : naluAnswer(
          [w1, w2, g1, g2].map((each) => each ?? Number.NaN),
          a.value,
          b.value,
        );
  return (
    <p class="own-question">
      Ask it yourself:{' '}
      <span class="own-inputs">
        <LiveNumber
          label="Your first input"
          value={a.value}
          least={0}
          onChange={(typed) => {
            a.value = typed;
          }}
        />
        <span class="operation">{symbols[name]}</span>
        <LiveNumber
          label="Your second input"
          value={b.value}
          least={0}
          onChange={(typed) => {
            b.value = typed;
          }}
        />
        <span>= {shown(name === 'addition' ? a.value + b.value : a.value * b.value)}</span>
      </span>{' '}
      <span>
        This {unit} says{' '}
        {Number.isNaN(value) ? (
          '–'
        ) : (
          <data value={String(value)} data-name="own-answer">
            {shown(value)}
          </data>
        )}
      </span>
    </p>
  );
}

function shown(value: number): string {
  return groupedDigits(Number.isInteger(value) ? signed(value) : float32(Math.fround(value)));
}
