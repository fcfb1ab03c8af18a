/** The instruments of one experiment: controls, numbers, plots and tables, the same for both. */

import { Panel } from '../../components/panel.tsx';
import { Readout, Readouts, StepReadout } from '../../components/readout.tsx';
import { Status } from '../../components/run-bar.tsx';
import { grouped, scientific } from '../../format.ts';
import { Answers, OwnNumbers } from './answers.tsx';
import { Controls, Settings, TakeAway } from './controls.tsx';
import { CostPlot } from './cost-plot.tsx';
import { type Distribution, ErrorScale } from './error-scale.tsx';
import { FarPlot } from './far-plot.tsx';
import type { ExperimentRun } from './state.ts';
import { Weights } from './weights.tsx';

export function RunReadouts({ run }: { run: ExperimentRun }) {
  const { training, experiment } = run;
  const outcome = run.outcome.value;
  const seconds = training.seconds.value;
  const rate = training.rate.value;
  return (
    <Readouts>
      <StepReadout label="Epoch" step={training.step.value} last={training.last.value} />
      <Readout
        name="cost"
        label="Cost"
        value={outcome?.cost}
        note={experiment.loss === 'sumSquared' ? 'sum of squared errors' : 'mean of squared errors'}
      >
        {scientific(outcome?.cost ?? Number.NaN, 3)}
      </Readout>
      <Readout
        name="speed"
        label="Epochs per second"
        value={rate}
        note={seconds > 0 ? `${seconds.toFixed(1)} s so far` : 'full batch of 2000 rows'}
      >
        {grouped(rate ?? 0)}
      </Readout>
      <Readout
        name="error"
        label="Largest relative error"
        value={outcome?.error}
        note={`125 test rows; the article: ${scientific(experiment.articleError)}`}
      >
        {scientific(outcome?.error ?? Number.NaN)}
      </Readout>
    </Readouts>
  );
}

interface BenchProps {
  run: ExperimentRun;
  others: readonly Distribution[];
}

export function Bench({ run, others }: BenchProps) {
  return (
    <div class="bench">
      <Controls run={run} />
      <Status
        training={run.training}
        step="epoch"
        ready={() => `initial weights of seed ${run.settings.value.seed}`}
        paused={() =>
          run.stopped.value ? `the cost is below ${scientific(run.settings.value.stop)}` : undefined
        }
        done={() => `largest relative error ${scientific(run.outcome.value?.error ?? Number.NaN)}`}
        diverged="The cost is no longer a finite number: this training has diverged. Try a smaller learning rate or another seed."
      />
      <div class="figures">
        <FarPlot run={run} />
        <Weights run={run} />
      </div>
      <OwnNumbers run={run} />
      <RunReadouts run={run} />
      <Panel summary="The cost of every epoch, and ten rows beside the article’s">
        <div class="figures">
          <CostPlot run={run} />
          <Answers run={run} />
        </div>
      </Panel>
      <Settings run={run} />
      <Panel summary="How exact other starts become">
        <ErrorScale run={run} others={others} />
      </Panel>
      <TakeAway run={run} />
    </div>
  );
}
