/** The comparison in a few numbers: how far the training is, and who is worst and best. */

import { Readout, Readouts, StepReadout } from '../../components/readout.tsx';
import { scientific } from '../../format.ts';
import { bands } from './places.ts';
import { type Ranked, ranked } from './ranking.ts';
import type { WhyRun } from './run.ts';

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
