/** The same training in three libraries, one after the other, for the same time. */

import './race.css';
import { useComputed } from '@preact/signals';
import { libraryOf } from '../../bench/choices.ts';
import { isOver } from '../../bench/race/lane.ts';
import { LinkFaults } from '../../components/link-faults.tsx';
import { engine } from '../../state/engine.ts';
import { Controls } from './controls.tsx';
import { Intro } from './intro.tsx';
import { Lanes } from './lanes.tsx';
import { LossPlot } from './loss-plot.tsx';
import { Device, Notices } from './notices.tsx';
import { Results } from './results.tsx';
import { type RaceRun, run } from './run.ts';
import { state } from './state.ts';
import { agreementText, clock } from './words.ts';

export function Section() {
  return (
    <div class="race">
      <LinkFaults state={state} />
      <Intro run={run} />
      <div class="bench">
        <Controls run={run} />
        <Notices run={run} />
        <Status run={run} />
        <div class="figures">
          <Lanes run={run} />
          <LossPlot run={run} />
          <Results run={run} />
        </div>
        <Device run={run} />
      </div>
    </div>
  );
}

/** Said once for each turn; what goes on stands in the lanes. */
function Status({ run }: { run: RaceRun }) {
  const text = useComputed(() => {
    const lanes = run.lanes.value;
    switch (run.progress.value.kind) {
      case 'ready':
        if (engine.value.kind === 'unavailable') return 'Waiting for a GPU.';
        return `Ready: this package against ${lanes.length - 1}, ${clock(run.state.values.value.seconds)} each.`;
      case 'running': {
        const turn = lanes.findIndex((lane) => !isOver(lane));
        const lane = lanes[turn];
        return lane ? `Turn ${turn + 1} of ${lanes.length}: ${libraryOf(lane.contender).title}.` : 'Racing…';
      }
      case 'stopped':
        return 'Stopped.';
      case 'finished': {
        const common = run.about.value.workload.checkSteps;
        return `Finished; after step ${common}: ${agreementText(lanes)}.`;
      }
      default:
        return '';
    }
  });
  return (
    <p class="status" role="status">
      {text}
    </p>
  );
}
