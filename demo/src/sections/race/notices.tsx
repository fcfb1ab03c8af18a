/** What one should know of a race before one believes it, and what went wrong. */

import { Notice } from '../../components/notice.tsx';
import { deviceOf } from '../../experiments/speed/report.ts';
import { engine } from '../../state/engine.ts';
import { underWay } from '../../state/under-way.ts';
import type { RaceRun } from './state.ts';

export function Notices({ run }: { run: RaceRun }) {
  return (
    <>
      <Failure run={run} />
      <Disturbance run={run} />
    </>
  );
}

function Failure({ run }: { run: RaceRun }) {
  const progress = run.progress.value;
  if (progress.kind !== 'unavailable' && progress.kind !== 'failed') return null;
  const title =
    progress.kind === 'failed'
      ? 'The race failed.'
      : 'The browser gives the race no GPU, so nobody can start.';
  return (
    <Notice kind="problem" title={title} action={{ label: 'Start again', run: () => run.start() }}>
      <p class="said">{progress.message}</p>
    </Notice>
  );
}

function Disturbance({ run }: { run: RaceRun }) {
  const others = underWay.value;
  if (others.length > 0) {
    const pause = () => {
      for (const training of others) training.pause();
    };
    return (
      <Notice
        kind="info"
        title={`${others.length === 1 ? 'Another training runs' : 'Other trainings run'} on this page.`}
        action={{ label: others.length === 1 ? 'Pause it' : 'Pause them', run: pause }}
      >
        <p>It takes its share of the GPU and of the processor, and slows everybody in the race.</p>
      </Notice>
    );
  }
  if (!run.disturbed.value) return null;
  return (
    <Notice kind="info" title="Something else trained on this page during the race.">
      <p>It took its share of the GPU and of the processor: race again before you believe these numbers.</p>
    </Notice>
  );
}

/** Under the lanes: on what they ran. */
export function Device({ run }: { run: RaceRun }) {
  const state = engine.value;
  const adapter = run.adapter.value ?? (state.kind === 'ready' ? state.adapter : undefined);
  if (!adapter) return null;
  return (
    <p class="fine">
      WebGPU runs on {deviceOf(adapter)}.{' '}
      {adapter.software &&
        'Your processor plays the part of a graphics card here, for every contender with “WebGPU” in its name, this package included; WebAssembly and JavaScript use the processor as it is. So this race compares programs on one processor, and says nothing of how they would do on a graphics card.'}
    </p>
  );
}
