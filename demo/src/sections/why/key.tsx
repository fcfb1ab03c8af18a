/** The line of a curve as the charts draw it, and its name. */

import { type CurveName, curveKinds, lookOf } from './curves.ts';

export function CurveKey({ name }: { name: CurveName }) {
  const { ink, width, dash } = lookOf(name);
  return (
    <span class="curve-name">
      <svg class={`curve-key ${ink}`} viewBox="0 0 30 6" aria-hidden="true">
        <line x1="0" x2="30" y1="3" y2="3" stroke-width={width} stroke-dasharray={dash.join(' ')} />
      </svg>
      {curveKinds[name].label}
    </span>
  );
}
