/** The ensembles in numbers: how far, how fast, and how many of each unit are solved, by range where there are several. */

import { formatRange } from '../../../../src/index.ts';
import { Figure } from '../../components/figure.tsx';
import { IntervalReadout, Readout, Readouts, StepReadout } from '../../components/readout.tsx';
import { grouped } from '../../format.ts';
import type { EnsembleRun } from './state.ts';

export function EnsembleReadouts({ run }: { run: EnsembleRun }) {
  const { training, units, fields, plan } = run;
  const models = units.value.length * plan.value.ranges.length * plan.value.seeds.count;
  const rate = training.rate.value;
  const seconds = training.seconds.value;
  return (
    <Readouts>
      <StepReadout label="Step" step={training.step.value} last={training.last.value} />
      <Readout
        name="speed"
        label="Models × steps per second"
        value={rate === undefined ? undefined : rate * models}
        note={
          seconds > 0
            ? `${grouped(models)} models, ${seconds.toFixed(1)} s so far`
            : `${grouped(models)} models`
        }
      >
        {grouped((rate ?? 0) * models)}
      </Readout>
      {units.value.map((unit, index) => {
        const tally = fields.value[index]?.tallies.at(-1);
        return (
          <IntervalReadout
            key={unit}
            kind={`unit unit-${index}`}
            name={`success-${index}`}
            label={`${unit} solved`}
            rate={tally?.rate}
            low={tally?.low ?? 0}
            high={tally?.high ?? 1}
          />
        );
      })}
    </Readouts>
  );
}

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
