/** Arrays of NumPy as tables: rows are the first dimension. */

import { FileFormatError, OptionError } from '../errors.ts';
import { createPauses, type Pauses } from '../pauses.ts';
import { asBytes } from './bytes.ts';
import { Collector } from './collect.ts';
import { hasNumbers, type NpyElements, openNpy } from './npy.ts';
import { inArray, npzFiles } from './npz.ts';
import { defaultNames, listed, type Table } from './table.ts';
import { conventionOf, type TableOptions } from './table-options.ts';

const MAX_COLUMNS = 16_384;
/** Elements between two looks at the clock. */
const PIECE = 2 ** 14;

/** A .npy of one or two dimensions. Columns are x0, x1, … */
export async function npyTable(bytes: Uint8Array, options: TableOptions): Promise<Table> {
  const array = openNpy(asBytes(bytes));
  const { rows, width } = sizesOf(array, 'npy');
  return arraysTable('npy', [{ array, rows, width, names: defaultNames(width) }], options);
}

/**
 * A .npz whose arrays have as many rows: one of one dimension is the column of its name, one of two dimensions the columns
 * NAME0, NAME1, … Single numbers and arrays of other types than numbers are left out.
 */
export async function npzTable(bytes: Uint8Array, options: TableOptions): Promise<Table> {
  const parts: Part[] = [];
  const left: string[] = [];
  for (const { name, bytes: unpack } of npzFiles(bytes)) {
    const content = await unpack(options.signal);
    const array = inArray(name, content, hasNumbers) ? inArray(name, content, openNpy) : undefined;
    if (!array || array.shape.length === 0) {
      left.push(name);
      continue;
    }
    const { rows, width } = inArray(name, content, () => sizesOf(array, 'npz'));
    const names =
      array.shape.length === 1 ? [name] : Array.from({ length: width }, (_, column) => `${name}${column}`);
    parts.push({ array, rows, width, names });
  }
  const [first] = parts;
  if (!first) throw new FileFormatError('npz', { offset: 0 }, 'there is no array of numbers in the file');
  const other = parts.find(({ rows }) => rows !== first.rows);
  if (other) {
    const message = `has ${other.rows} rows; '${first.names[0]}' has ${first.rows}: a table needs as many of each`;
    throw new FileFormatError('npz', { path: other.names[0] as string }, message);
  }
  const table = await arraysTable('npz', parts, options);
  if (left.length === 0) return table;
  const note = `Arrays that are no columns of numbers were left out: ${listed(left)}.`;
  return { ...table, notes: [note, ...(table.notes ?? [])] };
}

interface Part {
  readonly array: NpyElements;
  readonly rows: number;
  readonly width: number;
  readonly names: readonly string[];
}

function sizesOf({ shape }: NpyElements, format: string): { rows: number; width: number } {
  const [rows, width = 1] = shape;
  if (!rows || !width || shape.length > 2) {
    const message = `shape (${shape.join(', ')}) is no table; it needs one or two dimensions and at least one row`;
    throw new FileFormatError(format, { offset: 0 }, message);
  }
  if (width > MAX_COLUMNS) {
    throw new FileFormatError(format, { offset: 0 }, `${width} columns; at most ${MAX_COLUMNS} are read`);
  }
  return { rows, width };
}

async function arraysTable(format: string, parts: readonly Part[], options: TableOptions): Promise<Table> {
  const places = new Map<string, { readonly part: Part; readonly column: number }>();
  for (const part of parts) {
    for (const [column, name] of part.names.entries()) {
      if (places.has(name)) throw new FileFormatError(format, { path: name }, 'two columns have this name');
      places.set(name, { part, column });
    }
  }
  if (places.size > MAX_COLUMNS) {
    throw new FileFormatError(
      format,
      { offset: 0 },
      `${places.size} columns; at most ${MAX_COLUMNS} are read`,
    );
  }
  const names = options.columns ?? [...places.keys()];
  const { onFault = 'throw' } = options;
  const collector = new Collector(names, { format, onFault, convention: conventionOf(options) });
  const pauses: Pauses = createPauses(options.signal);
  const rows = parts[0]?.rows ?? 0;
  for (const [k, name] of names.entries()) {
    const found = places.get(name);
    if (!found)
      throw new OptionError(`there is no column '${name}'; the columns are ${listed([...places.keys()])}`);
    const { part, column } = found;
    const { array, width } = part;
    const target = collector.column(k);
    for (let row = 0; row < rows; row++) {
      target.addNumber(array.at(array.fortran ? column * rows + row : row * width + column), row + 1);
      if (row % PIECE === PIECE - 1) await pauses.turn();
    }
    await pauses.turn();
  }
  for (let row = 0; row < rows; row++) collector.endRow();
  return collector.take(false);
}
