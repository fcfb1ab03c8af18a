/**
 * Whether residuals are noise. Noise of one row says nothing about the next; a formula that only comes near a smooth law is off
 * in the same direction on neighbouring rows. So residuals are correlated, by rank (Spearman, 1904), with those of each row's
 * nearest neighbour: a test that holds for noise of any distribution, also where it grows with the target.
 */

import { rankCorrelation, ranksOf } from './ranks.ts';

export interface Structure {
  /** Rank correlation of neighbours' residuals: 0 for noise, up to 1. */
  readonly correlation: number;
  /** Whether noise gives so much in less than one table of ten thousand. */
  readonly significant: boolean;
}

/** Rows that are looked at. */
const MOST_ROWS = 800;
/** Standard deviations of the correlation of noise; pairs that share rows make it wider than that of independent ones. */
const LEVEL = 3.7;
const PAIRS = 1.4;

/** `x` is [rows, width]. */
export function structureOf(x: Float64Array, width: number, residuals: Float64Array): Structure {
  const step = Math.max(1, Math.ceil(residuals.length / MOST_ROWS));
  const rows = Array.from(residuals, (_, row) => row).filter((row) => row % step === 0);
  const columns = Array.from({ length: width }, (_, k) =>
    ranksOf(rows.map((row) => x[row * width + k] as number)),
  );
  const neighbour = rows.map((_, a) => {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY];
    for (let b = 0; b < rows.length; b++) {
      if (b === a) continue;
      let squares = 0;
      for (const column of columns) squares += ((column[a] as number) - (column[b] as number)) ** 2;
      if (squares < least) [nearest, least] = [b, squares];
    }
    return nearest;
  });
  const own = rows.map((row) => residuals[row] as number);
  const correlation = rankCorrelation(
    own,
    neighbour.map((at) => own[at] as number),
  );
  return { correlation, significant: correlation * Math.sqrt(rows.length) > LEVEL * PAIRS };
}
