/**
 * JSON as a table: an array of objects with equal names or of arrays of equal length, or one such row on each line (JSON
 * lines). Rows go into columns one after the other, so that a file takes little more memory than its text and its numbers.
 */

import { FileFormatError, OptionError } from '../errors.ts';
import { createPauses } from '../pauses.ts';
import { Collector } from './collect.ts';
import type { Column } from './column.ts';
import { isObject, type Json, JsonReader } from './json.ts';
import type { Source } from './source.ts';
import { defaultNames, listed, shortName, type Table } from './table.ts';
import { conventionOf, type TableOptions } from './table-options.ts';
import { wholeText } from './text.ts';

const FORMAT = 'JSON';
const MAX_COLUMNS = 16_384;
/** Cells of a table that a short text may have; of a longer one, as many as it has characters. */
const FEW_CELLS = 1e6;

/**
 * Reads all of `source`. Columns of objects are in the order in which their names first appear; those of arrays are x0,
 * x1, … A column without any number is left out, as in CSV, and texts are read as the cells of CSV are. NaN, which Python
 * writes, is missing. Throws FileFormatError with an offset, or row and column.
 */
export async function readJson(source: Source, options: TableOptions): Promise<Table> {
  const text = await wholeText(source, FORMAT, { encoding: options.encoding });
  const reader = new JsonReader(text, { nonFinite: true, bigints: true });
  const rows = new JsonRows(options, text.length);
  const pauses = createPauses(options.signal);
  const take = async (row: Json): Promise<void> => {
    rows.add(row);
    if (pauses.due) await pauses.turn();
  };
  if (options.format === 'jsonl' || isLines(reader)) {
    const first = reader.value();
    if (reader.atEnd() && isObject(first) && Object.values(first).every((value) => Array.isArray(value))) {
      return columnsTable(first as Readonly<Record<string, Json[]>>, options, text.length);
    }
    await take(first);
    while (!reader.atEnd()) await take(reader.value());
  } else {
    if (!reader.take('[')) {
      throw new FileFormatError(FORMAT, { offset: 0 }, 'expected an array of rows');
    }
    if (!reader.take(']')) {
      do await take(reader.value(1));
      while (reader.take(','));
      reader.expect(']', "',' or ']'");
    }
    if (!reader.atEnd()) reader.fail(`expected the end, found ${reader.found()}`);
  }
  return rows.table();
}

/** Whether a second value follows the first on another line: not so where the first is an array of rows. */
function isLines(reader: JsonReader): boolean {
  const next = reader.peek();
  if (next === '{') return true;
  return (
    next === '[' &&
    reader.ahead((inner) => {
      inner.take('[');
      const first = inner.peek();
      return first !== '[' && first !== '{' && first !== ']' && hasLineOfValues(inner);
    })
  );
}

/** Whether a `]` ends the values, behind which another `[` begins. */
function hasLineOfValues(inner: JsonReader): boolean {
  do inner.value(1);
  while (inner.take(','));
  return inner.take(']') && inner.peek() === '[';
}

/** One object with a list for each column. */
async function columnsTable(
  columns: Readonly<Record<string, readonly Json[]>>,
  options: TableOptions,
  characters: number,
): Promise<Table> {
  const names = Object.keys(columns);
  const length = columns[names[0] ?? '']?.length ?? 0;
  const uneven = names.find((name) => columns[name]?.length !== length);
  if (uneven !== undefined) {
    const message = `this list has ${columns[uneven]?.length} values; the first has ${length}`;
    throw new FileFormatError(FORMAT, { path: shortName(uneven) }, message);
  }
  const rows = new JsonRows(options, characters);
  const pauses = createPauses(options.signal);
  for (let row = 0; row < length; row++) {
    const cells: Record<string, Json> = Object.create(null);
    for (const name of names) cells[name] = columns[name]?.[row] as Json;
    rows.add(cells);
    if (pauses.due) await pauses.turn();
  }
  return rows.table();
}

