/** The run in four numbers, and in words when its phase changes. */

import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { grouped, scientific } from '../format.ts';
import type { ExperimentRun } from '../state/run.ts';

export function Readouts({ run }: { run: ExperimentRun }) {
  const outcome = run.outcome.value;
  const { epochs } = run.settings.value;
  const done = Math.min((outcome?.epoch ?? 0) / epochs, 1) || 0;
  return (
    <dl class="readouts">
      <Readout name="epoch" label="Epoch" value={outcome?.epoch} note={`of ${grouped(epochs || 0)}`}>
        {grouped(outcome?.epoch ?? 0)}
        <span class="progress" style={{ '--done': `${(100 * done).toFixed(1)}%` }} />
      </Readout>
      <Readout
        name="cost"
        label="Cost"
        value={outcome?.cost}
        note={run.experiment.loss === 'sumSquared' ? 'sum of squared errors' : 'mean of squared errors'}
      >
        {outcome?.cost === undefined ? '–' : scientific(outcome.cost, 3)}
      </Readout>
      <Readout
        name="speed"
        label="Epochs per second"
        value={outcome?.epochsPerSecond}
        note={
          outcome && outcome.seconds > 0
            ? `${outcome.seconds.toFixed(1)} s so far`
            : 'full batch of 2000 rows'
        }
      >
        {outcome?.epochsPerSecond === undefined ? '–' : grouped(outcome.epochsPerSecond)}
      </Readout>
      <Readout
        name="error"
        label="Largest relative error"
        value={outcome?.error}
        note={`125 test rows; the article: ${scientific(run.experiment.articleError)}`}
      >
        {outcome ? scientific(outcome.error) : '–'}
      </Readout>
    </dl>
  );
}

interface ReadoutProps {
  name: string;
  label: string;
  value: number | undefined;
  note: string;
  children: ComponentChildren;
}

function Readout({ name, label, value, note, children }: ReadoutProps) {
  return (
    <div class="readout">
      <dt>{label}</dt>
      <dd>
        <data value={value === undefined ? '' : String(value)} data-name={name}>
          {children}
        </data>
        <small>{note}</small>
      </dd>
    </div>
  );
}

/** Says what has happened, once each time; what goes on stands in the numbers. */
export function Status({ run }: { run: ExperimentRun }) {
  const text = useComputed(() => {
    const phase = run.phase.value;
    const { seed } = run.settings.value;
    const outcome = phase === 'paused' || phase === 'done' ? run.outcome.value : run.outcome.peek();
    const epoch = grouped(outcome?.epoch ?? 0);
    switch (phase) {
      case 'closed':
        return run.fault.value?.setting ? 'Waiting for another setting.' : 'Waiting for a GPU.';
      case 'opening':
        return 'Getting ready…';
      case 'ready':
        return `Ready: initial weights of seed ${seed}.`;
      case 'training':
        return 'Training…';
      case 'paused':
        return `Paused at epoch ${epoch}.`;
      case 'done':
        return `Finished ${epoch} epochs; largest relative error ${scientific(outcome?.error ?? Number.NaN)}.`;
      case 'diverged':
        return 'The cost is no longer a finite number: this training has diverged. Try a smaller learning rate or another seed.';
    }
  });
  return (
    <p class="status" role="status">
      {text}
    </p>
  );
}
