/** A lane per contender: a bar of the steps it has done, growing while it races, and what is to be said of it. */

import { useSignal } from '@preact/signals';
import type { AxisScale } from '../../components/axes.ts';
import { Bar } from '../../components/bars.tsx';
import { Choice } from '../../components/choices.tsx';
import { Figure } from '../../components/figure.tsx';
import { type Library, libraryOf } from '../../experiments/speed/libraries.ts';
import { type Lane, rateOf } from '../../experiments/speed/race.ts';
import { grouped, scientific } from '../../format.ts';
import type { RaceRun } from './state.ts';
import { clock } from './words.ts';

export const inkName: Readonly<Record<Library['family'], string>> = {
  ours: 'multiplication',
  tfjs: 'soft',
  jax: 'addition',
};

export const dashOf: Readonly<Record<Library['backend'], readonly number[]>> = {
  WebGPU: [],
  WebGL: [2, 3],
  WebAssembly: [7, 4],
  JavaScript: [9, 3, 2, 3],
};

export function Key({ contender }: { contender: string }) {
  const { family, backend } = libraryOf(contender);
  return (
    <svg class={`lane-key lane-${family}`} viewBox="0 0 24 4" aria-hidden="true">
      <line x1="0" y1="2" x2="24" y2="2" stroke-dasharray={dashOf[backend].join(' ')} />
    </svg>
  );
}

export function Lanes({ run }: { run: RaceRun }) {
  const scale = useSignal<AxisScale>('linear');
  const { seconds } = run.state.values.value;
  const lanes = run.lanes.value;
  // Before that, nobody waits.
  const racing = run.progress.value.kind !== 'ready';
  const { models, checkSteps } = run.about.value.workload;
  // Where the fastest will be in the end, so that its bar, too, grows.
  const most = Math.max(1, ...lanes.map((lane) => (rateOf(lane) ?? 0) * seconds));
  const share = ({ steps }: Lane) =>
    100 * Math.min(1, scale.value === 'log' ? Math.log1p(steps) / Math.log1p(most) : steps / most);
  return (
    <Figure
      title={`Steps in ${clock(seconds)}`}
      class="whole-row"
      aside={
        <Choice
          label="Scale of the bars"
          value={scale.value}
          options={{ linear: 'linear', log: 'log' }}
          onChange={(value) => {
            scale.value = value;
          }}
        />
      }
      caption={
        <>
          {scale.value === 'log'
            ? 'Longer is faster. The scale is logarithmic.'
            : 'Longer is faster: twice the steps, twice the length.'}
          {models > 1 && ` A step is one of all ${grouped(models)} networks.`}
        </>
      }
    >
      <ul class="bars lanes">
        {lanes.map((lane) => {
          const { title, family } = libraryOf(lane.contender);
          return (
            <li key={lane.contender} data-contender={lane.contender} data-phase={lane.phase}>
              <span class="bar-name">
                <Key contender={lane.contender} /> {title}
              </span>
              <Bar family={family} share={share(lane)} />
              <span class="bar-time">
                <data value={String(lane.steps)} data-name={`steps-${lane.contender}`}>
                  {grouped(lane.steps)}
                </data>{' '}
                {lane.steps === 1 ? 'step' : 'steps'}
              </span>
              <span class="lane-note">{racing && note(lane, checkSteps)}</span>
            </li>
          );
        })}
      </ul>
    </Figure>
  );
}

function note(lane: Lane, commonStep: number): string {
  const loss = lane.points.at(-1)?.loss;
  const numbers = loss === undefined ? '' : `loss ${scientific(loss, 3)}`;
  switch (lane.phase) {
    case 'waiting':
      return 'waits for its turn';
    case 'loading':
      return 'loads…';
    case 'preparing':
      return 'compiles and takes its first step…';
    case 'racing':
      return numbers;
    case 'catching up':
      return `time is up; goes on to step ${commonStep}, to compare its loss`;
    case 'failed':
      return `failed: ${lane.reason}`;
    case 'stopped':
      return numbers ? `stopped; ${numbers}` : 'stopped';
    case 'finished':
      return [numbers, lane.reason].filter(Boolean).join('; ');
  }
}
