/** CSV and TSV as tables: all at once, or in batches of rows and bounded memory. */

import { DataError, FileFormatError, OptionError } from '../errors.ts';
import { checkSize } from '../model/description.ts';
import { type OnFault, readCell } from './cells.ts';
import { Collector } from './collect.ts';
import { FORMAT, type RecordOptions, recordsOf } from './records.ts';
import type { Source } from './source.ts';
import { defaultNames, listed, type Table } from './table.ts';

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
  let collector: Collector | undefined;
  for await (const { add, start } of rowsIn(source, options)) {
    collector ??= start();
    add?.(collector);
  }
  if (!collector || collector.rows === 0)
    throw new FileFormatError(FORMAT, { offset: 0 }, 'there are no rows of numbers');
  return collector.take(options.columns === undefined);
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
  let collector: Collector | undefined;
  for await (const { add, start } of rowsIn(source, options)) {
    collector ??= start();
    add?.(collector);
    if (collector.rows === rows) yield collector.take(false);
  }
  if (collector && collector.rows > 0) yield collector.take(false);
}

interface Row {
  readonly start: () => Collector;
  /** Missing for the line of names. */
  readonly add?: (collector: Collector) => void;
}

async function* rowsIn(source: Source, options: CsvOptions): AsyncGenerator<Row> {
  checkOptions(options);
  const comma = options.decimal === ',';
  let names: readonly string[] | undefined;
  let places: readonly number[] = [];
  const start = () => {
    const wanted = options.columns ?? (names as readonly string[]);
    return new Collector(FORMAT, wanted, options.onFault ?? 'throw');
  };
  let row = 0;
  for await (const record of recordsOf(source, options)) {
    if (!names) {
      const isHeader = options.header ?? record.some((text) => readCell(text, comma) === 'not a number');
      names = isHeader ? namesIn(record) : defaultNames(record.length);
      if (names.length > MAX_COLUMNS) {
        throw new FileFormatError(
          FORMAT,
          { offset: 0 },
          `${names.length} columns; at most ${MAX_COLUMNS} are read`,
        );
      }
      places = placesOf(names, options.columns);
      if (isHeader) {
        yield { start };
        continue;
      }
    }
    row += 1;
    if (record.length !== names.length) {
      const message = `has ${record.length} cells; there are ${names.length} columns`;
      throw new FileFormatError(FORMAT, { row }, message);
    }
    const cell = (k: number) => {
      const text = record[places[k] as number] as string;
      return { value: readCell(text, comma), text };
    };
    yield { start, add: (collector) => collector.add(cell) };
  }
}

function namesIn(record: readonly string[]): string[] {
  const names = record.map((text, k) => text.trim() || `column${k + 1}`);
  const seen = new Set<string>();
  for (const [k, name] of names.entries()) {
    if (seen.has(name)) {
      throw new FileFormatError(FORMAT, { column: k + 1 }, `a second column is called '${name}'; rename one`);
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
  const quoted = (text: string): string =>
    /["\n\r]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text;
  if (header) yield `${names.map(quoted).join(delimiter)}\n`;
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
