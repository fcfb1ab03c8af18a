/** What can be done with an experiment, what it starts from, and what can be taken along. */

import { CopyButton, CopyLink, DownloadButton } from '../../components/copy.tsx';
import { Explain, NumberField } from '../../components/fields.tsx';
import { RunBar } from '../../components/run-bar.tsx';
import type { NumberParameter } from '../../state/parameters.ts';
import type { ExperimentRun } from './state.ts';

export function Controls({ run }: { run: ExperimentRun }) {
  const settings = run.settings.value;
  const article = run.recipe('article');
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
          onClick={() => run.change(isArticle ? run.recipe('short') : article)}
        >
          {isArticle ? 'Train as usual here' : 'Train as in the article'}
        </button>
        <CopyLink link={() => run.state.link()} />
      </div>
    </div>
  );
}

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

export function code({ experiment, settings }: ExperimentRun): string {
  const { seed, rate, beta2, epochs } = settings.peek();
  return `import { createModel, experiments, maxRelativeError, requestGpu } from 'nalu-webgpu';

const { model: description, train, test, loss } = experiments.${experiment.name};
const gpu = await requestGpu();
const model = createModel(gpu, { ...description, seed: ${seed} });
const { losses } = await model.train({
  x: train.x,
  y: train.y,
  loss,
  learningRate: ${rate},
  optimizer: { name: 'adam', beta2: ${beta2} },
  epochs: ${epochs},
  onProgress: ({ step, loss }) => console.log(step, loss),
});
const predicted = await model.predict(test.x);
const [layer] = await model.weights();
console.log('cost', losses.at(-1));
console.log('largest relative error', maxRelativeError(predicted, test.y));
console.log('weights', layer.effective);
gpu.dispose();
`;
}

const files = [
  { label: 'Weights', ending: 'safetensors', type: 'application/octet-stream' },
  { label: 'JavaScript', ending: 'js', type: 'text/javascript' },
  { label: 'Python', ending: 'py', type: 'text/x-python' },
] as const;

export function TakeAway({ run }: { run: ExperimentRun }) {
  const { training, experiment, settings } = run;
  const phase = training.phase.value;
  const none = phase === 'closed' || phase === 'opening';
  const name = (ending: string) =>
    `${experiment.name}-seed-${settings.peek().seed}-epoch-${training.step.peek()}.${ending}`;
  return (
    <fieldset class="take-away">
      <legend class="hidden">Take {experiment.name} along</legend>
      <span class="field-head">
        Take it along
        <Explain of="Take it along">
          <p>
            The code is a program that makes this very run with the library. The files are the unit as it is
            now: its weights as safetensors, which <code>nalu predict</code> and Python’s{' '}
            <code>safetensors</code> read, or a program of a few lines that computes what it has learnt and
            needs nothing else.
          </p>
        </Explain>
      </span>
      <CopyButton label="Copy code" text={() => code(run)} />
      {files.map(({ label, ending, type }) => (
        <DownloadButton
          key={ending}
          label={label}
          name={() => name(ending)}
          type={type}
          content={() => training.ask({ file: ending })}
          disabled={none}
        />
      ))}
    </fieldset>
  );
}
