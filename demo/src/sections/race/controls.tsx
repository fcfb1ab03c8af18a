/** What is raced, against whom, and for how long; and what else on the page would disturb it. */

import { Toggles } from '../../components/choices.tsx';
import { CopyButton, CopyLink } from '../../components/copy.tsx';
import { NumberField, Select } from '../../components/fields.tsx';
import { libraries } from '../../experiments/speed/libraries.ts';
import { workloads } from '../../experiments/speed/workloads.ts';
import { engine } from '../../state/engine.ts';
import type { RaceRun } from './state.ts';
import { opponents } from './state.ts';
import { raceMarkdown } from './words.ts';

export function Controls({ run }: { run: RaceRun }) {
  const { state } = run;
  const { train, against, seconds } = state.values.value;
  const running = run.running.value;
  const ended = run.progress.value.kind === 'finished' || run.progress.value.kind === 'stopped';
  return (
    <>
      <div class="controls">
        <fieldset class="buttons">
          <legend class="hidden">The race</legend>
          <button
            type="button"
            class="primary"
            disabled={engine.value.kind === 'unavailable'}
            onClick={() => (running ? run.stop() : run.start())}
          >
            {running ? 'Stop' : ended ? 'Race again' : 'Start'}
          </button>
        </fieldset>
        <div class="fields hand-out">
          {ended && <CopyButton label="Copy as Markdown" text={() => raceMarkdown(run)} />}
          <CopyLink link={() => state.link()} />
        </div>
      </div>
      <div class="fields settings">
        <Select
          label="Training"
          value={train}
          options={titles}
          onChange={(train) => state.change({ train })}
          disabled={running}
        >
          What every library trains. One small network leaves a GPU idle nearly all the time; a hundred at
          once, or a wide layer, use more of it.
        </Select>
        <NumberField
          label="Seconds each"
          parameter={state.parameters.seconds}
          value={seconds}
          onChange={(seconds) => state.change({ seconds })}
          disabled={running}
        >
          How long the clock runs for each of them.
        </NumberField>
        <Toggles
          label="Against"
          value={against}
          options={names}
          onChange={(against) => state.change({ against })}
          disabled={running}
        />
      </div>
    </>
  );
}

const titles = Object.fromEntries(Object.entries(workloads).map(([name, { title }]) => [name, title]));

const names = Object.fromEntries(
  libraries.filter(({ name }) => opponents.includes(name)).map(({ name, title }) => [name, title]),
);