class JsonRows {
  readonly #options: TableOptions;
  readonly #collector: Collector;
  /** Places of the columns by name; those of arrays are x0, x1, … */
  readonly #places = new Map<string, number>();
  readonly #seen = new Set<string>();
  #kind: 'arrays' | 'objects' | undefined;
  #width = 0;
  /** Places of the values of an array; −1 for one that is not wanted. */
  #arrayPlaces: readonly number[] = [];
  #row = 0;

  readonly #most: number;

  constructor(options: TableOptions, characters: number) {
    this.#options = options;
    this.#most = Math.max(FEW_CELLS, characters);
    const { columns = [], onFault = 'throw' } = options;
    this.#collector = new Collector(columns, { format: FORMAT, onFault, convention: conventionOf(options) });
    for (const [place, name] of columns.entries()) this.#places.set(name, place);
  }

  add(row: Json): void {
    this.#row += 1;
    const kind = Array.isArray(row) ? 'arrays' : isObject(row) ? 'objects' : undefined;
    if (kind === undefined || (this.#kind !== undefined && kind !== this.#kind)) {
      const wanted = { arrays: 'an array', objects: 'an object', none: 'an object or an array' };
      this.#refuse(`expected ${wanted[this.#kind ?? 'none']}, found ${shown(row)}`);
    }
    const isFirst = this.#kind === undefined;
    this.#kind = kind;
    if (Array.isArray(row)) this.#addArray(row, isFirst);
    else if (isObject(row)) this.#addObject(row);
    const cells = this.#row * this.#places.size;
    // Each cell that is there takes a few characters.
    if (cells > this.#most) {
      this.#refuse(
        `${this.#places.size} columns from here on, most of them without a value in most rows; name those that are needed`,
      );
    }
    this.#collector.endRow();
  }

  table(): Table {
    if (this.#row === 0) throw new FileFormatError(FORMAT, { offset: 0 }, 'there are no rows');
    const { columns } = this.#options;
    const unknown = columns?.find((name) => !this.#seen.has(name));
    if (unknown !== undefined) {
      throw new OptionError(`there is no column '${unknown}'; the columns are ${listed([...this.#seen])}`);
    }
    return this.#collector.take(columns === undefined);
  }

  #addArray(row: readonly Json[], isFirst: boolean): void {
    if (isFirst) {
      this.#width = row.length;
      this.#checkCount(row.length);
      const names = defaultNames(row.length);
      for (const name of names) this.#place(name);
      this.#arrayPlaces = names.map((name) => this.#places.get(name) ?? -1);
    }
    if (row.length !== this.#width) {
      this.#refuse(
        `expected an array of ${this.#width} as in the first row, found an array of ${row.length}`,
      );
    }
    for (let k = 0; k < row.length; k++) {
      const place = this.#arrayPlaces[k] as number;
      if (place >= 0) this.#addCell(this.#collector.column(place), row[k]);
    }
  }

  #addObject(row: Readonly<Record<string, Json>>): void {
    for (const name of Object.keys(row)) if (!this.#seen.has(name)) this.#place(name);
    for (const [name, place] of this.#places) this.#addCell(this.#collector.column(place), row[name]);
  }

  /** Makes a place for a name that was not seen before, if it is wanted. */
  #place(name: string): void {
    this.#seen.add(name);
    if (this.#options.columns !== undefined) return;
    this.#checkCount(this.#seen.size);
    this.#places.set(name, this.#collector.addColumn(name));
  }

  #addCell(column: Column, value: Json | undefined): void {
    const row = this.#row;
    if (value === undefined || value === null) column.addFault('missing', '', row);
    else if (typeof value === 'number') column.addNumber(value, row);
    else if (typeof value === 'string' || typeof value === 'bigint') column.add(String(value), row);
    else column.addFault('not a number', shown(value), row);
  }

  #checkCount(columns: number): void {
    if (columns > MAX_COLUMNS) this.#refuse(`${columns} columns; at most ${MAX_COLUMNS} are read`);
  }

  #refuse(message: string): never {
    throw new FileFormatError(FORMAT, { row: this.#row }, message);
  }
}

/** A value for a message; of arrays and objects only what they are. */
function shown(value: Json): string {
  if (Array.isArray(value)) return 'an array';
  if (isObject(value)) return 'an object';
  return (typeof value === 'string' ? JSON.stringify(value) : String(value)).slice(0, 40);
}
