/** The instruments of one experiment: controls, numbers, plots and tables, the same for both. */

import { Answers } from '../../components/answers.tsx';
import { Controls } from '../../components/controls.tsx';
import { CostPlot } from '../../components/cost-plot.tsx';
import { type Distribution, ErrorScale } from '../../components/error-scale.tsx';
import { FarPlot } from '../../components/far-plot.tsx';
import { Notice } from '../../components/notice.tsx';
import { Readouts, Status } from '../../components/readouts.tsx';
import { Weights } from '../../components/weights.tsx';
import { startEngine } from '../../state/engine.ts';
import type { ExperimentRun } from '../../state/run.ts';

interface BenchProps {
  run: ExperimentRun;
  others: readonly Distribution[];
}

export function Bench({ run, others }: BenchProps) {
  const fault = run.fault.value;
  return (
    <div class="bench">
      <Controls run={run} />
      {fault && (
        <Notice
          kind="problem"
          title={fault.setting ? 'This cannot be trained.' : 'Training failed.'}
          {...(!fault.setting && { action: { label: 'Start again', run: startEngine } })}
        >
          <p class="said">{fault.message}</p>
        </Notice>
      )}
      <Status run={run} />
      <Readouts run={run} />
      <div class="figures">
        <CostPlot run={run} />
        <Weights run={run} />
        <FarPlot run={run} />
        <Answers run={run} />
        <ErrorScale run={run} others={others} />
      </div>
    </div>
  );
}
