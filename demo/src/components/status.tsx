/** What has happened to a training, said once each time; what goes on stands in the numbers. And what went wrong. */

import { useComputed } from '@preact/signals';
import type { JobName } from '../experiments/jobs.ts';
import { grouped } from '../format.ts';
import { startEngine } from '../state/engine.ts';
import type { Training } from '../state/training.ts';
import { Notice } from './notice.tsx';

interface StatusProps<Name extends JobName> {
  training: Training<Name>;
  /** What a step is called. Default: `step`. */
  step?: string;
  /** What is ready to start, such as “initial weights of seed 1”. Read it from signals: it is computed. */
  ready?: () => string;
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
        return 'Getting ready…';
      case 'ready':
        return `Ready${ready ? `: ${ready()}` : ''}.${recovered}`;
      case 'training':
        return `Training…${recovered}`;
      case 'paused':
        return `Paused at ${step} ${at}${because(paused?.())}.${recovered}`;
      case 'done':
        return `Finished ${at} ${step}s${done ? `; ${done()}` : ''}.`;
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
          <p class="said">{fault.message}</p>
        </Notice>
      )}
      <p class="status" role="status">
        {text}
      </p>
    </>
  );
}

const because = (reason: string | undefined) => (reason ? `: ${reason}` : '');
