/** Rows of row-major values: picked, thinned and put one after the other. */

/** The rows `chosen` of `values`, which has `width` columns. */
export function pickRows(
  values: Float64Array,
  width: number,
  chosen: ArrayLike<number>,
): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(chosen.length * width);
  for (let at = 0; at < chosen.length; at++) {
    const row = chosen[at] as number;
    for (let k = 0; k < width; k++) picked[at * width + k] = values[row * width + k] as number;
  }
  return picked;
}

/** 0, 1, … up to `count`. */
export const rowNumbers = (count: number): number[] => Array.from({ length: count }, (_, row) => row);

/** At most `most` of `rows`, at equal distances. */
export function thinned(rows: readonly number[], most: number): readonly number[] {
  if (rows.length <= most) return rows;
  const step = rows.length / most;
  return Array.from({ length: most }, (_, k) => rows[Math.floor(k * step)] as number);
}

/** The values of `a`, then those of `b`. */
export function joined(a: Float64Array, b: Float64Array): Float64Array<ArrayBuffer> {
  const whole = new Float64Array(a.length + b.length);
  whole.set(a);
  whole.set(b, a.length);
  return whole;
}
