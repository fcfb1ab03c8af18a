/** The search in a few numbers: time, what is tried, and how far the best formula is off. */

import { Readout, Readouts, StepReadout } from '../../components/readout.tsx';
import { grouped } from '../../format.ts';
import type { ToldErrors } from '../../worker/fit/outcome.ts';
import { errorText } from './digits.ts';
import type { NumbersRun } from './run.ts';

export function NumbersReadouts({ run }: { run: NumbersRun }) {
  const outcome = run.outcome.value;
  const progress = run.progress.value;
  const best = outcome ? outcome.best : progress?.best;
  const seconds = outcome?.seconds ?? run.seconds.value;
  return (
    <Readouts>
      <StepReadout label="Seconds" step={seconds} last={run.state.values.value.seconds} />
      {outcome ? (
        <Readout
          name="starts"
          label="Random starts"
          value={outcome.starts}
          note={`${outcome.found ? `${grouped(outcome.agreeing)} agree with the formula` : 'none found a law'}; ${outcome.architectures} kinds of model`}
        >
          {grouped(outcome.starts)}
        </Readout>
      ) : (
        <Readout
          name="round"
          label="Round"
          value={progress?.round}
          note={
            progress
              ? `${progress.models} starts of ${progress.architecture}, ${Math.floor((100 * progress.step) / progress.steps)} %`
              : 'a straight line and a network first, to compare with'
          }
        >
          {progress && `${progress.round} of ${progress.rounds}`}
        </Readout>
      )}
      <ErrorReadout name="in-range" label="Error in range" rows="trained on" errors={best?.inRange} />
      <ErrorReadout
        name="out-of-range"
        label="Error out of range"
        rows="held out"
        errors={best?.outOfRange}
      />
    </Readouts>
  );
}

interface ErrorReadoutProps {
  name: string;
  label: string;
  rows: string;
  errors: ToldErrors['inRange'] | undefined;
}

function ErrorReadout({ name, label, rows, errors }: ErrorReadoutProps) {
  const error = errors?.maxRelativeError;
  return (
    <Readout name={name} label={label} value={error} note={`largest, of the rows ${rows}`}>
      {error !== undefined && errorText(error)}
    </Readout>
  );
}
