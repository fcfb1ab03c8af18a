/** What can be done with an experiment, and what it starts from. */

import { CopyLink } from '../../components/copy.tsx';
import { NumberField } from '../../components/fields.tsx';
import { RunBar } from '../../components/run-bar.tsx';
import { usual } from '../../experiments/article/plan.ts';
import type { NumberParameter } from '../../state/parameters.ts';
import type { ExperimentRun } from './state.ts';

export function Controls({ run }: { run: ExperimentRun }) {
  const settings = run.settings.value;
  const article = run.article();
  const isArticle = (Object.keys(article) as (keyof typeof article)[]).every(
    (key) => settings[key] === article[key],
  );
  return (
    <div class="controls">
      <RunBar
        training={run.training}
        label={run.experiment.name}
        step="epoch"
        seed={{ value: settings.seed, onChange: (value) => run.change({ seed: value }) }}
      />
      <div class="fields">
        <button
          type="button"
          class="quiet"
          aria-pressed={isArticle}
          onClick={() => run.change(isArticle ? usualSettings : article)}
        >
          {isArticle ? 'Train as usual here' : 'Train as in the article'}
        </button>
        <CopyLink link={() => run.state.link()} />
      </div>
    </div>
  );
}

const usualSettings = { epochs: usual.epochs, rate: usual.learningRate, beta2: usual.beta2 };

/** What hardly anybody changes. */
export function Settings({ run }: { run: ExperimentRun }) {
  const { seed, epochs, rate, beta2, stop } = run.settings.value;
  const { name } = run.experiment;
  const parameter = (key: string) => run.state.parameters[`${name}.${key}`] as NumberParameter;
  return (
    <details class="more">
      <summary>Seed, epochs and learning rate</summary>
      <div class="fields settings">
        <NumberField
          label="Seed"
          parameter={parameter('seed')}
          value={seed}
          onChange={(value) => run.change({ seed: value })}
        >
          Decides the initial weights: the same seed always starts the same, and learns the same. Another one
          begins another run.
        </NumberField>
        <NumberField
          label="Epochs"
          parameter={parameter('epochs')}
          value={epochs}
          onChange={(value) => run.change({ epochs: value })}
        >
          Training stops after this many passes over the 2000 training rows. You can change it while it runs.
        </NumberField>
        <NumberField
          label="Learning rate"
          parameter={parameter('rate')}
          value={rate}
          onChange={(value) => run.change({ rate: value })}
        >
          How far each step of the Adam optimizer goes; the article uses 0.05. Another one begins another run.
        </NumberField>
        <NumberField
          label="Adam’s β₂"
          parameter={parameter('beta2')}
          value={beta2}
          onChange={(value) => run.change({ beta2: value })}
        >
          How slowly Adam forgets how large earlier gradients were. The article has 0.999, which remembers a
          thousand steps: gradients shrink a millionfold on the way, and steps become tiny long before the
          weights arrive. With 0.9 they arrive twenty times sooner.
        </NumberField>
        <NumberField
          label="Stop at cost"
          parameter={parameter('stop')}
          value={stop}
          onChange={(value) => run.change({ stop: value })}
        >
          Training pauses shortly after the cost has fallen below this, and can be continued. 0 never pauses.
        </NumberField>
      </div>
    </details>
  );
}
