/** The search in a few numbers and in words: time, what is tried, how far the best formula is off, and what went wrong. */

import { useComputed } from '@preact/signals';
import { Notice, Said } from '../../components/notice.tsx';
import { Readout, Readouts, StepReadout } from '../../components/readout.tsx';
import type { ToldErrors } from '../../experiments/fit/report.ts';
import { errorText, grouped } from '../../format.ts';
import { engine } from '../../state/engine.ts';
import { isSetting } from '../../state/training.ts';
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
          note={
            outcome.starts === 0
              ? outcome.found
                ? 'none was needed: least squares found it'
                : 'none was trained'
              : `${outcome.found ? `${grouped(outcome.agreeing)} agree with the formula` : 'none found a law'}; ${outcome.architectures} kinds of model`
          }
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
              ? `${progress.models > 0 ? `${progress.models} starts of ` : ''}${progress.architecture}, ${Math.floor((100 * progress.step) / progress.steps)} %`
              : 'least squares come first'
          }
        >
          {progress && `${progress.round} of ${progress.rounds}`}
        </Readout>
      )}
      <ErrorReadout name="in-range" label="Error on fitted rows" errors={best?.inRange} />
      <ErrorReadout name="out-of-range" label="Error on held-out rows" errors={best?.outOfRange} />
    </Readouts>
  );
}

interface ErrorReadoutProps {
  name: string;
  label: string;
  errors: ToldErrors['inRange'] | undefined;
}

function ErrorReadout({ name, label, errors }: ErrorReadoutProps) {
  const error = errors?.maxRelativeError;
  return (
    <Readout name={name} label={label} value={error} note="the largest, relative to the answer">
      {error !== undefined && errorText(error)}
    </Readout>
  );
}

export function NumbersStatus({ run }: { run: NumbersRun }) {
  const text = useComputed(() => statusText(run));
  const fault = run.table.value && run.fault.value;
  const faults = run.chosen.value?.faults ?? [];
  const setting = fault && isSetting(fault.code);
  return (
    <>
      {faults.length > 0 && (
        <Notice kind="info" title="Not all that was asked for is in this table.">
          <ul>
            {faults.map((each) => (
              <li key={each} class="said">
                {each}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {fault && (
        <Notice
          kind="problem"
          title={setting ? 'This table cannot be searched with these settings.' : 'The search failed.'}
          {...(!setting && { action: { label: 'Try again', run: () => run.start() } })}
        >
          <Said message={fault.message} />
        </Notice>
      )}
      <p class="status" role="status">
        {text}
      </p>
    </>
  );
}

function statusText({ phase, source, fault, table, chosen, outcome, recovered, state }: NumbersRun): string {
  switch (phase.value) {
    case 'waiting': {
      if (fault.value) return 'Waiting for a table that can be read.';
      const own = state.values.value.table === 'own' && source.value.text === '';
      return own ? 'Waiting for a table: a link does not hold one.' : 'Waiting for a table.';
    }
    case 'reading':
      return 'Reading…';
    case 'ready': {
      const { target, inputs } = chosen.value?.choice ?? { target: '', inputs: [] };
      const from = inputs.length > 4 ? `${inputs.length} columns` : list(inputs) || 'no other column';
      const least =
        engine.value.kind === 'unavailable'
          ? ' Without WebGPU, formulas are found by least squares alone.'
          : '';
      return `Ready: ${grouped(table.value?.rows ?? 0)} rows, ${target} from ${from}.${least}`;
    }
    case 'searching':
      return recovered.value ? 'Searching… The GPU was lost and came back.' : 'Searching…';
    case 'stopping':
      return 'Stopping: the best so far is on its way.';
    case 'failed':
      return 'No search.';
    case 'done': {
      const { found, best, target } = outcome.value ?? {};
      return found && best ? `Found: ${target} = ${best.text}.` : 'No formula found.';
    }
  }
}

const list = (names: readonly string[]) => new Intl.ListFormat('en').format(names);
