/** Pointing at a place of either chart points at the same one in the other. */

import type { Probe } from '../../components/chart.tsx';
import { signed } from '../../format.ts';
import { FARTHEST, nearestPlace, places } from './places.ts';
import type { ShownCurve, WhyRun } from './run.ts';

/** The place that is pointed at, by its index. */
export const pointedPlace = ({ pointed }: WhyRun): number | undefined =>
  pointed.value === undefined ? undefined : nearestPlace(pointed.value);

/** `read` says in words what a curve has at a place. */
export function probeOf(run: WhyRun, read: (curve: ShownCurve, place: number) => string): Probe {
  const place = pointedPlace(run);
  return {
    // A slider counts its places from 1.
    last: 2 * FARTHEST + 1,
    at: place === undefined ? undefined : (places[place] as number) + FARTHEST + 1,
    text:
      place === undefined
        ? 'no place chosen'
        : `x = ${signed(places[place] as number)}: ${run.shown.value.map((curve) => `${curve.label} ${read(curve, place)}`).join(', ')}`,
    onPoint: (x) => {
      run.pointed.value = x;
    },
  };
}
