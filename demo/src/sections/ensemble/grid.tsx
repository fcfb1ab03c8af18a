/** Success rates by unit and range: the table of the papers. */

import { formatRange } from '../../../../src/index.ts';
import { Figure } from '../../components/figure.tsx';
import type { EnsembleRun } from './run.ts';

export function Grid({ run }: { run: EnsembleRun }) {
  const { units, fields, plan } = run;
  return (
    <Figure
      title="By range"
      class="whole-row"
      caption="Share of solved models of each unit in each range, with its 95 % interval."
    >
      <div class="scroll-x">
        <table class="grid">
          <thead>
            <tr>
              <th scope="col">trained on</th>
              <th scope="col">tested on</th>
              {units.value.map((unit) => (
                <th key={unit} scope="col">
                  {unit}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {plan.value.ranges.map(({ range, extrapolationRange }, index) => (
              <tr key={formatRange(range)}>
                <th scope="row">{formatRange(range)}</th>
                <td>{formatRange(extrapolationRange)}</td>
                {units.value.map((unit, column) => {
                  const success = fields.value[column]?.tallies.at(-1)?.ranges[index];
                  if (!success) return <td key={unit}>–</td>;
                  const { rate, low, high } = success;
                  const percent = (part: number) => (100 * part).toFixed(0);
                  return (
                    <td key={unit} class={`rate unit-${column}`} style={{ '--heat': `${percent(rate)}%` }}>
                      <data value={String(rate)} data-name={`rate-${index}-${column}`}>
                        {percent(rate)}&nbsp;%
                      </data>{' '}
                      <small>
                        ({percent(low)} to {percent(high)})
                      </small>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Figure>
  );
}
