/** A table made ready for the search: columns chosen, checked, and what is odd about them said in words. */

import { DataError, OptionError } from '../errors.ts';
import { type ColumnSummary, summarize, type TableSummary } from '../io/summary.ts';
import { chooseColumns, columnOf, listed, rowsOf, type Table } from '../io/table.ts';
import { policy } from './policy.ts';

export interface FitData {
  /** Names of the inputs that take part, in the order of `x`. */
  readonly inputs: readonly string[];
  readonly target: string;
  /** [rows, inputs], row-major, as they are in the table. */
  readonly x: Float64Array<ArrayBuffer>;
  /** [rows] */
  readonly y: Float64Array<ArrayBuffer>;
  readonly rows: number;
  /** What the error of each row is multiplied by; undefined where all count alike. */
  readonly weights: Float64Array | undefined;
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
  /** Column that says how much each row counts, above 0: 1 / variance, or a number of equal rows. */
  readonly weights?: string;
  /** Column of standard errors of the target, above 0: rows count as 1 / error². */
  readonly errors?: string;
}

/** Fewer rows cannot be split into a part to learn from and a part to be tested on. */
export const MIN_ROWS = policy.leastRows;
/** More inputs than the search can tell apart. */
export const MAX_INPUTS = 40;

/** Throws OptionError for an unknown column, DataError for a table that nothing can be learnt from. */
export function prepareData(table: Table, choice: DataChoice): FitData {
  const weighing = [choice.weights, choice.errors].filter((name) => name !== undefined);
  if (weighing.length > 1) throw new OptionError('weights and errors say the same: give one of them');
  const [weighedBy] = weighing;
  if (weighedBy !== undefined && (weighedBy === choice.target || choice.inputs?.includes(weighedBy))) {
    throw new OptionError(
      `'${weighedBy}' cannot be both what rows are weighed by and ${weighedBy === choice.target ? 'the target' : 'an input'}`,
    );
  }
  const others =
    choice.inputs ??
    table.names.filter(
      (name) => name !== choice.target && name !== weighedBy && !areErrorsOf(name, choice.target),
    );
  const errors = choice.inputs
    ? undefined
    : table.names.find((name) => name !== weighedBy && areErrorsOf(name, choice.target));
  if (table.text?.includes(choice.target)) {
    throw new DataError(`column '${choice.target}' holds words, not numbers; the target must be numbers`);
  }
  const chosen = chooseColumns(table.names, {
    targets: [choice.target],
    ...((choice.inputs || weighedBy !== undefined || errors !== undefined) && { inputs: others }),
  });
  const names = [...chosen.inputs, choice.target];
  const weights =
    weighedBy === undefined ? undefined : weightsOf(table, weighedBy, weighedBy === choice.errors);
  checkNumbers(table, names);
  if (table.rows < MIN_ROWS) {
    throw new DataError(
      `the table has ${table.rows} rows; at least ${MIN_ROWS} are needed, so that some can be left out`,
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
  if (errors !== undefined) {
    notes.push(
      `'${errors}' looks like the errors of '${choice.target}' and was left out: name it as errors to use it, or among the inputs.`,
    );
  }
  const own = new Map(names.map((name, k) => [name, columns[k] as ArrayLike<number>]));
  const kept: string[] = [];
  const inputs = chosen.inputs.filter((name) => {
    const column = of.get(name) as ColumnSummary;
    if (column.constant) notes.push(`'${name}' is ${column.min} in every row and was left out.`);
    else if (column.duplicateOf !== undefined)
      notes.push(`'${name}' equals '${column.duplicateOf}' in every row and was left out.`);
    if (column.constant || column.duplicateOf !== undefined) return false;
    for (const other of kept) {
      const ratio = ratioOf(own.get(name) as ArrayLike<number>, own.get(other) as ArrayLike<number>);
      if (ratio === undefined) continue;
      notes.push(
        `'${name}' is ${Number(ratio.toPrecision(12))} times '${other}' in every row and was left out.`,
      );
      return false;
    }
    kept.push(name);
    return true;
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
    weights,
    summary,
    notes,
  };
}

/** Relative error up to which two columns are proportional: less than the digits that tables have. */
const PROPORTIONAL = 1e-6;

/** What `b` is multiplied by to give `a` in every row; undefined where there is no such number. */
function ratioOf(a: ArrayLike<number>, b: ArrayLike<number>): number | undefined {
  let largest = 0;
  for (let row = 0; row < b.length; row++) {
    if (Math.abs(b[row] as number) > Math.abs(b[largest] as number)) largest = row;
  }
  const ratio = (a[largest] as number) / (b[largest] as number);
  if (!Number.isFinite(ratio) || ratio === 0) return undefined;
  for (let row = 0; row < a.length; row++) {
    const wanted = ratio * (b[row] as number);
    if (!(Math.abs((a[row] as number) - wanted) <= PROPORTIONAL * Math.abs(wanted))) return undefined;
  }
  return ratio;
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

function checkNumbers(table: Table, names: readonly string[]): void {
  for (const name of names) {
    const row = columnOf(table, name).findIndex((value) => !Number.isFinite(value));
    if (row >= 0) {
      throw new DataError(
        `row ${row + 1}, column '${name}' is not a number; leave out such rows (onFault: 'drop' when reading)`,
      );
    }
  }
}

/** Whether `name` says that it holds the errors of `target`: yerr, y_err, y error, y_std, sigma_y, … */
function areErrorsOf(name: string, target: string): boolean {
  const parts = name.toLowerCase();
  const own = target.toLowerCase();
  const words = '(errors?|err|sigma|stdev|std|sd|se|stderr|unc|uncertainty)';
  const escaped = own.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^(${escaped}[ _.-]?${words}|${words}[ _.-]?${escaped})$`).test(parts) && parts !== own;
}

/** Relative to their root mean square. */
function weightsOf(table: Table, name: string, areErrors: boolean): Float64Array {
  if (!table.names.includes(name)) {
    throw new OptionError(`'${name}' is not a column; the columns are ${listed(table.names)}`);
  }
  const values = Float64Array.from(columnOf(table, name));
  const row = values.findIndex((value) => !(value > 0 && Number.isFinite(value)));
  if (row >= 0)
    throw new DataError(`row ${row + 1}, column '${name}' is ${values[row]}; it must be a number above 0`);
  const own = values.map((value) => (areErrors ? 1 / value : Math.sqrt(value)));
  const size = Math.sqrt(own.reduce((total, value) => total + value * value, 0) / own.length);
  return own.map((value) => value / size);
}
