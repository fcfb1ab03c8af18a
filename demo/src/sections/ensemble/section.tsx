/** Many models of up to three units from as many seeds, trained at once: how often each finds the operation. */

import { describeUnit, findUnit } from '../../../../src/index.ts';
import { layersOf } from '../../experiments/ensemble/operations.ts';
import type { EnsembleRun } from './state.ts';
import './ensemble.css';
import { LinkFaults } from '../../components/notice.tsx';
import { Status } from '../../components/status.tsx';
import { grouped } from '../../format.ts';
import { Controls } from './controls.tsx';
import { ErrorHistogram, SolvedHistogram } from './histograms.tsx';
import { PickedModel } from './picked.tsx';
import { EnsembleReadouts, Grid } from './results.tsx';
import { SeedMaps } from './seed-map.tsx';
import { run, state } from './state.ts';
import { SuccessPlot } from './success-plot.tsx';

export function Intro({ run }: { run: EnsembleRun }) {
  const layers = [...new Set(run.units.value.flatMap(layersOf))];
  return (
    <div class="story">
      <div class="prose">
        <p>
          Whether such a unit finds the operation depends on where its weights begin. One training that
          succeeds shows little, and so does one that fails. Below, a thousand models of each unit begin from
          a thousand random starts, the <dfn>seeds</dfn>, and train at the same time, in a few dispatches to
          the GPU.
        </p>
        <p>
          A model is <dfn>solved</dfn> when it is right on numbers outside its training range, as nearly as if
          every weight were off by a ten-thousandth. The share of solved models is the unit's{' '}
          <dfn>success rate</dfn>; how sure one can be of it is its 95 % interval, narrower with more seeds.
        </p>
      </div>
      <aside class="equations" aria-label="The units that are compared">
        <dl class="unit-list">
          {layers.map((name) => {
            const { summary, formula, paper } = describeUnit(findUnit(name));
            return (
              <>
                <dt key={name}>{name}</dt>
                <dd>
                  {summary}
                  {formula && <span class="unit-formula">{formula}</span>}
                  {paper.arxiv && (
                    <a href={`https://arxiv.org/abs/${paper.arxiv}`}>
                      {paper.authors.split(',')[0]} and others, {paper.year}
                    </a>
                  )}
                </dd>
              </>
            );
          })}
        </dl>
        <p class="fine">
          The nine ranges, the thresholds and the published recipes are those of{' '}
          <a href="https://arxiv.org/abs/2101.09530">A Primer for Neural Arithmetic Logic Modules</a>.
        </p>
      </aside>
    </div>
  );
}

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
