/** Which line is which network, and what each has where the reader points. */

import { signed } from '../../format.ts';
import { CurveKey } from './key.tsx';
import { places } from './places.ts';
import { pointedPlace } from './probe.ts';
import type { ShownCurve, WhyRun } from './run.ts';

interface LegendProps {
  run: WhyRun;
  read: (curve: ShownCurve, place: number) => string;
}

export function Legend({ run, read }: LegendProps) {
  const place = pointedPlace(run);
  const training = run.training.busy.value;
  const told = (curve: ShownCurve) => {
    if (training && !curve.compiled) return 'getting ready…';
    return place === undefined ? '' : read(curve, place);
  };
  return (
    <div class="curve-legend">
      <span class="reading">
        {place === undefined ? 'point at a place' : `x = ${signed(places[place] as number)}`}
      </span>
      <ul>
        {run.shown.value.map((curve) => (
          <li key={curve.name}>
            <CurveKey name={curve.name} />
            <span class="curve-value">{told(curve)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
