/** Which line is which network, and what each has where the reader points. */

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
  return (
    <div class="curve-legend">
      <span class="reading">{place === undefined ? 'point at a place' : `x = ${minus(places[place])}`}</span>
      <ul>
        {run.shown.value.map((curve) => (
          <li key={curve.name}>
            <CurveKey name={curve.name} />
            <span class="curve-value">{place === undefined ? '' : read(curve, place)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

const minus = (value: number | undefined) => String(value).replace('-', '−');
