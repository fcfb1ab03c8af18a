/** Tables of text: CSV and its like, aligned columns, Markdown. All at once, or in batches of rows and bounded memory. */

import { FileFormatError, OptionError } from '../errors.ts';
import { createPauses } from '../pauses.ts';
import { Collector } from './collect.ts';
import type { Column } from './column.ts';
import { HEAD, type Head, readHead } from './head.ts';
import { FORMAT, openRecords } from './records.ts';
import type { Source } from './source.ts';
import { listed, type Table } from './table.ts';
import { conventionOf, type TableOptions } from './table-options.ts';

/** Rows of a file as numbers, and as the text they stood there as. */
export interface TableRecords {
  /** The columns that were asked for. */
  readonly table: Table;
  /** Every cell of every row of the table, one per name. */
  readonly records: readonly (readonly string[])[];
  /** Names of all columns of the file. */
  readonly names: readonly string[];
  /** Between cells, as far as CSV can have it. */
  readonly delimiter: string;
  readonly decimal: '.' | ',';
}

/** Reads all of it. Throws FileFormatError with row and column, OptionError for an unknown column. */
export async function readText(source: Source, options: TableOptions): Promise<Table> {
  const reader = new RowReader(options);
  for await (const part of partsIn(source, options, reader)) for (const record of part) reader.read(record);
  if (!reader.collector || reader.collector.rows === 0) throw noRows();
  const table = reader.collector.take(options.columns === undefined);
  const notes = [...reader.notes, ...(table.notes ?? [])];
  const units = unitsOf(table.names, reader.head);
  return { ...table, ...(units && { units }), ...(notes.length > 0 && { notes }) };
}

function unitsOf(names: readonly string[], head: Head | undefined): readonly string[] | undefined {
  const { units, names: all = [] } = head ?? {};
  if (!units) return undefined;
  const places = new Map(all.map((name, k) => [name, k]));
  return names.map((name) => units[places.get(name) ?? -1] ?? '');
}

/** Reads it `rows` rows at a time, with the text of all cells beside the numbers. Faults are thrown, or kept as NaN. */
export async function* textBatches(
  source: Source,
  rows: number,
  options: TableOptions & { readonly onFault?: 'throw' | 'keep' },
): AsyncGenerator<TableRecords> {
  let records: (readonly string[])[] = [];
  const reader = new RowReader(options, (record) => records.push(record));
  const take = (collector: Collector): TableRecords => {
    const table = collector.take(false);
    const { names = [] } = reader.head ?? {};
    const batch = { table, records, names, delimiter: reader.delimiter, decimal: collector.decimal ?? '.' };
    records = [];
    return batch as TableRecords;
  };
  for await (const part of partsIn(source, options, reader)) {
    for (const record of part) {
      reader.read(record);
      if (reader.collector && reader.collector.rows >= rows) yield take(reader.collector);
    }
  }
  if (reader.collector && reader.collector.rows > 0) yield take(reader.collector);
  else if (!reader.collector || reader.collector.nextRow === 1) throw noRows();
}

const noRows = () => new FileFormatError(FORMAT, { offset: 0 }, 'there are no rows of numbers');

const kinds = { csv: 'delimited', tsv: 'delimited', whitespace: 'whitespace', markdown: 'markdown' } as const;

/** The rows of the file, those of a part of the text at a time; `reader` is told what comes before them. */
async function* partsIn(
  source: Source,
  options: TableOptions,
  reader: RowReader,
): AsyncGenerator<readonly (readonly string[])[]> {
  const { format, signal } = options;
  const { layout, records } = await openRecords(source, {
    ...options,
    kind: options.delimiter === ' ' ? 'whitespace' : kinds[format as keyof typeof kinds],
    delimiter: options.delimiter ?? (format === 'tsv' ? '\t' : undefined),
    decimal: conventionOf(options).decimal,
  });
  reader.delimiter = layout.delimiter;
  const pauses = createPauses(signal);
  let waiting: (readonly string[])[] | undefined = [];
  for await (const part of records) {
    await pauses.turn();
    if (!waiting) yield part;
    else {
      waiting.push(...part);
      if (waiting.length < HEAD) continue;
      yield waiting.slice(reader.begin(waiting, layout.names));
      waiting = undefined;
    }
  }
  if (waiting && waiting.length > 0) yield waiting.slice(reader.begin(waiting, layout.names));
  reader.end();
}

/** The last row may be the sum of those before it. */
const TOTAL =
  /^(?:grand |sub)?(?:totals?|sums?|summe|gesamt|gesamtsumme|somme|suma|totale|totaal|summa|итого|всего|合計|合计)\s*:?$/i;

function isTotal(cell: string): boolean {
  // Digits, signs and points, with which nearly all cells begin.
  const first = cell.charCodeAt(0);
  return !(first >= 43 && first <= 57) && TOTAL.test(cell.trim());
}

/** Puts records into a collector; the first ones tell the names and the number of columns. */
class RowReader {
  readonly #options: TableOptions;
  #places: readonly number[] = [];
  #columns: readonly Column[] = [];
  #row = 0;
  /** A row that is a total if none comes after it. */
  #total: readonly string[] | undefined;
  #totals = 0;
  head: Head | undefined;
  collector: Collector | undefined;
  delimiter = ',';
  notes: string[] = [];

  readonly #onRow: (cells: readonly string[]) => void;

  /** `onRow` is told every row that is in the collector. */
  constructor(options: TableOptions, onRow: (cells: readonly string[]) => void = () => {}) {
    this.#options = options;
    this.#onRow = onRow;
  }

  /** Takes the first records, and gives how many of them come before the rows. */
  begin(records: readonly (readonly string[])[], names: readonly string[] | undefined): number {
    const { header, columns, onFault = 'throw' } = this.#options;
    this.head = readHead(records, { header, names });
    this.notes = [...this.head.notes];
    this.#places = placesOf(this.head.names, columns);
    this.collector = new Collector(columns ?? this.head.names, {
      format: FORMAT,
      onFault,
      convention: conventionOf(this.#options),
      unnamed: this.head.unnamed,
    });
    const { collector } = this;
    this.#columns = this.#places.map((_, k) => collector.column(k));
    return this.head.skip;
  }

  /** Takes a row; one that may be a total waits for the next. */
  read(record: readonly string[]): void {
    const before = this.#total;
    this.#total = undefined;
    if (before) {
      this.#totals += 1;
      this.#add(before);
    }
    if (this.#totals === 0 && this.#row > 1 && record.some(isTotal)) {
      this.#total = record;
    } else this.#add(record);
  }

  end(): void {
    if (!this.#total) return;
    const cell = this.#total.find(isTotal) ?? '';
    this.notes.push(`The last row, ${JSON.stringify(cell.trim().slice(0, 40))}, was left out as a total.`);
  }

  #add(record: readonly string[]): void {
    const collector = this.collector as Collector;
    const { names } = this.head as Head;
    this.#row += 1;
    // A delimiter at the end of a line is no cell.
    const isLonger =
      record.length > names.length && record.slice(names.length).every((cell) => cell.trim() === '');
    const cells = isLonger ? record.slice(0, names.length) : record;
    if (cells.length !== names.length) {
      const message = `has ${record.length} cells; there are ${names.length} columns`;
      throw new FileFormatError(FORMAT, { row: this.#row }, message);
    }
    for (let k = 0; k < this.#places.length; k++) {
      (this.#columns[k] as Column).add(cells[this.#places[k] as number] as string, this.#row);
    }
    collector.endRow();
    this.#onRow(cells);
  }
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
