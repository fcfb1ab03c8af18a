/** A table from whatever holds one: CSV, TSV, JSON rows or .npy, told apart by their first bytes unless named. */

import { FileFormatError, OptionError } from '../errors.ts';
import type { Cell } from './cells.ts';
import { Collector } from './collect.ts';
import { type CsvOptions, readCsv } from './csv.ts';
import { readJsonRows } from './json-rows.ts';
import { isNpy, readNpy } from './npy.ts';
import { bytesOf, type Source } from './source.ts';
import { columnOf, makeTable, type Table, tableOfMatrix } from './table.ts';

export type TableFormat = 'csv' | 'tsv' | 'json' | 'npy';

export interface TableOptions extends CsvOptions {
  /** Default: 'npy' where the bytes begin as one, 'json' where the first character is [ or {, else 'csv'. */
  format?: TableFormat;
}

/** Reads all of `source`. Throws FileFormatError with the position, OptionError for an unknown column. */
export async function readTable(source: Source, options: TableOptions = {}): Promise<Table> {
  const { format, ...csv } = options;
  const bytes = await bytesOf(source, 'table');
  switch (format ?? tableFormat(bytes)) {
    case 'npy':
      return npyTable(bytes, options);
    case 'json':
      return readJsonRows(bytes, options);
    case 'tsv':
      return readCsv(bytes, { delimiter: '\t', ...csv });
    case 'csv':
      return readCsv(bytes, csv);
    default:
      throw new OptionError(`format is ${String(format)}; it must be 'csv', 'tsv', 'json' or 'npy'`);
  }
}

/** What a file is, by its first 64 bytes. */
export function tableFormat(bytes: Uint8Array): TableFormat {
  if (isNpy(bytes)) return 'npy';
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  return start.startsWith('[') || start.startsWith('{') ? 'json' : 'csv';
}

/** A .npy of one or two dimensions: rows are the first. Columns are x0, x1, … */
function npyTable(bytes: Uint8Array, { columns, onFault }: TableOptions): Table {
  const { shape, data } = readNpy(bytes);
  const [rows, width = 1] = shape;
  if (!rows || !width || shape.length > 2) {
    const message = `shape (${shape.join(', ')}) is no table; it needs one or two dimensions and at least one row`;
    throw new FileFormatError('npy', { offset: 0 }, message);
  }
  const all = tableOfMatrix(data, width);
  const names = columns ?? all.names;
  const chosen = makeTable(
    names,
    names.map((name) => columnOf(all, name)),
  );
  return withoutFaults(chosen, onFault ?? 'throw');
}

/** The same treatment of NaN and infinity that text gets. */
function withoutFaults(table: Table, onFault: NonNullable<CsvOptions['onFault']>): Table {
  const collector = new Collector('npy', table.names, onFault);
  for (let row = 0; row < table.rows; row++) {
    const value = (k: number) => table.columns[k]?.[row] as number;
    collector.add(
      (k) => cellOf(value(k)),
      (k) => String(value(k)),
    );
  }
  return collector.take(false);
}

function cellOf(value: number): Cell {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'missing' : 'not a number';
}
