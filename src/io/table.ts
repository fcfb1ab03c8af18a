/** A table of numbers: named columns of equal length. Every reader gives one, and training takes its columns by name. */

import { DataError, OptionError } from '../errors.ts';
import { checkArguments, checkOptions } from '../options/check.ts';
import {
  type Description,
  isNumbers,
  list,
  map,
  numbers,
  optional,
  size,
  such,
  text,
} from '../options/kinds.ts';
import { nearest } from '../options/nearest.ts';
import type { CellFaults } from './cells.ts';

/** Named columns of numbers, all of one length. */
export interface Table {
  /** Unique, in the order of the source. */
  readonly names: readonly string[];
  /** One per name, each of `rows` values. */
  readonly columns: readonly Float64Array<ArrayBuffer>[];
  readonly rows: number;
  /** Names of columns of the source that hold no number at all, and were left out. */
  readonly text?: readonly string[];
  /** Units of the columns, where the file has a row of them. */
  readonly units?: readonly string[];
  /** How the file was read, one sentence each, where it was not plain numbers under names. */
  readonly notes?: readonly string[];
  /** What was missing or no number in rows that were left out, or in cells that became NaN. */
  readonly faults?: CellFaults;
}

/** Tables that were looked through: one of thousands of columns may be asked for each of them. */
const looked = new WeakSet<object>();

export const tableKind = such<Table>('a table, as readTable() and tableOf() give it', (value) => {
  if (typeof value !== 'object' || value === null) return false;
  if (looked.has(value)) return true;
  const { names, columns, rows } = value as Partial<Table>;
  const isTable =
    Array.isArray(names) &&
    Array.isArray(columns) &&
    names.length === columns.length &&
    names.every((name) => typeof name === 'string') &&
    columns.every((column) => column instanceof Float64Array && column.length === rows);
  if (isTable) looked.add(value);
  return isTable;
});

/** Rows of numbers in code: arrays of equal length, or one flat array in row-major order with `columns` columns. */
export type TableRows = readonly (readonly number[])[];

/** A table of columns by name: `tableOf({ x: [1, 2], y: [3, 4] })`. Throws DataError where lengths differ. */
export function tableOf(columns: Readonly<Record<string, ArrayLike<number>>>): Table {
  checkArguments('tableOf()', { columns }, { columns: map(numbers) });
  return makeTable(
    Object.keys(columns),
    Object.values(columns).map((values) => Float64Array.from(values)),
  );
}

const rowsKind = such<TableRows>(
  'a list of rows, each a list of numbers',
  (value) => Array.isArray(value) && value.every((row) => isNumbers(row)),
);

/** A table of rows. `names` default to x0, x1, … Throws DataError, with the row, where lengths differ. */
export function tableOfRows(rows: TableRows, names?: readonly string[]): Table {
  checkArguments('tableOfRows()', { rows, names }, { rows: rowsKind, names: optional(list(text)) });
  return rowsTable(rows, names ?? defaultNames(rows[0]?.length ?? 0));
}

function rowsTable(rows: TableRows, names: readonly string[]): Table {
  for (const [row, values] of rows.entries()) {
    if (values.length !== names.length) {
      throw new DataError(`row ${row}: has ${values.length} values; there are ${names.length} columns`);
    }
  }
  return makeTable(
    names,
    names.map((_, k) => Float64Array.from(rows, (row) => row[k] as number)),
  );
}

/** A table of one flat array in row-major order, as .npy files hold it. Throws DataError where the length does not fit. */
export function tableOfMatrix(data: ArrayLike<number>, columns: number, names?: readonly string[]): Table {
  checkArguments(
    'tableOfMatrix()',
    { data, columns, names },
    { data: numbers, columns: size, names: optional(list(text)) },
  );
  return matrixTable(data, columns, names ?? defaultNames(columns));
}

function matrixTable(data: ArrayLike<number>, columns: number, names: readonly string[]): Table {
  if (names.length !== columns || data.length % columns !== 0) {
    throw new DataError(`${data.length} values and ${names.length} names do not fit ${columns} columns`);
  }
  const rows = data.length / columns;
  return makeTable(
    names,
    names.map((_, k) => Float64Array.from({ length: rows }, (_, row) => data[row * columns + k] as number)),
  );
}

