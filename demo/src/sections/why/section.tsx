/** Why networks fail: with every usual activation they learn y = x on a range, and are wrong outside. */

import './why.css';
import { LinkFaults } from '../../components/notice.tsx';
import { Status } from '../../components/status.tsx';
import { bands } from '../../experiments/identity/plan.ts';
import { ranked } from '../../experiments/identity/report.ts';
import { scientific } from '../../format.ts';
import { Controls } from './controls.tsx';
import { CurvePlot, ErrorPlot } from './plots.tsx';
import { ErrorTable, WhyReadouts } from './results.tsx';
import { run, state } from './state.ts';

export function Intro() {
  return (
    <div class="story">
      <div class="prose">
        <p>
          The task could not be simpler: say back the number you are given, y = x. Small networks, alike but
          for their <dfn>activation</dfn>, the function that bends what a neuron passes on, practise it on
          numbers from −5 to 5. Then they are asked for numbers up to four times as large.
        </p>
        <p>
          Where they have practised, they learn it. Outside, most leave the line at once: tanh and sigmoid
          turn flat, ReLU6 breaks off, and even the best drift a little. The network made of{' '}
          <dfn>neural accumulators</dfn> (NAC) goes straight on.
        </p>
        <p>
          Between its examples a network has to fit; beyond them, nothing holds it, and what remains is the
          shape of its activation: bounded functions run flat, bent ones go astray. A NAC only adds and takes
          away, with no bend anywhere, so that what it has learnt near 0 is true of every number.
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
          examples at each step. Without an activation it is a straight line, too: try it. The experiment is
          figure 1 of <a href="https://arxiv.org/abs/1808.00508">Neural Arithmetic Logic Units</a> by Trask
          and others, 2018.
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
