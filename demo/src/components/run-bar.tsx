/** What can be done with a training: start, pause, step, reset to the same start, begin from another seed. */

import type { ComponentChildren } from 'preact';
import type { JobName } from '../experiments/jobs.ts';
import type { Phase, Training } from '../state/training.ts';

const primary: Readonly<Record<Phase, string>> = {
  closed: 'Start',
  opening: 'Start',
  ready: 'Start',
  training: 'Pause',
  paused: 'Continue',
  done: 'Run again',
  diverged: 'Start',
};

interface RunBarProps<Name extends JobName> {
  training: Training<Name>;
  /** What is trained, for those who hear the page. */
  label: string;
  /** What a step is called. Default: `step`. */
  step?: string;
  /** Steps of one press of Step. Default 1. */
  stride?: number;
  /** Where the seed is one number: what it is, and how it is changed. */
  seed?: { readonly value: number; readonly onChange: (seed: number) => void };
  /** More buttons. */
  children?: ComponentChildren;
}

export function RunBar<Name extends JobName>(props: RunBarProps<Name>) {
  const { training, label, step = 'step', stride = 1, seed, children } = props;
  const phase = training.phase.value;
  const idle = phase === 'ready' || phase === 'paused';
  const startable = idle || phase === 'training' || phase === 'done';
  const onPrimary = () => {
    if (phase === 'training') training.pause();
    else {
      if (phase === 'done') training.reset();
      training.train();
    }
  };
  return (
    <fieldset class="buttons">
      <legend class="hidden">Training of {label}</legend>
      <button type="button" class="primary" disabled={!startable} onClick={onPrimary}>
        {primary[phase]}
      </button>
      <button
        type="button"
        disabled={!idle}
        onClick={() => training.advance(stride)}
        title={stride === 1 ? `Train for one ${step}` : `Train for ${stride} ${step}s`}
      >
        Step
      </button>
      <button
        type="button"
        disabled={phase === 'closed' || phase === 'opening'}
        onClick={() => training.reset()}
        title="Rewind to the same start: the same seed, the same initial weights"
      >
        Reset
      </button>
      {seed && (
        <button
          type="button"
          disabled={phase === 'opening'}
          onClick={() => seed.onChange(otherSeed(seed.value))}
          title="Begin from other initial weights"
        >
          New seed
        </button>
      )}
      {children}
    </fieldset>
  );
}

/** Short enough to remember, and never the same again. */
function otherSeed(previous: number): number {
  const seed = Math.floor(Math.random() * 10_000);
  return seed === previous ? seed + 1 : seed;
}
