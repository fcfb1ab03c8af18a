/** The search in a few numbers: time, what is tried, and how far the best formula is off. */

import { Readout, Readouts, StepReadout } from '../../components/readout.tsx';
import { grouped } from '../../format.ts';
import { errorText } from './digits.ts';
import type { NumbersRun } from './run.ts';

export function NumbersReadouts({ run }: { run: NumbersRun }) {
  const outcome = run.outcome.value;
  const progress = run.progress.value;
  const best = outcome ? outcome.best : progress?.best;
  const seconds = outcome?.seconds ?? progress?.seconds ?? 0;
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
              : 'of 3'
          }
        >
          {progress && `${progress.round} of ${progress.rounds}`}
        </Readout>
      )}
      <Readout
        name="in-range"
        label="Error in range"
        value={best?.inRange.maxRelativeError}
        note="largest, of the rows trained on"
      >
        {best && errorText(best.inRange.maxRelativeError)}
      </Readout>
      <Readout
        name="out-of-range"
        label="Error out of range"
        value={best?.outOfRange.maxRelativeError}
        note="largest, of the rows held out"
      >
        {best && errorText(best.outOfRange.maxRelativeError)}
      </Readout>
    </Readouts>
  );
}
