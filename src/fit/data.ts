/** A table made ready for the search: columns chosen, checked, and what is odd about them said in words. */

import { DataError } from '../errors.ts';
import { type ColumnSummary, summarize, type TableSummary } from '../io/summary.ts';
import { chooseColumns, columnOf, listed, rowsOf, type Table } from '../io/table.ts';

export interface FitData {
  /** Names of the inputs that take part, in the order of `x`. */
  readonly inputs: readonly string[];
  readonly target: string;
  /** [rows, inputs], row-major, as they are in the table. */
  readonly x: Float64Array<ArrayBuffer>;
  /** [rows] */
  readonly y: Float64Array<ArrayBuffer>;
  readonly rows: number;
  /** Of all chosen columns, the target last. */
  readonly summary: TableSummary;
  /** What a reader should know before trusting a result: columns left out, rows that repeat. */
  readonly notes: readonly string[];
}

export interface DataChoice {
  /** Column to explain. */
  readonly target: string;
  /** Columns it may depend on. Default: all others. */
  readonly inputs?: readonly string[];
}

/** Fewer rows cannot be split into a part to learn from and a part to be tested on. */
export const MIN_ROWS = 12;
/** More inputs than the search can tell apart. */
export const MAX_INPUTS = 40;

/** Throws OptionError for an unknown column, DataError for a table that nothing can be learnt from. */
export function prepareData(table: Table, choice: DataChoice): FitData {
  if (table.text?.includes(choice.target)) {
    throw new DataError(`column '${choice.target}' holds words, not numbers; the target must be numbers`);
  }
  const chosen = chooseColumns(table.names, {
    targets: [choice.target],
    ...(choice.inputs && { inputs: choice.inputs }),
  });
  const names = [...chosen.inputs, choice.target];
  checkNumbers(table, names);
  if (table.rows < MIN_ROWS) {
    throw new DataError(
      `the table has ${table.rows} rows; at least ${MIN_ROWS} are needed, so that some can be held out of training`,
    );
  }
  const columns = names.map((name) => columnOf(table, name));
  const summary = summarize({ names, columns: columns as Table['columns'], rows: table.rows });
  const of = new Map(summary.columns.map((column) => [column.name, column]));
  const target = of.get(choice.target) as ColumnSummary;
  if (target.constant) {
    throw new DataError(`column '${target.name}' is ${target.min} in every row; there is nothing to explain`);
  }
  const notes: string[] = [...(table.notes ?? [])];
  const inputs = chosen.inputs.filter((name) => {
    const column = of.get(name) as ColumnSummary;
    if (column.constant) notes.push(`'${name}' is ${column.min} in every row and was left out.`);
    else if (column.duplicateOf !== undefined)
      notes.push(`'${name}' equals '${column.duplicateOf}' in every row and was left out.`);
    return !column.constant && column.duplicateOf === undefined;
  });
  if (inputs.length === 0) {
    throw new DataError(`no input is left: every one of ${listed(chosen.inputs)} is constant`);
  }
  if (inputs.length > MAX_INPUTS) {
    throw new DataError(
      `there are ${inputs.length} inputs; at most ${MAX_INPUTS} can be told apart: name those that matter`,
    );
  }
  if (target.duplicateOf !== undefined) notes.push(`'${target.name}' equals '${target.duplicateOf}'.`);
  if (table.text) notes.push(`Columns of words were left out: ${listed(table.text)}.`);
  if (table.faults)
    notes.push(`${count(table.faults.rows, 'row')} with missing cells or words were left out.`);
  if (summary.duplicateRows > 0) notes.push(`${count(summary.duplicateRows, 'row')} repeat one before.`);
  for (const name of inputs) {
    const { min, max } = of.get(name) as ColumnSummary;
    if (min * max > 0 && Math.max(min / max, max / min) < 1.2) {
      notes.push(`'${name}' varies little, ${min} to ${max}: its power is hard to tell from such rows.`);
    }
  }
  return {
    inputs,
    target: choice.target,
    x: rowsOf(table, inputs),
    y: Float64Array.from(columnOf(table, choice.target)),
    rows: table.rows,
    summary,
    notes,
  };
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function checkNumbers(table: Table, names: readonly string[]): void {
  for (const name of names) {
    const row = columnOf(table, name).findIndex((value) => !Number.isFinite(value));
    if (row >= 0) {
      throw new DataError(
        `row ${row + 1}, column '${name}' is no number; leave out such rows (onFault: 'drop' when reading)`,
      );
    }
  }
}

/** The rows `chosen` of `values`, which has `width` columns. */
export function pickRows(
  values: Float64Array,
  width: number,
  chosen: readonly number[],
): Float64Array<ArrayBuffer> {
  const picked = new Float64Array(chosen.length * width);
  chosen.forEach((row, at) => {
    picked.set(values.subarray(row * width, (row + 1) * width), at * width);
  });
  return picked;
}
