/** Many models of up to three units from as many seeds, trained at once: how often each finds the operation. */

import './ensemble.css';
import { describeUnit, findUnit } from '../../../../src/index.ts';
import { LinkFaults } from '../../components/notice.tsx';
import { Status } from '../../components/run-bar.tsx';
import { layersOf } from '../../experiments/ensemble/operations.ts';
import { logEvery } from '../../experiments/ensemble/plan.ts';
import { grouped } from '../../format.ts';
import { Controls } from './controls.tsx';
import { ErrorHistogram, SolvedHistogram } from './histograms.tsx';
import { PickedModel } from './picked.tsx';
import { EnsembleReadouts, Grid } from './results.tsx';
import { SeedMaps } from './seed-map.tsx';
import { rangeText } from './series.tsx';
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
      : `${rangeText(pair.range)}, to be tested on ${rangeText(pair.extrapolationRange)}`;
  return (
    <div class="story">
      <div class="prose">
        <p>
          Whether a unit finds the operation depends on where its weights begin. Below, many models of each
          unit begin from as many random starts, the <dfn>seeds</dfn>, and train at the same time on{' '}
          {trainedOn}. A hundred come first; ask for a thousand or ten thousand.
        </p>
        <p>
          A model has <dfn>solved</dfn> the task when it is right on numbers it has never seen, as closely as
          if every weight were off by one ten-thousandth. The share that does is the unit’s success rate, with
          its 95 % interval: the more seeds, the narrower. The NALU at the top of this page always arrives,
          since Adam was set for it; with Adam’s usual settings, as here, it needs tens of thousands of steps
          and some luck.
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
          waits={() =>
            fields.value.length === 0
              ? `The first results come with step ${grouped(logEvery(plan.value.steps))}.`
              : undefined
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
