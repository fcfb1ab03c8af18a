/** What can be done with an experiment, and what it starts from. */

import { CopyLink } from '../../components/copy.tsx';
import { NumberField } from '../../components/fields.tsx';
import { RunBar } from '../../components/run-bar.tsx';
import type { NumberParameter } from '../../state/parameters.ts';
import type { ExperimentRun } from './state.ts';

export function Controls({ run }: { run: ExperimentRun }) {
  const { seed, epochs, rate, stop } = run.settings.value;
  const { name } = run.experiment;
  const parameter = (key: string) => run.state.parameters[`${name}.${key}`] as NumberParameter;
  return (
    <div class="controls">
      <RunBar
        training={run.training}
        label={name}
        step="epoch"
        seed={{ value: seed, onChange: (value) => run.change({ seed: value }) }}
      />
      <div class="fields">
        <NumberField
          label="Seed"
          parameter={parameter('seed')}
          value={seed}
          onChange={(value) => run.change({ seed: value })}
        >
          Decides the initial weights: the same seed always starts the same, and learns the same. Another one
          begins another run.
        </NumberField>
        <NumberField
          label="Epochs"
          parameter={parameter('epochs')}
          value={epochs}
          onChange={(value) => run.change({ epochs: value })}
        >
          Training stops after so many passes over the 2000 training rows. It can be moved while it runs.
        </NumberField>
        <NumberField
          label="Learning rate"
          parameter={parameter('rate')}
          value={rate}
          onChange={(value) => run.change({ rate: value })}
        >
          How far each step of the Adam optimiser goes; the article uses 0.05. Another one begins another run.
        </NumberField>
        <NumberField
          label="Stop at cost"
          parameter={parameter('stop')}
          value={stop}
          onChange={(value) => run.change({ stop: value })}
        >
          Training pauses a moment after the cost has fallen below this, and can be continued. 0 never pauses.
        </NumberField>
        <CopyLink link={() => run.state.link()} />
      </div>
    </div>
  );
}