/** Checks names and lengths. Throws DataError. */
export function makeTable(
  names: readonly string[],
  columns: readonly Float64Array<ArrayBuffer>[],
  facts: Pick<Table, 'text' | 'faults' | 'units' | 'notes'> = {},
): Table {
  const twice = repeated(names);
  if (twice !== undefined)
    throw new DataError(`two columns are called '${shortName(twice)}'; names must differ`);
  const rows = columns[0]?.length ?? 0;
  const uneven = columns.findIndex(({ length }) => length !== rows);
  if (uneven >= 0) {
    throw new DataError(
      `column '${names[uneven]}' has ${columns[uneven]?.length} values; '${names[0]}' has ${rows}`,
    );
  }
  return { names, columns, rows, ...facts };
}

/** A name that is there twice. */
function repeated(names: readonly string[]): string | undefined {
  if (new Set(names).size === names.length) return undefined;
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

/** x0, x1, … */
export const defaultNames = (count: number): string[] => Array.from({ length: count }, (_, k) => `x${k}`);

/** The column called `name`. Throws OptionError with the known names. */
export function columnOf(table: Table, name: string): Float64Array<ArrayBuffer> {
  checkArguments('columnOf()', { table, name }, { table: tableKind, name: text });
  const { names, columns } = table;
  const found = columns[names.indexOf(name)];
  if (!found)
    throw new OptionError(`there is no column '${shortName(name)}'; the columns are ${listed(names)}`);
  return found;
}

/** The columns called `names`, in that order, row-major: what `train`, `predict` and `trainEnsemble` take as rows. */
export function rowsOf(table: Table, wanted?: readonly string[]): Float64Array<ArrayBuffer> {
  checkArguments('rowsOf()', { table, names: wanted }, { table: tableKind, names: optional(list(text)) });
  const names = wanted ?? table.names;
  const places = new Map(table.names.map((name, k) => [name, k]));
  const columns = names.map((name) => table.columns[places.get(name) ?? -1] ?? columnOf(table, name));
  const data = new Float64Array(table.rows * names.length);
  columns.forEach((column, k) => {
    for (let row = 0; row < table.rows; row++) data[row * names.length + k] = column[row] as number;
  });
  return data;
}

/** Which columns of a table are targets, and which are inputs. */
export interface ColumnChoice {
  readonly inputs: readonly string[];
  readonly targets: readonly string[];
}

const choiceDescription: Description<Partial<ColumnChoice>> = {
  fields: { inputs: list(text), targets: list(text) },
};

/**
 * Which columns are targets and which are inputs. `targets` defaults to the last column, `inputs` to all that are no
 * targets. Throws OptionError for an unknown name, for a column that is both, and where nothing is left.
 */
export function chooseColumns(names: readonly string[], choice: Partial<ColumnChoice> = {}): ColumnChoice {
  checkArguments('chooseColumns()', { names }, { names: list(text) });
  const wanted = checkOptions(choiceDescription, choice, 'chooseColumns()');
  const targets = wanted.targets ?? names.slice(-1);
  const isTarget = new Set(targets);
  const inputs = wanted.inputs ?? names.filter((name) => !isTarget.has(name));
  const known = new Set(names);
  for (const [role, list] of Object.entries({ target: targets, input: inputs })) {
    if (list.length === 0) throw new OptionError(`no column is left as ${role}; there are ${listed(names)}`);
    const unknown = list.find((name) => !known.has(name));
    if (unknown !== undefined) {
      const near = nearest(unknown, names);
      const hint = near === undefined ? '' : `did you mean '${near}'? `;
      throw new OptionError(
        `${role} '${unknown}' is not a column; ${hint}${hint ? 'The' : 'the'} columns are ${listed(names)}`,
      );
    }
    const twice = repeated(list);
    if (twice !== undefined) throw new OptionError(`${role} '${twice}' is named twice`);
  }
  const both = inputs.find((name) => isTarget.has(name));
  if (both !== undefined) throw new OptionError(`column '${both}' cannot be both an input and a target`);
  return { inputs, targets };
}

/** A name for a message, at most forty characters of it. */
export const shortName = (name: string): string => (name.length > 40 ? `${name.slice(0, 39)}…` : name);

/** Names for a message, at most twenty of them. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).map((name) => `'${shortName(name)}'`);
  const more = names.length > shown.length ? `, and ${names.length - shown.length} more` : '';
  return shown.length > 0 ? shown.join(', ') + more : 'none';
}
