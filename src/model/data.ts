/** Tables of numbers as they come in, checked before they reach the GPU. */

import type { LossShader } from '../../shaders/loss.ts';
import { DataError } from '../errors.ts';
import { show } from '../options/check.ts';
import { isList } from '../options/list.ts';

/** A typed array of numbers. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/**
 * Rows of numbers: one array per row, or one flat array in row-major order. With one column a flat array is a column:
 * `y: [3, 7, 11]` has three rows.
 */
export type Rows = readonly (readonly number[] | NumberArray)[] | readonly number[] | NumberArray;

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
  if (!isList(rows)) {
    throw new DataError(
      `${name} is ${show(rows)}; it must be an array of rows, or one flat array of numbers such as a Float32Array`,
    );
  }
  if (rows.length === 0) throw new DataError(`${name} has no rows; at least one is needed`);
  const flat = isList(rows[0]) ? undefined : (rows as ArrayLike<number>);
  if (flat && flat.length % columns !== 0) {
    check(name, flat[0], 0, columns, largest);
    throw new DataError(
      `${name} has ${flat.length} values, which is not a multiple of its ${columns} columns`,
    );
  }
  const count = flat ? flat.length / columns : rows.length;
  const data = allocate(count * columns);
  if (flat) {
    // Value by value: a view of each row would take longer than all the rest.
    for (let index = 0; index < flat.length; index++) check(name, flat[index], index, columns, largest);
    data.set(flat);
    return [data, count];
  }
  for (let row = 0; row < count; row++) {
    const values = rows[row] as ArrayLike<number>;
    if (!isList(values)) {
      throw new DataError(
        `${name}, row ${row}: expected an array of ${columns} numbers, found ${show(values)}`,
      );
    }
    if (values.length !== columns) {
      throw new DataError(`${name}, row ${row}: has ${values.length} values; the model needs ${columns}`);
    }
    for (let column = 0; column < columns; column++) {
      const value = values[column] as number;
      check(name, value, row * columns + column, columns, largest);
      data[row * columns + column] = value;
    }
  }
  return [data, count];
}

/** What a loss asks of its targets. */
export type TargetRules = Pick<LossShader, 'perRow' | 'targets'>;

/**
 * Targets for `loss` as they come in, `[rows, columns]`; where it is per row, also one class per row, from 0, of which the row is 1
 * in that column and 0 elsewhere. Throws DataError as `toMatrix` does, for what is not a class, and for what the loss is not defined for.
 */
export function toTargets(
  name: string,
  given: Rows,
  columns: number,
  rows: number,
  { perRow = false, targets }: TargetRules,
): Matrix {
  const isLabels =
    perRow &&
    columns > 1 &&
    isList(given) &&
    (isList(given[0]) ? given[0].length === 1 : given.length < rows * columns);
  if (!isLabels) {
    const matrix = toMatrix(name, given, columns);
    if (targets) checkTargets(name, matrix, targets);
    return matrix;
  }
  const labels = toMatrix(name, given, 1);
  const data = new Float32Array(labels.rows * columns);
  labels.data.forEach((label, row) => {
    if (!(Number.isInteger(label) && label >= 0 && label < columns)) {
      throw new DataError(
        `${name}, row ${row}: ${label} is not a class; they are numbered from 0 to ${columns - 1}`,
      );
    }
    data[row * columns + label] = 1;
  });
  return { data, rows: labels.rows, columns };
}

function checkTargets(
  name: string,
  { data, columns }: Matrix,
  [least, most]: readonly [number, number],
): void {
  const at = data.findIndex((value) => value < least || value > most);
  if (at < 0) return;
  const where = columns === 1 ? '' : `, column ${at % columns}`;
  throw new DataError(
    `${name}, row ${Math.floor(at / columns)}${where}: ${show(data[at])}; this loss takes targets from ${least} to ${most}`,
  );
}

/** Throws DataError unless `value` is a number of at most `largest`, either way. */
function check(name: string, value: unknown, index: number, columns: number, largest: number): void {
  if (typeof value === 'number' && Math.abs(value) <= largest) return;
  const kind = largest === FLOAT32_MAX ? 'float32 ' : '';
  const fault =
    typeof value === 'number'
      ? `${value} is not a finite ${kind}number`
      : `${show(value)} is not a number${typeof value === 'string' ? ' but a text; convert it first, say with Number' : ''}`;
  throw new DataError(`${name}, row ${Math.floor(index / columns)}, column ${index % columns}: ${fault}`);
}
