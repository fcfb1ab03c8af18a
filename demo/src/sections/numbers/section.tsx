/** The visitor's own table, and the search for the formula in it. */

import './numbers.css';
import { LinkFaults } from '../../components/link-faults.tsx';
import { Compare } from './compare.tsx';
import { Controls } from './controls.tsx';
import { useDrop } from './drop.ts';
import { HandOut } from './hand-out.tsx';
import { Intro } from './intro.tsx';
import { NumbersReadouts } from './readouts.tsx';
import { Result } from './result.tsx';
import { run } from './run.ts';
import { Scatter } from './scatter.tsx';
import { Source } from './source.tsx';
import { state } from './state.ts';
import { NumbersStatus } from './status.tsx';
import { TableView } from './table.tsx';

export function Section() {
  const { place, over } = useDrop<HTMLDivElement>((dropped) => run.take(dropped));
  const outcome = run.outcome.value;
  const started = ['searching', 'stopping', 'done'].includes(run.phase.value);
  return (
    <div class={`numbers ${over.value ? 'numbers-drop' : ''}`} ref={place}>
      <LinkFaults state={state} />
      <Intro />
      <div class="bench">
        <div class="table-parts">
          <Source run={run} />
          <TableView run={run} />
        </div>
        <Controls run={run} />
        <NumbersStatus run={run} />
        {started && <NumbersReadouts run={run} />}
        <Result run={run} />
        {outcome && (
          <div class="figures">
            <Scatter outcome={outcome} />
            <Compare outcome={outcome} />
            <HandOut outcome={outcome} />
          </div>
        )}
      </div>
    </div>
  );
}
