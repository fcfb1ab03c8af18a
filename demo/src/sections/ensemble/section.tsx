/** Many models of up to three units from as many seeds, trained at once: how often each finds the operation. */

import './ensemble.css';
import { LinkFaults } from '../../components/link-faults.tsx';
import { Status } from '../../components/status.tsx';
import { grouped } from '../../format.ts';
import { Controls } from './controls.tsx';
import { ErrorHistogram } from './error-histogram.tsx';
import { Grid } from './grid.tsx';
import { Intro } from './intro.tsx';
import { PickedModel } from './picked.tsx';
import { EnsembleReadouts } from './readouts.tsx';
import { run } from './run.ts';
import { SeedMaps } from './seed-map.tsx';
import { SolvedHistogram } from './solved-histogram.tsx';
import { state } from './state.ts';
import { SuccessPlot } from './success-plot.tsx';

export function Section() {
  const { training, plan, units, fields } = run;
  return (
    <div class="ensemble">
      <LinkFaults state={state} />
      <Intro run={run} />
      <div class="bench">
        <Controls run={run} />
        <Status
          training={training}
          ready={() => `${grouped(plan.value.seeds.count)} seeds of ${list(units.value)}`}
          done={() =>
            fields.value
              .map(({ tallies }, unit) => {
                const last = tallies.at(-1);
                return `${units.value[unit]}: ${last?.successes} of ${last?.models} solved`;
              })
              .join('; ')
          }
        />
        <EnsembleReadouts run={run} />
        <div class="figures">
          <SuccessPlot run={run} />
          <ErrorHistogram run={run} />
          {plan.value.ranges.length > 1 && <Grid run={run} />}
          <SeedMaps run={run} />
          <PickedModel run={run} />
          <SolvedHistogram run={run} />
        </div>
      </div>
    </div>
  );
}

const list = (names: readonly string[]) => new Intl.ListFormat('en').format(names);
