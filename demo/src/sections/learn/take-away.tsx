/** What can be taken along: the run as a program, the trained unit as files. */

import { CopyButton, DownloadButton } from '../../components/copy.tsx';
import { Explain } from '../../components/fields.tsx';
import type { ExperimentRun } from './state.ts';

export function code({ experiment, settings }: ExperimentRun): string {
  const { seed, rate, epochs } = settings.peek();
  return `import { createModel, experiments, maxRelativeError, requestGpu } from 'nalu-webgpu';

const { model: description, train, test, loss } = experiments.${experiment.name};
const gpu = await requestGpu();
const model = createModel(gpu, { ...description, seed: ${seed} });
const { losses } = await model.train({
  x: train.x,
  y: train.y,
  loss,
  learningRate: ${rate},
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
