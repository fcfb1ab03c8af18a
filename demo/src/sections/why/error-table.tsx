/** Mean errors by distance from the training range, with all their digits on hover. */

import { Figure } from '../../components/figure.tsx';
import { Matrix } from '../../components/matrix.tsx';
import { CurveKey } from './key.tsx';
import { bands, TRAINED } from './places.ts';
import type { WhyRun } from './run.ts';

export function ErrorTable({ run }: { run: WhyRun }) {
  const shown = run.shown.value;
  const training = run.training.busy.value;
  return (
    <Figure
      title="The error by distance"
      class="whole-row"
      caption={
        <>
          Mean error where |x| is in this range; trained on |x| up to {TRAINED}. Hover or focus a number for
          all its digits.
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
              {training && !compiled && <small> getting ready…</small>}
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
