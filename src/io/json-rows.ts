/** JSON as a table: an array of objects with equal names, or an array of arrays of equal length. */

import { FileFormatError, OptionError } from '../errors.ts';
import type { Cell, OnFault } from './cells.ts';
import { Collector } from './collect.ts';
import { isObject, type Json, parseJson } from './json.ts';
import type { Source } from './source.ts';
import { defaultNames, listed, type Table } from './table.ts';
import { wholeText } from './text.ts';

export interface JsonRowsOptions {
  /** Columns to read, in this order; others may hold anything. Default: all. */
  columns?: readonly string[];
  /** What becomes of rows with a null, a missing name or something else than a number; see `OnFault`. Default 'throw'. */
  onFault?: OnFault;
}

const FORMAT = 'JSON';
const MAX_COLUMNS = 16_384;

/**
 * Reads all of `source`. Columns of objects are in the order in which their names first appear; those of arrays are x0,
 * x1, … A column without any number is left out, as in CSV. Throws FileFormatError with an offset, or row and column.
 */
export async function readJsonRows(source: Source, options: JsonRowsOptions = {}): Promise<Table> {
  const rows = parseJson(await wholeText(source, FORMAT));
  if (!Array.isArray(rows)) throw new FileFormatError(FORMAT, { offset: 0 }, 'expected an array of rows');
  if (rows.length === 0) throw new FileFormatError(FORMAT, { offset: 0 }, 'there are no rows');
  const { names, valueAt } = layoutOf(rows);
  const wanted = options.columns ?? names;
  const places = wanted.map((name) => names.indexOf(name));
  const unknown = wanted.find((_, k) => places[k] === -1);
  if (unknown !== undefined) {
    throw new OptionError(`there is no column '${unknown}'; the columns are ${listed(names)}`);
  }
  const collector = new Collector(FORMAT, wanted, options.onFault ?? 'throw');
  for (const row of rows) {
    const value = (k: number) => valueAt(row, wanted[k] as string, places[k] as number);
    collector.add(
      (k) => cellOf(value(k)),
      (k) => shown(value(k)),
    );
  }
  return collector.take(options.columns === undefined);
}

type ValueAt = (row: Json, name: string, place: number) => Json | undefined;

function layoutOf(rows: readonly Json[]): { names: string[]; valueAt: ValueAt } {
  const [first] = rows as [Json];
  if (Array.isArray(first)) {
    for (const [index, row] of rows.entries()) {
      if (!Array.isArray(row) || row.length !== first.length) {
        const found = Array.isArray(row) ? `an array of ${row.length}` : shown(row);
        const message = `expected an array of ${first.length} as in the first row, found ${found}`;
        throw new FileFormatError(FORMAT, { row: index + 1 }, message);
      }
    }
    checkCount(first.length);
    return {
      names: defaultNames(first.length),
      valueAt: (row, _name, place) => (row as Json[])[place],
    };
  }
  const names = new Set<string>();
  for (const [index, row] of rows.entries()) {
    if (!isObject(row)) {
      const message = `expected an object${index > 0 ? '' : ' or an array'}, found ${shown(row)}`;
      throw new FileFormatError(FORMAT, { row: index + 1 }, message);
    }
    for (const name of Object.keys(row)) names.add(name);
    checkCount(names.size);
  }
  return { names: [...names], valueAt: (row, name) => (isObject(row) ? row[name] : undefined) };
}

function checkCount(columns: number): void {
  if (columns > MAX_COLUMNS) {
    throw new FileFormatError(FORMAT, { offset: 0 }, `${columns} columns; at most ${MAX_COLUMNS} are read`);
  }
}

function cellOf(value: Json | undefined): Cell {
  if (value === undefined || value === null) return 'missing';
  return typeof value === 'number' && Number.isFinite(value) ? value : 'not a number';
}

/** A value for a message; of arrays and objects only what they are. */
function shown(value: Json | undefined): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return 'an array';
  if (isObject(value)) return 'an object';
  return JSON.stringify(value).slice(0, 40);
}
