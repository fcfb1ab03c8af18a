/** Numbers of a table, short enough for a cell of one. */

import { grouped, scientific, signed } from '../../format.ts';

export function short(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e7)) return signed(Number(value.toPrecision(7)));
  return scientific(value, 4);
}

/** An error relative to the answer: as percent where that reads well. */
export function errorText(error: number): string {
  if (!Number.isFinite(error)) return 'not finite';
  // What is left of rounding in float64.
  if (error < 1e-12) return '0';
  if (error < 1e-4 || error > 1e4) return scientific(error);
  const percent = Number((100 * error).toPrecision(2));
  return `${percent < 100 ? percent : grouped(percent)} %`;
}
