/** Why networks fail: with every usual activation they learn y = x on a range, and are wrong outside. */

import './why.css';
import { LinkFaults } from '../../components/link-faults.tsx';
import { Status } from '../../components/status.tsx';
import { scientific } from '../../format.ts';
import { Controls } from './controls.tsx';
import { CurvePlot } from './curve-plot.tsx';
import { ErrorPlot } from './error-plot.tsx';
import { ErrorTable } from './error-table.tsx';
import { Intro } from './intro.tsx';
import { bands } from './places.ts';
import { ranked } from './ranking.ts';
import { WhyReadouts } from './readouts.tsx';
import { run } from './run.ts';
import { state } from './state.ts';

export function Section() {
  const { training, shown } = run;
  return (
    <div class="why">
      <LinkFaults state={state} />
      <Intro />
      <div class="bench" onPointerEnter={() => run.prepare()} onFocusIn={() => run.prepare()}>
        <Controls run={run} />
        <Status
          training={training}
          ready={() => `initial weights of seed ${state.values.value.seed}`}
          done={() => {
            const order = ranked(shown.value, bands.length - 1);
            const ends = [...new Set([order.at(-1), order[0]])];
            const said = ends.map((end) => end && `${end.label} is off by ${scientific(end.error)}`);
            return `far outside, ${said.join(', and ')}`;
          }}
        />
        <WhyReadouts run={run} />
        <div class="figures">
          <CurvePlot run={run} />
          <ErrorPlot run={run} />
          <ErrorTable run={run} />
        </div>
      </div>
    </div>
  );
}
