/** Which kind of network is how far off. */

import type { ShownCurve } from './run.ts';

export interface Ranked {
  readonly label: string;
  /** Mean over a band. */
  readonly error: number;
}

/** From the smallest error in band `band` to the largest; without kinds that have none. */
export function ranked(shown: readonly Pick<ShownCurve, 'label' | 'curve'>[], band: number): Ranked[] {
  return shown
    .map(({ label, curve }) => ({ label, error: curve?.byBand[band] ?? Number.NaN }))
    .filter(({ error }) => Number.isFinite(error))
    .sort((a, b) => a.error - b.error);
}
