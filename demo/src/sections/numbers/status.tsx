/** What has happened to the search, said once each time; and what went wrong. */

import { useComputed } from '@preact/signals';
import { Notice } from '../../components/notice.tsx';
import { grouped } from '../../format.ts';
import { engine } from '../../state/engine.ts';
import { isSetting } from '../../state/training.ts';
import type { NumbersRun } from './run.ts';

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
          title={setting ? 'This table cannot be searched so.' : 'The search failed.'}
          {...(!setting && { action: { label: 'Try again', run: () => run.start() } })}
        >
          <p class="said">{fault.message}</p>
        </Notice>
      )}
      <p class="status" role="status">
        {text}
      </p>
    </>
  );
}

function statusText({ phase, source, fault, table, chosen, outcome, restarted, state }: NumbersRun): string {
  switch (phase.value) {
    case 'waiting': {
      if (fault.value) return 'Waiting for a table that can be read.';
      const own = state.values.value.table === 'own' && source.value.text === '';
      return own ? 'Waiting for a table: a link does not hold one.' : 'Waiting for a table.';
    }
    case 'reading':
      return 'Reading…';
    case 'ready': {
      if (engine.value.kind === 'unavailable') return 'Waiting for a GPU.';
      const { target, inputs } = chosen.value?.choice ?? { target: '', inputs: [] };
      const from = inputs.length > 4 ? `${inputs.length} columns` : list(inputs) || 'no other column';
      return `Ready: ${grouped(table.value?.rows ?? 0)} rows, ${target} from ${from}.`;
    }
    case 'searching':
      return restarted.value ? 'Searching… The GPU was lost and came back: from the start.' : 'Searching…';
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
