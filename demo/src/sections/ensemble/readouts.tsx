/** The ensembles in a few numbers: how far, how fast, and how many of each unit are solved. */

import { IntervalReadout, Readout, Readouts, StepReadout } from '../../components/readout.tsx';
import { grouped } from '../../format.ts';
import type { EnsembleRun } from './run.ts';

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
