/** What is searched for and how long; and the buttons. */

import { Toggles } from '../../components/choices.tsx';
import { CopyLink } from '../../components/copy.tsx';
import { NumberField, Select, TextField } from '../../components/fields.tsx';
import { joinNames } from './columns.ts';
import type { NumbersRun } from './run.ts';

/** Inputs that are offered one by one; of more, those that matter are named. */
const MOST_TOGGLES = 60;

export function Controls({ run }: { run: NumbersRun }) {
  const { state, table, chosen } = run;
  const values = state.values.value;
  const names = (table.value?.columns ?? []).map(({ name }) => name);
  const choice = chosen.value?.choice;
  const { split, seconds, seed } = state.parameters;
  const unusual =
    values.split !== split.usual || values.seconds !== seconds.usual || values.seed !== seed.usual;
  return (
    <>
      {!choice && !run.fault.value && <div class="fields settings columns-waiting" />}
      {choice && (
        <div class="fields settings">
          <Select
            label="Explain"
            value={choice.target}
            options={Object.fromEntries(names.map((name) => [name, name]))}
            onChange={(target) => state.change({ target: target === names.at(-1) ? '' : target, inputs: '' })}
          >
            The column that the formula should give.
          </Select>
          {names.length <= MOST_TOGGLES ? (
            <Toggles
              label="from these columns"
              value={[...choice.inputs]}
              options={Object.fromEntries(
                names.filter((name) => name !== choice.target).map((name) => [name, name]),
              )}
              onChange={(inputs) =>
                state.change({ inputs: inputs.length === names.length - 1 ? '' : joinNames(inputs) })
              }
            />
          ) : (
            <TextField
              label="Inputs"
              parameter={state.parameters.inputs}
              value={values.inputs}
              onChange={(inputs) => state.change({ inputs })}
              wide
            >
              The names of at most 40 columns that may matter, with commas between them.
            </TextField>
          )}
        </div>
      )}
      <div class="controls">
        <Buttons run={run} />
        <div class="fields">
          <CopyLink link={() => state.link()} />
        </div>
      </div>
      <details class="more" open={unusual}>
        <summary>Rows held out, time and seed</summary>
        <div class="fields settings">
          <Select
            label="Rows held out"
            value={choice?.split ?? values.split}
            options={splits(choice?.inputs ?? [], values.split)}
            onChange={(split) => state.change({ split })}
          >
            A quarter of the rows is kept out of the search: there a formula has to prove itself. Rows beyond
            the range of the others are the hardest test.
          </Select>
          <NumberField
            label="Seconds"
            parameter={state.parameters.seconds}
            value={values.seconds}
            onChange={(seconds) => state.change({ seconds })}
          >
            After this many seconds, the best formula so far is the result. An exact one ends the search at
            once.
          </NumberField>
          <NumberField
            label="Seed"
            parameter={state.parameters.seed}
            value={values.seed}
            onChange={(seed) => state.change({ seed })}
          >
            Sets the random starts. The same seed finds the same formula on the same device, unless time runs
            out first.
          </NumberField>
        </div>
      </details>
    </>
  );
}

function splits(inputs: readonly string[], own: string): Record<string, string> {
  const columns = inputs.slice(0, MOST_TOGGLES).map((name) => [`column:${name}`, `largest ${name}`]);
  return {
    ...(own.startsWith('column:') && { [own]: `largest ${own.slice('column:'.length)}` }),
    magnitude: 'any large input',
    target: 'largest target',
    last: 'the last rows',
    random: 'random rows',
    ...Object.fromEntries(columns),
  };
}

function Buttons({ run }: { run: NumbersRun }) {
  const phase = run.phase.value;
  const busy = phase === 'searching' || phase === 'stopping';
  const startable = phase === 'ready' || phase === 'done' || phase === 'failed';
  return (
    <fieldset class="buttons">
      <legend class="hidden">Search for the formula</legend>
      <button
        type="button"
        class="primary"
        disabled={!startable && phase !== 'searching'}
        onClick={() => (busy ? run.stop() : run.start())}
      >
        {busy ? 'Stop' : phase === 'done' ? 'Search again' : 'Search'}
      </button>
      <button
        type="button"
        disabled={!busy && phase !== 'done' && phase !== 'failed'}
        onClick={() => run.reset()}
        title="Back to the table, ready for the same search from the same seed"
      >
        Reset
      </button>
    </fieldset>
  );
}
