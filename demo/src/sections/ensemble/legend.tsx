/** Which colour is which unit. */

import type { EnsembleRun } from './run.ts';

export function Legend({ run }: { run: EnsembleRun }) {
  return (
    <span class="legend">
      {run.units.value.map((unit, index) => (
        <span key={unit}>
          <i class={`unit-key unit-${index}`} /> {unit}
        </span>
      ))}
    </span>
  );
}
