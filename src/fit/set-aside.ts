/** Rows that fit nothing: found before anything else, and named. */

import type { FitData } from './data.ts';
import { policy } from './policy.ts';
import { pickRows, rowNumbers, thinned } from './rows.ts';
import { type Columns, columnsOf } from './structured/columns.ts';
import { leastSquares } from './structured/linear.ts';

/** Rows that the robust fit is made to, and how often it is made anew. */
const MOST_FITTED = 4000;
const ROUNDS = 30;
/** Rows for each term of that fit. */
const ROWS_PER_TERM = 5;

/**
 * Rows that are off by many times what the others are in a robust fit, of the columns or of logarithms, whichever is nearer: a
 * slipped digit, a number that stands for a missing one. At most a share of them (see the policy).
 */
export function rowsFarOff(columns: Columns, y: Float64Array): number[] {
  const n = y.length;
  const most = Math.max(1, Math.floor(policy.mostSetAside * n));
  if (n < 3 * (columns.width + 2)) return [];
  const ones = new Float64Array(n).fill(1);
  const models: { columns: Float64Array[]; target: Float64Array }[] = [
    { columns: [ones, ...columns.values], target: y },
  ];
  const usable = y.every((value) => value !== 0) && columns.nonZero.every(Boolean);
  if (usable)
    models.push({ columns: [ones, ...columns.logs], target: y.map((value) => Math.log(Math.abs(value))) });
  // What a product or a ratio of two columns says, where there are rows enough for so many.
  const wide = withProducts(columns);
  if (wide.length * ROWS_PER_TERM <= n) models.push({ columns: [ones, ...wide], target: y });
  let best: { median: number; off: number[] } | undefined;
  for (const { columns: own, target } of models) {
    const sizes = robustResiduals(own, target).map(Math.abs);
    const median = middle(sizes);
    const centre = middle(target);
    const spread = middle(target.map((value) => Math.abs(value - centre)));
    const most = policy.farOff * median + 1e-9 * spread;
    const off = rowNumbers(n).filter((row) => (sizes[row] as number) > most);
    if (!best || median / (spread || 1) < best.median) best = { median: median / (spread || 1), off };
  }
  // Only a fit that says nearly everything can say that a row is wrong.
  if (!best || best.median > policy.nearlyAll) return [];
  return best.off.length > 0 && best.off.length <= most ? best.off : [];
}

/** The columns, their squares and inverses, and all products and ratios of two. */
function withProducts({ values, nonZero }: Columns): Float64Array[] {
  const found = [...values];
  values.forEach((a, i) => {
    found.push(a.map((value) => value * value));
    if (nonZero[i]) found.push(a.map((value) => 1 / value));
    values.forEach((b, j) => {
      if (j < i) found.push(a.map((value, row) => value * (b[row] as number)));
      if (j !== i && nonZero[j]) found.push(a.map((value, row) => value / (b[row] as number)));
    });
  });
  return found;
}

const middle = (values: Float64Array): number => values.slice().sort()[values.length >> 1] as number;

/** Of a fit by least absolute deviations, as iterated weighted least squares; the fit is to some of the rows, if there are many. */
function robustResiduals(columns: readonly Float64Array[], target: Float64Array): Float64Array {
  const chosen = thinned(rowNumbers(target.length), MOST_FITTED);
  const own = columns.map((column) => pickRows(column, 1, chosen));
  const y = pickRows(target, 1, chosen);
  let weights = new Float64Array(y.length).fill(1);
  let solution = new Float64Array(columns.length);
  const left = (of: readonly Float64Array[], values: Float64Array) =>
    values.map((value, row) =>
      of.reduce((rest, column, k) => rest - (solution[k] as number) * (column[row] as number), value),
    );
  for (let round = 0; round < ROUNDS; round++) {
    const weigh = (values: Float64Array) => values.map((value, row) => value * (weights[row] as number));
    solution = Float64Array.from(leastSquares(own.map(weigh), weigh(y)));
    const sizes = left(own, y).map(Math.abs);
    const median = middle(sizes);
    weights = sizes.map((value) => 1 / Math.sqrt(Math.max(value, 0.05 * median, 1e-300)));
  }
  return left(columns, target);
}

/** The table without the rows that are far off whatever is fitted, and where the rows that are left stood. */
export function withoutFarOff(data: FitData): {
  data: FitData;
  origin: readonly number[];
  off: readonly number[];
} {
  const width = data.inputs.length;
  const all = rowNumbers(data.rows);
  const off = data.weights ? [] : rowsFarOff(columnsOf(data.x, width), data.y);
  if (off.length === 0) return { data, origin: all, off };
  const isOff = new Set(off);
  const origin = all.filter((row) => !isOff.has(row));
  return {
    data: {
      ...data,
      x: pickRows(data.x, width, origin),
      y: pickRows(data.y, 1, origin),
      rows: origin.length,
    },
    origin,
    off,
  };
}

/** What is said of rows that were set aside. */
export function farNote(rows: readonly number[], { target, y }: FitData): string[] {
  if (rows.length === 0) return [];
  const named = rows.toSorted((a, b) => a - b).map((row) => `row ${row + 1} (${target} = ${y[row]})`);
  const one = rows.length === 1;
  return [
    `${named.join(', ')} ${one ? 'does' : 'do'} not fit what all the others say and ${one ? 'was' : 'were'} set aside: look for a mistake there.`,
  ];
}
