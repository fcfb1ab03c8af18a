/** What can be done with a training, and what has happened to it. */

import { useComputed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { JobName } from '../experiments/jobs.ts';
import { grouped } from '../format.ts';
import { engine, startEngine } from '../state/engine.ts';
import type { Phase, Training } from '../state/training.ts';
import { Notice, Said } from './notice.tsx';

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

interface StatusProps<Name extends JobName> {
  training: Training<Name>;
  /** What a step is called. Default: `step`. */
  step?: string;
  /** What is ready to start, such as “initial weights of seed 1”. Read it from signals: it is computed. */
  ready?: () => string;
  /** What one waits for while it trains, if anything. Read it from signals, too. */
  waits?: () => string | undefined;
  /** Why it is paused, where the page did it. */
  paused?: () => string | undefined;
  /** The result in words, when it is done. */
  done?: () => string;
  diverged?: string;
}

export function Status<Name extends JobName>({
  training,
  step = 'step',
  ready,
  waits,
  paused,
  done,
  diverged,
}: StatusProps<Name>) {
  const text = useComputed(() => {
    const phase = training.phase.value;
    const recovery = training.recovery.value;
    const at = grouped(phase === 'paused' || phase === 'done' ? training.step.value : training.step.peek());
    const recovered = recovery
      ? ` The GPU was lost and came back: ${recovery.from > 0 ? `going on from ${step} ${grouped(recovery.from)}` : 'from the start'}.`
      : '';
    switch (phase) {
      case 'closed':
        return training.fault.value?.setting ? 'Waiting for another setting.' : 'Waiting for a GPU.';
      case 'opening':
        return training.opening.value || 'Getting ready…';
      case 'ready':
        return `Ready${ready ? `: ${ready()}` : ''}.${recovered}`;
      case 'training':
        return engine.value.kind === 'unavailable'
          ? 'Playing a recorded run…'
          : ['Training…', waits?.(), recovered.trim()].filter(Boolean).join(' ');
      case 'paused':
        return `Paused at ${step} ${at}${because(paused?.())}.${recovered}`;
      case 'done':
        return `Finished ${at} ${step}s${engine.value.kind === 'unavailable' ? ' of a recorded run' : ''}${done ? `; ${done()}` : ''}.`;
      case 'diverged':
        return (
          diverged ??
          'The loss is no longer a finite number: this training has diverged. Try a smaller learning rate or another seed.'
        );
    }
  });
  const fault = training.fault.value;
  return (
    <>
      {fault && (
        <Notice
          kind="problem"
          title={fault.setting ? 'This cannot be trained.' : 'Training failed.'}
          {...(!fault.setting && { action: { label: 'Start again', run: startEngine } })}
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

const because = (reason: string | undefined) => (reason ? `: ${reason}` : '');
