/**
 * @file Mean absolute error against x in the identity task, as in figure 1 of Trask et al., 'Neural Arithmetic Logic
 * Units' (2018): the runs' figures `curve_-20` … `curve_20` are errors at x.
 */

import type { CellRecords } from './summary.ts';

export interface IdentityPoint {
  readonly x: number;
  /** Mean over the models that have an error there. */
  readonly error: number;
}

const PREFIX = 'curve_';

/** By rising x; empty where no run has such figures. */
export function identityCurve(runs: CellRecords): IdentityPoint[] {
  const errors = new Map<number, number[]>();
  for (const { figures = {} } of runs) {
    for (const [name, error] of Object.entries(figures)) {
      const x = Number(name.slice(PREFIX.length));
      if (!name.startsWith(PREFIX) || !Number.isFinite(x) || error === null) continue;
      const others = errors.get(x);
      if (others) others.push(error);
      else errors.set(x, [error]);
    }
  }
  return [...errors]
    .map(([x, values]) => ({ x, error: values.reduce((sum, value) => sum + value, 0) / values.length }))
    .sort((a, b) => a.x - b.x);
}
