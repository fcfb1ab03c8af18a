/** CSV and TSV as tables: all at once, or in batches of rows and bounded memory. */

import { DataError, FileFormatError, OptionError } from '../errors.ts';
import { checkSize } from '../model/description.ts';
import { type OnFault, readCell } from './cells.ts';
import { Collector } from './collect.ts';
import { FORMAT, type RecordOptions, recordsOf } from './records.ts';
import type { Source } from './source.ts';
import { defaultNames, listed, shortName, type Table } from './table.ts';

export interface CsvOptions extends RecordOptions {
  /** Whether the first line has names. Default: it has if any of its cells is neither a number nor missing. */
  header?: boolean;
  /** Columns to read, in this order; others may hold anything. Default: all. */
  columns?: readonly string[];
  /** What becomes of rows with missing cells and words; see `OnFault`. Default 'throw'. */
  onFault?: OnFault;
}

/** More columns than spreadsheets have. */
const MAX_COLUMNS = 16_384;

/**
 * Reads all of `source`. A column that has words and no number at all is left out unless `columns` names it; `Table.text`
 * lists those. Throws FileFormatError with row and column, OptionError for an unknown column.
 */
export async function readCsv(source: Source, options: CsvOptions = {}): Promise<Table> {
  const reader = new RowReader(options);
  for await (const records of recordsOf(source, options)) for (const record of records) reader.read(record);
  if (!reader.collector || reader.collector.rows === 0) {
    throw new FileFormatError(FORMAT, { offset: 0 }, 'there are no rows of numbers');
  }
  return reader.collector.take(options.columns === undefined);
}

/**
 * Reads `source` in tables of `rows` rows, the last one of fewer: as much memory as one of them takes, however long the
 * file. Every column must hold numbers; name those that do in `columns`.
 */
export async function* csvBatches(
  source: Source,
  { rows = 4096, ...options }: CsvOptions & { rows?: number } = {},
): AsyncGenerator<Table> {
  checkSize('rows', rows);
  const reader = new RowReader(options);
  for await (const records of recordsOf(source, options)) {
    for (const record of records) {
      reader.read(record);
      if (reader.collector?.rows === rows) yield reader.collector.take(false);
    }
  }
  if (reader.collector && reader.collector.rows > 0) yield reader.collector.take(false);
}

/** Rows of a file as numbers, and as the text they stood there as. */
export interface CsvRecords {
  /** The columns that were asked for. */
  readonly table: Table;
  /** Every cell of every row of the table. */
  readonly records: readonly (readonly string[])[];
  /** Names of all columns of the file. */
  readonly names: readonly string[];
  readonly delimiter: string;
}

/** As `csvBatches`, with the text of all cells beside the numbers. With `onFault: 'drop'` the two would not fit. */
export async function* csvRecords(
  source: Source,
  {
    rows = 4096,
    ...options
  }: Omit<CsvOptions, 'onFault'> & { rows?: number; onFault?: 'throw' | 'keep' } = {},
): AsyncGenerator<CsvRecords> {
  checkSize('rows', rows);
  const reader = new RowReader(options);
  let delimiter = ',';
  let records: (readonly string[])[] = [];
  const take = (collector: Collector): CsvRecords => {
    const batch = { table: collector.take(false), records, names: reader.names, delimiter };
    records = [];
    return batch;
  };
  const parts = recordsOf(source, options, (found) => {
    delimiter = found;
  });
  for await (const part of parts) {
    for (const record of part) {
      const before = reader.collector?.rows ?? 0;
      reader.read(record);
      if ((reader.collector?.rows ?? 0) > before) records.push(record);
      if (reader.collector?.rows === rows) yield take(reader.collector);
    }
  }
  if (reader.collector && reader.collector.rows > 0) yield take(reader.collector);
}

/** Puts records into a collector; the first tells the names and the number of columns. */
class RowReader {
  readonly #options: CsvOptions;
  readonly #comma: boolean;
  names: readonly string[] = [];
  #places: readonly number[] = [];
  #row = 0;
  collector: Collector | undefined;

  constructor(options: CsvOptions) {
    checkOptions(options);
    this.#options = options;
    this.#comma = options.decimal === ',';
  }

