/** The columns of a table as candidates are computed on them: values, logarithms of magnitudes, signs. */

export interface Columns {
  readonly rows: number;
  readonly width: number;
  /** One per column. */
  readonly values: readonly Float64Array[];
  /** log |value|; −∞ where a value is 0. */
  readonly logs: readonly Float64Array[];
  /** Whether every value is above 0: only then may an exponent be any number. */
  readonly positive: readonly boolean[];
  readonly nonNegative: readonly boolean[];
  /** Whether no value is 0: only then may an exponent be negative. */
  readonly nonZero: readonly boolean[];
}

/** Columns of `x` [rows, width], row-major; of the rows `chosen`, if given. */
export function columnsOf(x: Float64Array, width: number, chosen?: readonly number[]): Columns {
  const rows = chosen ? chosen.length : x.length / width;
  const values = Array.from({ length: width }, (_, k) =>
    Float64Array.from(
      { length: rows },
      (_, at) => x[(chosen ? (chosen[at] as number) : at) * width + k] as number,
    ),
  );
  return columnsFrom(values);
}

export function columnsFrom(values: readonly Float64Array[]): Columns {
  return {
    rows: values[0]?.length ?? 0,
    width: values.length,
    values,
    logs: values.map((column) => column.map((value) => Math.log(Math.abs(value)))),
    positive: values.map((column) => column.every((value) => value > 0)),
    nonNegative: values.map((column) => column.every((value) => value >= 0)),
    nonZero: values.map((column) => column.every((value) => value !== 0)),
  };
}

/** The same, of the rows `chosen`, which keep what holds for all rows. */
export function pickColumns(columns: Columns, chosen: readonly number[]): Columns {
  const pick = (column: Float64Array) => Float64Array.from(chosen, (row) => column[row] as number);
  return {
    ...columns,
    rows: chosen.length,
    values: columns.values.map(pick),
    logs: columns.logs.map(pick),
  };
}
