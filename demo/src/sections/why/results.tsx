/** The comparison in numbers: how far the training is, who is worst and best, and mean errors by distance. */

import { Figure } from '../../components/figure.tsx';
import { Matrix } from '../../components/matrix.tsx';
import { Readout, Readouts, StepReadout } from '../../components/readout.tsx';
import { bands, type Ranked, ranked, TRAINED } from '../../experiments/identity/report.ts';
import { scientific } from '../../format.ts';
import { CurveKey } from './chart.tsx';
import type { WhyRun } from './state.ts';

export function WhyReadouts({ run }: { run: WhyRun }) {
  const { training, shown } = run;
  const far = bands.length - 1;
  const inside = ranked(shown.value, 0);
  const outside = ranked(shown.value, far);
  return (
    <Readouts>
      <StepReadout label="Step" step={training.step.value} last={training.last.value} />
      <Extreme name="inside" label="Worst in training range" found={inside.at(-1)} />
      <Extreme name="worst" label="Worst at 15 to 20" found={outside.at(-1)} />
      <Extreme name="best" label="Best at 15 to 20" found={outside[0]} />
    </Readouts>
  );
}

function Extreme({ name, label, found }: { name: string; label: string; found: Ranked | undefined }) {
  return (
    <Readout name={name} label={label} value={found?.error} note={found?.label ?? ' '}>
      {found && scientific(found.error)}
    </Readout>
  );
}

export function ErrorTable({ run }: { run: WhyRun }) {
  const shown = run.shown.value;
  const training = run.training.busy.value;
  return (
    <Figure
      title="The error by distance"
      class="whole-row"
      caption={
        <>
          Mean error where |x| is in this range; trained on |x| up to {TRAINED}. Point at a number to see all
          its digits.
        </>
      }
    >
      <div class="scroll-x">
        <Matrix
          label="Mean error of each kind of network by the size of x"
          rows={shown.map(({ name, curve, compiled }) => (
            <>
              <CurveKey name={name} />
              {curve && curve.diverged > 0 && <small> {curve.diverged} diverged</small>}
              {training && !compiled && <small> is being compiled…</small>}
            </>
          ))}
          columns={bands.map(({ label }) => label)}
          values={shown.map(({ curve }) => curve?.byBand ?? [])}
          name={(row, column) => `error-${shown[row]?.name}-${column}`}
          full={10}
          decimals={3}
        />
      </div>
    </Figure>
  );
}
