/** The instruments of one experiment: controls, numbers, plots and tables, the same for both. */

import { Status } from '../../components/status.tsx';
import { scientific } from '../../format.ts';
import { Answers } from './answers.tsx';
import { Controls } from './controls.tsx';
import { CostPlot } from './cost-plot.tsx';
import { type Distribution, ErrorScale } from './error-scale.tsx';
import { FarPlot } from './far-plot.tsx';
import { RunReadouts } from './readouts.tsx';
import type { ExperimentRun } from './run.ts';
import { TakeAway } from './take-away.tsx';
import { Weights } from './weights.tsx';

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
      <RunReadouts run={run} />
      <div class="figures">
        <CostPlot run={run} />
        <Weights run={run} />
        <FarPlot run={run} />
        <Answers run={run} />
        <ErrorScale run={run} others={others} />
      </div>
      <TakeAway run={run} />
    </div>
  );
}
