/** Ten test rows: the true answer, what this run predicts, and what the article printed. */

import { Figure } from '../../components/figure.tsx';
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
      caption="True answers, what this run predicts, as float32 prints it, and what the article printed after its training."
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

function shown(value: number): string {
  return groupedDigits(Number.isInteger(value) ? signed(value) : float32(Math.fround(value)));
}