  read(record: readonly string[]): void {
    const collector = this.collector ?? this.#begin(record);
    if (!this.collector) {
      this.collector = collector;
      if (this.#isHeader(record)) return;
    }
    this.#row += 1;
    if (record.length !== this.names.length) {
      const message = `has ${record.length} cells; there are ${this.names.length} columns`;
      throw new FileFormatError(FORMAT, { row: this.#row }, message);
    }
    const text = (k: number) => record[this.#places[k] as number] as string;
    collector.add((k) => readCell(text(k), this.#comma), text);
  }

  #isHeader(record: readonly string[]): boolean {
    return this.#options.header ?? record.some((text) => readCell(text, this.#comma) === 'not a number');
  }

  #begin(record: readonly string[]): Collector {
    if (record.length > MAX_COLUMNS) {
      const message = `${record.length} columns; at most ${MAX_COLUMNS} are read`;
      throw new FileFormatError(FORMAT, { offset: 0 }, message);
    }
    const names = this.#isHeader(record) ? namesIn(record) : defaultNames(record.length);
    this.names = names;
    this.#places = placesOf(names, this.#options.columns);
    return new Collector(FORMAT, this.#options.columns ?? names, this.#options.onFault ?? 'throw');
  }
}

function namesIn(record: readonly string[]): string[] {
  const names = record.map((text, k) => text.trim() || `column${k + 1}`);
  const seen = new Set<string>();
  for (const [k, name] of names.entries()) {
    if (seen.has(name)) {
      throw new FileFormatError(
        FORMAT,
        { column: k + 1 },
        `a second column is called '${shortName(name)}'; rename one`,
      );
    }
    seen.add(name);
  }
  return names;
}

function placesOf(names: readonly string[], wanted = names): number[] {
  const places = new Map(names.map((name, k) => [name, k]));
  return wanted.map((name) => {
    const place = places.get(name);
    if (place === undefined) {
      throw new OptionError(`there is no column '${name}'; the columns are ${listed(names)}`);
    }
    return place;
  });
}

function checkOptions({ delimiter, decimal, onFault }: CsvOptions): void {
  if (delimiter !== undefined && (delimiter.length !== 1 || /["\n\r\ufeff]/.test(delimiter))) {
    throw new OptionError(
      `delimiter is ${JSON.stringify(delimiter)}; it must be one character, no quotation mark`,
    );
  }
  if (decimal !== undefined && decimal !== '.' && decimal !== ',') {
    throw new OptionError(`decimal is ${JSON.stringify(decimal)}; it must be '.' or ','`);
  }
  if (decimal !== undefined && decimal === delimiter) {
    throw new OptionError(`delimiter and decimal are both ${JSON.stringify(decimal)}; they must differ`);
  }
  if (onFault !== undefined && !['throw', 'drop', 'keep'].includes(onFault)) {
    throw new OptionError(`onFault is ${JSON.stringify(onFault)}; it must be 'throw', 'drop' or 'keep'`);
  }
}

export interface CsvWriteOptions {
  /** Default ','. */
  delimiter?: string;
  /** Default '.'. */
  decimal?: '.' | ',';
}

/** Cells of a line; those that need quotation marks get them. */
export function csvCells(cells: readonly string[], delimiter: string): string {
  let line = '';
  for (let k = 0; k < cells.length; k++) {
    const text = cells[k] as string;
    if (k > 0) line += delimiter;
    line +=
      text.includes(delimiter) || text.includes('"') || text.includes('\n') || text.includes('\r')
        ? `"${text.replaceAll('"', '""')}"`
        : text;
  }
  return line;
}

/** Writes `table`, names first, with the fewest digits that give the same float64 again; NaN is an empty cell. */
export function writeCsv(table: Table, options: CsvWriteOptions = {}): string {
  return [...csvLines(table, options)].join('');
}

/** The lines of `writeCsv`, for streams; without `header` only the rows, for every batch after the first. */
export function* csvLines(
  { names, columns, rows }: Table,
  { delimiter = ',', decimal = '.', header = true }: CsvWriteOptions & { header?: boolean } = {},
): Generator<string> {
  checkOptions({ delimiter, decimal });
  if (header) yield `${csvCells(names, delimiter)}\n`;
  for (let row = 0; row < rows; row++) {
    const cells = columns.map((column) => {
      const value = column[row] as number;
      if (!Number.isFinite(value) && !Number.isNaN(value)) {
        throw new DataError(`row ${row}: ${value} cannot be written as a number`);
      }
      return Number.isNaN(value) ? '' : String(Object.is(value, -0) ? '-0' : value).replace('.', decimal);
    });
    yield `${cells.join(delimiter)}\n`;
  }
}
