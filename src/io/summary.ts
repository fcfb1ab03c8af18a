/** What is worth knowing of a table before a model is trained on it. */

import { checkArguments } from '../options/check.ts';
import { type Table, tableKind } from './table.ts';

/** What is worth knowing of a column: range, signs, magnitude, whether it is constant or there twice. */
export interface ColumnSummary {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Values below, at and above zero: units with a logarithm lose the sign of the first and the size of the second. */
  readonly negative: number;
  readonly zero: number;
  readonly positive: number;
  /** Whether every value is whole. */
  readonly whole: boolean;
  /** Smallest and largest |x| that is not zero; both 0 where every value is. */
  readonly magnitude: readonly [number, number];
  /** Whether every value is the same. */
  readonly constant: boolean;
  /** The first column before it with the same values. */
  readonly duplicateOf?: string;
}

/** What is worth knowing of a table: rows that repeat, and every column. */
export interface TableSummary {
  readonly rows: number;
  /** Rows that equal one before them. */
  readonly duplicateRows: number;
  readonly columns: readonly ColumnSummary[];
}

/** Goes through `table` a few times per column; NaN counts as nothing. */
export function summarize(table: Table): TableSummary {
  checkArguments('summarize()', { table }, { table: tableKind });
  const { names, columns, rows } = table;
  const twins = twinsOf(columns, rows);
  return {
    rows,
    duplicateRows: countDuplicateRows(table),
    columns: columns.map((values, k) => ({
      ...summaryOf(names[k] as string, values),
      ...(twins[k] !== undefined && { duplicateOf: names[twins[k]] as string }),
    })),
  };
}

/** For each column, the first one before it with the same values, none of which is NaN: found by a hash. */
function twinsOf(columns: Table['columns'], rows: number): (number | undefined)[] {
  const firsts = new Map<number, number>();
  return columns.map((values, k) => {
    let hash = 0;
    for (let row = 0; row < rows; row++) hash = (hash * 31 + (values[row] as number)) % 9007199254740881;
    const first = firsts.get(hash);
    if (first === undefined) firsts.set(hash, k);
    return first !== undefined && values.every((value, row) => value === columns[first]?.[row])
      ? first
      : undefined;
  });
}

function summaryOf(name: string, values: Float64Array): Omit<ColumnSummary, 'duplicateOf'> {
  let [min, max, sum, count] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  let [negative, zero, positive, whole] = [0, 0, 0, true];
  let [smallest, largest] = [Number.POSITIVE_INFINITY, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count += 1;
    sum += value;
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (value < 0) negative += 1;
    else if (value > 0) positive += 1;
    else zero += 1;
    whole &&= Number.isInteger(value);
    if (value !== 0) smallest = Math.min(smallest, Math.abs(value));
    largest = Math.max(largest, Math.abs(value));
  }
  return {
    name,
    min,
    max,
    mean: sum / count,
    negative,
    zero,
    positive,
    whole,
    magnitude: [largest > 0 ? smallest : 0, largest],
    constant: min === max,
  };
}

/** Rows whose hash was seen before are compared with the first row that had it. */
function countDuplicateRows({ columns, rows }: Table): number {
  const words = columns.map((column) => new Uint32Array(column.buffer, column.byteOffset, 2 * rows));
  const firsts = new Map<number, number>();
  let duplicates = 0;
  for (let row = 0; row < rows; row++) {
    const hash = hashOf(words, row);
    const first = firsts.get(hash);
    if (first === undefined) firsts.set(hash, row);
    else if (columns.every((column) => Object.is(column[row], column[first]))) duplicates += 1;
  }
  return duplicates;
}

/** 53 bits of two rounds of multiply and mix over the row's words. */
function hashOf(words: readonly Uint32Array[], row: number): number {
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (const column of words) {
    for (const word of [column[2 * row] as number, column[2 * row + 1] as number]) {
      a = Math.imul(a ^ word, 0x85ebca6b);
      a ^= a >>> 13;
      b = Math.imul(b ^ (word + a), 0xc2b2ae35);
      b ^= b >>> 16;
    }
  }
  return (a >>> 0) * 2 ** 21 + (b >>> 11);
}
