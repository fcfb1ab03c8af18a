/** The run in four numbers. */

import { Readout, Readouts, StepReadout } from '../../components/readout.tsx';
import { grouped, scientific } from '../../format.ts';
import type { ExperimentRun } from './run.ts';

export function RunReadouts({ run }: { run: ExperimentRun }) {
  const { training, experiment } = run;
  const outcome = run.outcome.value;
  const seconds = training.seconds.value;
  const rate = training.rate.value;
  return (
    <Readouts>
      <StepReadout label="Epoch" step={training.step.value} last={training.last.value} />
      <Readout
        name="cost"
        label="Cost"
        value={outcome?.cost}
        note={experiment.loss === 'sumSquared' ? 'sum of squared errors' : 'mean of squared errors'}
      >
        {scientific(outcome?.cost ?? Number.NaN, 3)}
      </Readout>
      <Readout
        name="speed"
        label="Epochs per second"
        value={rate}
        note={seconds > 0 ? `${seconds.toFixed(1)} s so far` : 'full batch of 2000 rows'}
      >
        {grouped(rate ?? 0)}
      </Readout>
      <Readout
        name="error"
        label="Largest relative error"
        value={outcome?.error}
        note={`125 test rows; the article: ${scientific(experiment.articleError)}`}
      >
        {scientific(outcome?.error ?? Number.NaN)}
      </Readout>
    </Readouts>
  );
}
