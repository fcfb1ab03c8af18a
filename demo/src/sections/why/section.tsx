/** Why networks fail: with every usual activation they learn y = x on a range, and are wrong outside. */

import './why.css';
import { LinkFaults } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { Status } from '../../components/run-bar.tsx';
import { bands, FARTHEST, places, ranked } from '../../experiments/identity/report.ts';
import { fixed, scientific } from '../../format.ts';
import { Legend } from './chart.tsx';
import { Controls, Settings } from './controls.tsx';
import { CurvePlot, ErrorPlot } from './plots.tsx';
import { ErrorTable, WhyReadouts } from './results.tsx';
import { run, state, type WhyRun } from './state.ts';

export function Intro() {
  return (
    <div class="story">
      <div class="prose">
        <p>
          The task could not be simpler: repeat the number you are given, y = x. Small networks that differ
          only in their <dfn>activation</dfn>, the function that bends what a neuron passes on, practice it on
          numbers from −5 to 5. Then they are asked for numbers up to four times as large.
        </p>
        <p>
          Where they have practiced, they manage. Outside, nothing holds them but the shape of their
          activation: tanh and sigmoid turn flat, ReLU6 stops, and even ReLU drifts. A linear network, one
          without any activation, keeps the straight line, because it can draw nothing else. The{' '}
          <dfn>neural accumulators</dfn> (NAC) keep it too, and they are what a NALU is built from.
        </p>
      </div>
      <aside class="equations" aria-label="The two kinds of layers">
        <dl class="why-layers">
          <dt>a = f(x W + b)</dt>
          <dd>a dense layer with the activation f, which is tanh, sigmoid, ReLU, …</dd>
          <dt>a = x W</dt>
          <dd>a NAC, whose weights W = tanh(Ŵ) ⊙ σ(M̂) lie between −1 and 1</dd>
        </dl>
        <p class="why-facts">
          Each network has one input, three hidden layers of eight neurons and one output, and sees 64 new
          examples at each step. The experiment is figure 1 of{' '}
          <a href="https://arxiv.org/abs/1808.00508">Neural Arithmetic Logic Units</a> by Trask and others,
          2018.
        </p>
      </aside>
    </div>
  );
}

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
          waits={() => {
            const all = shown.value;
            const compiled = all.filter((each) => each.compiled).length;
            return compiled < all.length
              ? `${compiled} of ${all.length} kinds are compiled; each learns as soon as it is.`
              : undefined;
          }}
          done={() => {
            const order = ranked(shown.value, bands.length - 1);
            const ends = [...new Set([order.at(-1), order[0]])];
            const said = ends.map((end) => end && `${end.label} is off by ${scientific(end.error)}`);
            return `far outside, ${said.join(', and ')}`;
          }}
        />
        <p class="why-said" data-name="said">
          {asked(run)}
        </p>
        <div class="figures">
          <CurvePlot run={run} />
          <ErrorPlot run={run} />
          <Legend run={run} />
        </div>
        <WhyReadouts run={run} />
        <Panel summary="Their errors in numbers, by distance">
          <div class="figures">
            <ErrorTable run={run} />
          </div>
        </Panel>
        <Settings run={run} />
      </div>
    </div>
  );
}

/** “Asked for 20, …”: from the curves as they are now. */
function asked({ shown, training }: WhyRun): string {
  const last = places.length - 1;
  const told = shown.value.flatMap(({ label, curve }) =>
    curve ? [{ label, answer: curve.y[last] as number }] : [],
  );
  if (told.length === 0) return `Asked for ${FARTHEST}: not trained yet.`;
  const said = told.map(
    ({ label, answer }) => `${label} says ${fixed(answer, Math.abs(answer - FARTHEST) < 0.1 ? 3 : 1)}`,
  );
  const untrained = training.step.value === 0;
  return `${untrained ? 'Untrained, and asked' : 'Asked'} for ${FARTHEST}, ${said.join('; ')}.`;
}
