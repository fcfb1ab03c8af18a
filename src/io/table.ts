/** A table of numbers: named columns of equal length. Every reader gives one, and training takes its columns by name. */

import { DataError, OptionError } from '../errors.ts';
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

/** Rows of numbers in code: arrays of equal length, or one flat array in row-major order with `columns` columns. */
export type TableRows = readonly (readonly number[])[];

/** A table of columns by name: `tableOf({ x: [1, 2], y: [3, 4] })`. Throws DataError where lengths differ. */
export function tableOf(columns: Readonly<Record<string, ArrayLike<number>>>): Table {
  return makeTable(
    Object.keys(columns),
    Object.values(columns).map((values) => Float64Array.from(values)),
  );
}

/** A table of rows. `names` default to x0, x1, … Throws DataError, with the row, where lengths differ. */
export function tableOfRows(rows: TableRows, names = defaultNames(rows[0]?.length ?? 0)): Table {
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
export function tableOfMatrix(
  data: Float64Array,
  columns: number,
  names: readonly string[] = defaultNames(columns),
): Table {
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
export function columnOf({ names, columns }: Pick<Table, 'names' | 'columns'>, name: string) {
  const found = columns[names.indexOf(name)];
  if (!found)
    throw new OptionError(`there is no column '${shortName(name)}'; the columns are ${listed(names)}`);
  return found;
}

/** The columns called `names`, in that order, row-major: what `train`, `predict` and `trainEnsemble` take as rows. */
export function rowsOf(table: Table, names: readonly string[] = table.names): Float64Array<ArrayBuffer> {
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

/**
 * Which columns are targets and which are inputs. `targets` defaults to the last column, `inputs` to all that are no
 * targets. Throws OptionError for an unknown name, for a column that is both, and where nothing is left.
 */
export function chooseColumns(
  names: readonly string[],
  wanted: { targets?: readonly string[]; inputs?: readonly string[] } = {},
): ColumnChoice {
  const targets = wanted.targets ?? names.slice(-1);
  const isTarget = new Set(targets);
  const inputs = wanted.inputs ?? names.filter((name) => !isTarget.has(name));
  const known = new Set(names);
  for (const [role, list] of Object.entries({ target: targets, input: inputs })) {
    if (list.length === 0) throw new OptionError(`no column is left as ${role}; there are ${listed(names)}`);
    const unknown = list.find((name) => !known.has(name));
    if (unknown !== undefined) {
      throw new OptionError(`${role} '${unknown}' is not a column; the columns are ${listed(names)}`);
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
