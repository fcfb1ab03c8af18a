/** What can be done with a run: start, pause, step, reset, another seed; and what it starts from. */

import { useSignal } from '@preact/signals';
import { pageAddress } from '../state/laboratory.ts';
import type { ExperimentRun, Phase } from '../state/run.ts';
import { Field } from './field.tsx';

const primary: Readonly<Record<Phase, string>> = {
  closed: 'Start',
  opening: 'Start',
  ready: 'Start',
  training: 'Pause',
  paused: 'Continue',
  done: 'Run again',
  diverged: 'Start',
};

export function Controls({ run }: { run: ExperimentRun }) {
  const phase = run.phase.value;
  const { seed, epochs, learningRate } = run.settings.value;
  const idle = phase === 'ready' || phase === 'paused';
  const startable = idle || phase === 'training' || phase === 'done';
  const onPrimary = () => {
    if (phase === 'training') run.pause();
    else {
      if (phase === 'done') run.open();
      run.train();
    }
  };
  return (
    <div class="controls">
      <fieldset class="buttons">
        <legend class="hidden">Training of {run.experiment.name}</legend>
        <button type="button" class="primary" disabled={!startable} onClick={onPrimary}>
          {primary[phase]}
        </button>
        <button type="button" disabled={!idle} onClick={() => run.step()} title="Train for one epoch">
          Step
        </button>
        <button
          type="button"
          disabled={phase === 'closed' || phase === 'opening'}
          onClick={() => run.open()}
          title="Back to the initial weights of this seed"
        >
          Reset
        </button>
        <button
          type="button"
          disabled={phase === 'opening'}
          onClick={() => run.change({ seed: randomSeed(seed) })}
          title="Begin from other initial weights"
        >
          New seed
        </button>
      </fieldset>
      <div class="fields">
        <Field
          label="Seed"
          value={seed}
          step={1}
          hint="Decides the initial weights; the same seed always starts the same. A new one begins a new run."
          onChange={(value) => run.change({ seed: value })}
        />
        <Field
          label="Epochs"
          value={epochs}
          step={1}
          hint="Training stops after so many passes over the 2000 training rows."
          onChange={(value) => run.change({ epochs: value })}
        />
        <Field
          label="Learning rate"
          value={learningRate}
          step="any"
          hint="How far each step of the Adam optimiser goes; the article uses 0.05. A new one begins a new run."
          onChange={(value) => run.change({ learningRate: value })}
        />
        <CopyLink />
      </div>
    </div>
  );
}

function CopyLink() {
  const answer = useSignal('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(pageAddress());
      answer.value = 'Copied';
    } catch {
      answer.value = 'It is in the address bar';
    }
    setTimeout(() => {
      answer.value = '';
    }, 2000);
  };
  return (
    <button
      type="button"
      class="quiet"
      onClick={() => void copy()}
      title="Copies a link that restores seed, epochs and learning rate"
    >
      <span aria-live="polite">{answer.value || 'Copy link'}</span>
    </button>
  );
}

/** Short enough to remember, and never the same again. */
function randomSeed(previous: number): number {
  const seed = Math.floor(Math.random() * 10_000);
  return seed === previous ? seed + 1 : seed;
}
