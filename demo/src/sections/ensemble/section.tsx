/** Many models of up to three units from as many seeds, trained at once: how often each finds the operation. */

import './ensemble.css';
import { describeUnit, findUnit } from '../../../../src/index.ts';
import { LinkFaults } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Status } from '../../components/run-bar.tsx';
import { layersOf } from '../../experiments/ensemble/operations.ts';
import { grouped } from '../../format.ts';
import { Controls } from './controls.tsx';
import { ErrorHistogram, SolvedHistogram } from './histograms.tsx';
import { PickedModel } from './picked.tsx';
import { EnsembleReadouts, Grid } from './results.tsx';
import { SeedMaps } from './seed-map.tsx';
import { Legend, rangeText } from './series.tsx';
import { type EnsembleRun, run, state } from './state.ts';
import { SuccessPlot } from './success-plot.tsx';

export function Intro({ run }: { run: EnsembleRun }) {
  const { plan } = run;
  const layers = [...new Set(run.units.value.flatMap(layersOf))];
  const [pair] = plan.value.ranges;
  const several = plan.value.ranges.length > 1;
  const trainedOn =
    !pair || several
      ? 'the nine ranges of the papers'
      : `${rangeText(pair.range)}, and are tested on ${rangeText(pair.extrapolationRange)}`;
  return (
    <div class="story">
      <div class="prose">
        <p>
          Whether a unit finds the operation depends on where its weights begin. Below, many models of each
          unit begin from different random starts, called <dfn>seeds</dfn>. They train at the same time on{' '}
          {trainedOn}. Start with a hundred; then ask for a thousand, or ten thousand.
        </p>
        <p>
          A model has <dfn>solved</dfn> the task when, on numbers it has never seen, it is as close as a model
          whose weights are off by one ten-thousandth. The share of such models is the unit’s success rate;
          the more seeds, the narrower its 95 % interval. At the top of this page, 200 of 200 NALUs arrive in
          1000 steps, because their optimizer, Adam, forgets old gradients quickly (β₂ = 0.9). With its usual
          0.999, as here and in the papers, none of those 200 does; on numbers from 1 to 2, 21 of 25 arrive in
          50&#8239;000 steps.
        </p>
      </div>
      <aside class="equations" aria-label="The units that are compared">
        <dl class="unit-list">
          {layers.map((name) => {
            const { summary, paper } = describeUnit(findUnit(name));
            return (
              <>
                <dt key={name}>{name}</dt>
                <dd>
                  {summary}{' '}
                  {paper.url && (
                    <a href={paper.url}>
                      {paper.authors.includes(',')
                        ? `${paper.authors.split(',')[0]} and others`
                        : paper.authors}
                      , {paper.year}
                    </a>
                  )}
                </dd>
              </>
            );
          })}
        </dl>
        <details class="more">
          <summary>Their equations</summary>
          <dl class="unit-list">
            {layers.map((name) => {
              const { formula } = describeUnit(findUnit(name));
              return (
                formula && (
                  <>
                    <dt key={name}>{name}</dt>
                    <dd class="unit-formula">{formula}</dd>
                  </>
                )
              );
            })}
          </dl>
        </details>
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
          waits={() =>
            fields.value.length === 0 ? 'The first results come with the first step.' : undefined
          }
          done={() =>
            fields.value
              .map(({ tallies }, unit) => {
                const last = tallies.at(-1);
                return `${units.value[unit]}: ${last?.successes} of ${last?.models} solved`;
              })
              .join('; ')
          }
        />
        <p class="unit-legend">
          <Legend run={run} />
        </p>
        <div class="figures">
          <SuccessPlot run={run} />
          <ErrorHistogram run={run} />
        </div>
        <EnsembleReadouts run={run} />
        <div class="figures">
          {plan.value.ranges.length > 1 && <Grid run={run} />}
          <SeedMaps run={run} />
        </div>
        <Panel summary="One model: its formula and weights; and when all were solved" open={run.looking}>
          <div class="figures">
            <PickedModel run={run} />
            <SolvedHistogram run={run} />
          </div>
        </Panel>
      </div>
    </div>
  );
}

const list = (names: readonly string[]) => new Intl.ListFormat('en').format(names);
