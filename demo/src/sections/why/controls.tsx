/** What can be done with the networks, and what they start from. */

import { Toggles } from '../../components/choices.tsx';
import { CopyLink } from '../../components/copy.tsx';
import { NumberField } from '../../components/fields.tsx';
import { RunBar } from '../../components/run-bar.tsx';
import { curveLabels, curveNames, usualCurves } from './curves.ts';
import type { WhyRun } from './state.ts';

/** Steps of one press of Step: one is hardly seen. */
const STRIDE = 10;

export function Controls({ run }: { run: WhyRun }) {
  const { state, training } = run;
  const { seed, steps } = state.values.value;
  const { parameters } = state;
  return (
    <div class="controls">
      <RunBar
        training={training}
        label="the networks"
        stride={STRIDE}
        seed={{ value: seed, onChange: (seed) => state.change({ seed }) }}
      />
      <div class="fields">
        <NumberField
          label="Seed"
          parameter={parameters.seed}
          value={seed}
          onChange={(seed) => state.change({ seed })}
        >
          Sets the initial weights and the examples. The same seed always starts and learns the same way;
          another seed begins another run.
        </NumberField>
        <NumberField
          label="Steps"
          parameter={parameters.steps}
          value={steps}
          onChange={(steps) => state.change({ steps })}
        >
          Training stops after this many updates of the weights. You can change it while it runs.
        </NumberField>
        <CopyLink link={() => state.link()} />
      </div>
    </div>
  );
}

/** What hardly anybody changes. */
export function Settings({ run }: { run: WhyRun }) {
  const { state } = run;
  const { curves } = state.values.value;
  return (
    <>
      <More run={run} />
      <details class="more" open={curves.join() !== usualCurves.join()}>
        <summary>
          Other networks: {curves.length} of {curveNames.length}
        </summary>
        <div class="why-curves">
          <Toggles
            label="Networks with these activations, and one of arithmetic units (NAC)"
            value={curves}
            options={curveLabels}
            onChange={(curves) => state.change({ curves })}
          />
        </div>
      </details>
    </>
  );
}

function More({ run }: { run: WhyRun }) {
  const { state } = run;
  const { models, rate, width, depth } = state.values.value;
  const { parameters } = state;
  return (
    <details class="more">
      <summary>Models, learning rate and size</summary>
      <div class="fields settings">
        <NumberField
          label="Models"
          parameter={parameters.models}
          value={models}
          onChange={(models) => state.change({ models })}
        >
          Networks of each kind, each from a seed of its own; the errors are their mean. The paper has 100.
        </NumberField>
        <NumberField
          label="Learning rate"
          parameter={parameters.rate}
          value={rate}
          onChange={(rate) => state.change({ rate })}
        >
          How far each step of the Adam optimizer goes.
        </NumberField>
        <NumberField
          label="Width"
          parameter={parameters.width}
          value={width}
          onChange={(width) => state.change({ width })}
        >
          Neurons in each hidden layer; the paper has 8.
        </NumberField>
        <NumberField
          label="Depth"
          parameter={parameters.depth}
          value={depth}
          onChange={(depth) => state.change({ depth })}
        >
          Hidden layers; the paper has 3. Another size has to be compiled first.
        </NumberField>
      </div>
    </details>
  );
}
