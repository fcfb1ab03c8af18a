/** A table from whatever holds one, told apart by its beginning unless it is named. */

import { checkSize } from '../model/description.ts';
import { checkArguments } from '../options/check.ts';
import { such } from '../options/kinds.ts';
import { npyTable, npzTable } from './array-tables.ts';
import { numberText } from './csv.ts';
import { inflated, isGzip } from './inflate.ts';
import { readJson } from './json-rows.ts';
import { isNpy } from './npy.ts';
import { bytesOf, peek, type Source } from './source.ts';
import type { Table } from './table.ts';
import { checkTableOptions, type TableFormat, type TableOptions } from './table-options.ts';
import { readText, type TableRecords, textBatches } from './text-table.ts';
import { isZip } from './zip.ts';

/** Bytes, or characters, that tell the format. */
const START = 256;

/**
 * Reads all of `source`: text of any layout, JSON, JSON lines, `.npy` or `.npz`, each also compressed by gzip. A column that
 * holds no number at all is left out unless `columns` names it. What was found out, and is not plain numbers under names, stands
 * in the table's `notes`. Throws FileFormatError with the place, OptionError for an unknown option or column, and the signal's
 * reason once that is aborted.
 */
export async function readTable(source: Source, given: TableOptions = {}): Promise<Table> {
  const { whole, format, options } = await openTable(source, given);
  switch (format) {
    case 'npy':
      return npyTable(await bytesOf(whole, format), options);
    case 'npz':
      return npzTable(await bytesOf(whole, format), options);
    case 'json':
    case 'jsonl':
      return readJson(whole, options);
    default:
      return readText(whole, options);
  }
}

/** How a table is to be read in parts. */
export interface TableBatchesOptions extends TableOptions {
  /** Rows of each part but the last. Default 4096. */
  rows?: number;
}

/** Checked in its parts. */
const anyOptions = such<TableBatchesOptions>(
  'an object of options',
  (value) => typeof value === 'object' && value !== null,
);

/**
 * Reads `source` in tables of `rows` rows (default 4096), the last one of fewer. Of text, no more is in memory than one of
 * them takes, however long the file; other formats are read whole. Every column must hold numbers; name those that do in
 * `columns`.
 */
export async function* tableBatches(
  source: Source,
  batches: TableBatchesOptions = {},
): AsyncGenerator<Table> {
  checkArguments('tableBatches()', { batches }, { batches: anyOptions });
  const { rows = 4096, ...given } = batches;
  checkSize('rows', rows);
  const { whole, format, options } = await openTable(source, given);
  if (isText(format)) {
    // Rows are dropped batch by batch, which the text beside them would not be.
    for await (const { table } of textBatches(whole, rows, options as Parameters<typeof textBatches>[2])) {
      if (table.rows > 0) yield table;
    }
  } else {
    const table = await readTable(whole, { ...options, format });
    for (let from = 0; from < table.rows; from += rows) yield slice(table, from, from + rows);
  }
}

/** As `tableBatches`, with the text of all cells beside the numbers. Faults are thrown, or kept as NaN. */
export async function* tableRecords(
  source: Source,
  { rows, ...given }: Omit<TableOptions, 'onFault'> & { onFault?: 'throw' | 'keep'; rows: number },
): AsyncGenerator<TableRecords> {
  checkSize('rows', rows);
  const { whole, format, options } = await openTable(source, given);
  if (isText(format)) {
    yield* textBatches(whole, rows, options);
    return;
  }
  const bytes = await bytesOf(whole, format);
  const { columns: _, ...every } = options;
  const all = await readTable(bytes, { ...every, format, onFault: 'keep' });
  const chosen = await readTable(bytes, { ...options, format });
  for (let from = 0; from < all.rows; from += rows) {
    const { names, columns, rows: count } = slice(all, from, from + rows);
    const records = Array.from({ length: count }, (_, row) =>
      columns.map((column) => numberText(column[row] as number)),
    );
    yield { table: slice(chosen, from, from + rows), records, names, delimiter: ',', decimal: '.' };
  }
}

const isText = (format: TableFormat): boolean => !['json', 'jsonl', 'npy', 'npz'].includes(format);

const slice = ({ names, columns, rows, ...facts }: Table, from: number, until: number): Table => ({
  ...facts,
  names,
  columns: columns.map((column) => column.slice(from, until)),
  rows: Math.min(until, rows) - from,
});

/** Unpacks what is compressed, and finds the format. */
async function openTable<O extends TableOptions>(source: Source, given: O) {
  const options = checkTableOptions(given);
  options.signal?.throwIfAborted();
  const packed = await peek(source, START);
  if (typeof packed.start === 'string' || !isGzip(packed.start)) {
    return { options, whole: packed.whole, format: options.format ?? tableFormat(packed.start) };
  }
  const { start, whole } = await peek(inflated(packed.whole, 'gzip', 'gzip'), START);
  return { options, whole, format: options.format ?? tableFormat(start) };
}

const startKind = such<Uint8Array | string>(
  'a text or a Uint8Array',
  (value) => typeof value === 'string' || value instanceof Uint8Array,
);

/** What a file is, by its first bytes or characters: 256 are enough. Text that is no JSON counts as `csv`. */
export function tableFormat(start: Uint8Array | string): TableFormat {
  checkArguments('tableFormat()', { start }, { start: startKind });
  if (typeof start !== 'string') {
    if (isNpy(start)) return 'npy';
    if (isZip(start)) return 'npz';
  }
  const text = (typeof start === 'string' ? start : new TextDecoder().decode(start)).replace(/^\ufeff/, '');
  return looksLikeJson(text) ? 'json' : 'csv';
}

/** What follows a bracket in JSON; a header may begin with one as well. */
const OBJECT = /^\s*\{\s*(?:"|\}|$)/;
const ARRAY = /^\s*\[\s*(?:[[{"\]]|-?[0-9]|(?:true|false|null|NaN)\b|$)/;
/** A cell in brackets or braces, and a delimiter behind it: `[1],[2]` is a header, `["a"],…` too. */
const CELL = /^\s*(?:\[[^[\]{}"\n]*\]|\{[^[\]{}:\n]*\})[ \t]*[,;|\t]/;

const looksLikeJson = (text: string): boolean => (OBJECT.test(text) || ARRAY.test(text)) && !CELL.test(text);
