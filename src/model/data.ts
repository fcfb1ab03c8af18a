/** Tables of numbers as they come in, checked before they reach the GPU. */

import { DataError } from '../errors.ts';

/** Rows of numbers: nested arrays, or one flat array in row-major order. */
export type Rows = readonly (readonly number[])[] | Float32Array | Float64Array;

export interface Matrix {
  readonly data: Float32Array<ArrayBuffer>;
  readonly rows: number;
  readonly columns: number;
}

/** The largest finite float32. */
export const FLOAT32_MAX = 3.4028234663852886e38;

/**
 * `rows` as float32 with `columns` columns; `name` stands in the messages. Throws DataError, with row and column, for
 * an empty table, a wrong length, and values that are not finite numbers in float32.
 */
export function toMatrix(name: string, rows: Rows, columns: number): Matrix {
  const [data, count] = flatten(name, rows, columns, FLOAT32_MAX, (length) => new Float32Array(length));
  return { data, rows: count, columns };
}

/** As `toMatrix`, flat in float64 and for any finite number. */
export const toFloat64 = (name: string, rows: Rows, columns: number): Float64Array =>
  flatten(name, rows, columns, Number.MAX_VALUE, (length) => new Float64Array(length))[0];

/** The values of `rows` in row-major order, and how many rows there are. */
function flatten<T extends Float32Array | Float64Array>(
  name: string,
  rows: Rows,
  columns: number,
  largest: number,
  allocate: (length: number) => T,
): [T, number] {
  const flat = ArrayBuffer.isView(rows) ? rows : undefined;
  if (!flat && !Array.isArray(rows)) {
    throw new DataError(`${name} must be an array of rows, a Float32Array or a Float64Array`);
  }
  if (rows.length === 0) throw new DataError(`${name} has no rows; at least one is needed`);
  if (flat && flat.length % columns !== 0) {
    throw new DataError(
      `${name} has ${flat.length} values, which is not a multiple of its ${columns} columns`,
    );
  }
  const count = flat ? flat.length / columns : rows.length;
  const data = allocate(count * columns);
  const check = (value: unknown, index: number): void => {
    if (typeof value === 'number' && Math.abs(value) <= largest) return;
    const kind = largest === FLOAT32_MAX ? 'float32 ' : '';
    throw new DataError(
      `${name}, row ${Math.floor(index / columns)}, column ${index % columns}: ${String(value)} is not a finite ${kind}number`,
    );
  };
  if (flat) {
    // Value by value: a view of each row would take longer than all the rest.
    for (let index = 0; index < flat.length; index++) check(flat[index], index);
    data.set(flat);
    return [data, count];
  }
  for (let row = 0; row < count; row++) {
    const values = rows[row] as readonly number[];
    if (!Array.isArray(values) && !ArrayBuffer.isView(values)) {
      throw new DataError(
        `${name}, row ${row}: expected an array of ${columns} numbers, found ${typeof values}`,
      );
    }
    if (values.length !== columns) {
      throw new DataError(`${name}, row ${row}: has ${values.length} values; the model needs ${columns}`);
    }
    for (let column = 0; column < columns; column++) {
      const value = values[column] as number;
      check(value, row * columns + column);
      data[row * columns + column] = value;
    }
  }
  return [data, count];
}
