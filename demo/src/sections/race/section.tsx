/** The same training in three libraries, one after the other, for the same time. */

import './race.css';
import { useComputed } from '@preact/signals';
import { ComparisonBars } from '../../components/comparison-bars.tsx';
import { LinkFaults } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { libraryOf } from '../../experiments/speed/libraries.ts';
import { measured } from '../../experiments/speed/measured.ts';
import { isOver } from '../../experiments/speed/race.ts';
import { engine } from '../../state/engine.ts';
import { Compare } from './compare.tsx';
import { Controls } from './controls.tsx';
import { Lanes } from './lanes.tsx';
import { LossPlot } from './loss-plot.tsx';
import { Device, Notices, Results } from './results.tsx';
import { type RaceRun, run, state } from './state.ts';
import { agreementText, clock } from './words.ts';

export function Intro({ run }: { run: RaceRun }) {
  const { what, workload } = run.about.value;
  return (
    <div class="story">
      <div class="prose">
        <p>How fast is it on your device? Let each library take its turn with {what}.</p>
        <p>
          The others put a step together from general parts: a matrix product, a tanh, a sum. This package
          makes one GPU program of a whole layer, and trains small networks for many steps inside a single
          one. Nothing but this package is loaded before you press Start, and then only what you have chosen.
        </p>
      </div>
      <aside class="equations" aria-label="What makes it fair">
        <dl class="rules">
          <dt>Same</dt>
          <dd>examples, initial weights, equations, optimizer and precision for all.</dd>
          <dt>Alone</dt>
          <dd>They race one after the other, each with the whole device for itself.</dd>
          <dt>Clock</dt>
          <dd>It starts once a library is loaded and compiled, and has done its first step.</dd>
          <dt>Proof</dt>
          <dd>After step {workload.checkSteps} all must have the same loss.</dd>
        </dl>
      </aside>
    </div>
  );
}

export function Section() {
  return (
    <div class="race">
      <LinkFaults state={state} />
      <Headline />
      <Intro run={run} />
      <div class="bench">
        <Controls run={run} />
        <Notices run={run} />
        <Status run={run} />
        <div class="figures">
          <Lanes run={run} />
          <Results run={run} />
        </div>
        <Device run={run} />
        <Panel summary="Do they learn the same? Their losses over time">
          <div class="figures">
            <LossPlot run={run} />
          </div>
        </Panel>
        <p class="fine">
          A race is a glimpse. The comparison below repeats every training, in random order, and tells
          medians. It also has <a href="./bench.html">a page of its own</a>.
        </p>
        <Panel summary="Compare: more trainings, predictions, medians">
          <Compare />
        </Panel>
      </div>
    </div>
  );
}

const headline = measured();

/** The result first: what was measured before. */
function Headline() {
  return (
    <div class="bench headline">
      <ComparisonBars
        comparison={headline}
        title="One training step of one NALU, where a hundred learn at once"
      >
        Measured on {headline.on}; every WebGPU contender ran on the processor there. In TensorFlow.js the
        hundred were batched by hand.
      </ComparisonBars>
    </div>
  );
}

/** Said once for each turn; what goes on stands in the lanes. */
function Status({ run }: { run: RaceRun }) {
  const text = useComputed(() => {
    const lanes = run.lanes.value;
    switch (run.progress.value.kind) {
      case 'ready':
        if (engine.value.kind === 'unavailable')
          return 'A race needs WebGPU. What was measured elsewhere stands above.';
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
