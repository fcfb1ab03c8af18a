/** Gathers rows of cells into a table, and what is missing or no number in them. */

import { FileFormatError } from '../errors.ts';
import { type CellFault, type CellFaults, describeFaults, type OnFault } from './cells.ts';
import { Column, type Convention, SHOWN } from './column.ts';
import { columnNotes, fileNotes, wordsNote } from './notes.ts';
import type { Decimal } from './numbers.ts';
import { isRowNumbers } from './row-numbers.ts';
import { listed, makeTable, shortName, type Table } from './table.ts';

/** Characters of the longest name, so that whatever is done with names is short. */
const LONGEST_NAME = 1000;

export interface CollectorOptions {
  readonly format: string;
  readonly onFault: OnFault;
  readonly convention: Convention;
  /** Names that were made up, since the file has none. */
  readonly unnamed?: ReadonlySet<string>;
}

export class Collector {
  readonly #options: CollectorOptions;
  #columns: Column[];
  /** Rows gathered, and how many went by before them. */
  #rows = 0;
  #before = 0;
  #decimal: Decimal | undefined;

  constructor(names: readonly string[], options: CollectorOptions) {
    this.#options = options;
    this.#columns = names.map((name) => this.#emptyColumn(name));
    this.#decimal = options.convention.decimal;
  }

  get rows(): number {
    return this.#rows;
  }

  /** The decimal sign that all columns have which need one, once a table was taken. */
  get decimal(): Decimal | undefined {
    return this.#decimal;
  }

  /** Number of the next row, from 1. */
  get nextRow(): number {
    return this.#before + this.#rows + 1;
  }

  /** Column `index`, to add one cell to for the next row. */
  column(index: number): Column {
    return this.#columns[index] as Column;
  }

  /** A column that no row before had. Gives its index. */
  addColumn(name: string): number {
    const column = this.#emptyColumn(name);
    for (let row = 0; row < this.#rows; row++) column.addFault('missing', '', this.#before + row + 1);
    return this.#columns.push(column) - 1;
  }

  /** Ends the row to which every column got a cell. */
  endRow(): void {
    this.#rows += 1;
  }

  #emptyColumn(name: string): Column {
    if (name.length > LONGEST_NAME) {
      const message = `the name of column ${shortName(name)} has ${name.length} characters; at most ${LONGEST_NAME} are read`;
      throw new FileFormatError(this.#options.format, { offset: 0 }, message);
    }
    return new Column(name, this.#options.format, this.#options.convention);
  }

  /**
   * The table of all rows since the last call. With `leaveOut`, columns without any number, and those of row numbers under
   * no name, are no part of it and no fault. Throws FileFormatError at the first fault if that is what faults are for.
   */
  take(leaveOut: boolean): Table {
    const { format, onFault, unnamed, convention } = this.#options;
    const isEmpty = (column: Column) => leaveOut && column.numbers === 0 && column.words === 0;
    const isText = (column: Column) => leaveOut && column.isText;
    const text = this.#columns.filter(isText);
    const filled = this.#columns.filter((column) => !isEmpty(column) && !isText(column));
    if (filled.length === 0) {
      const names = listed(this.#columns.map(({ name }) => name));
      throw new FileFormatError(format, { offset: 0 }, `no column holds a number; the columns are ${names}`);
    }
    this.#settle(filled);
    const numbering = filled.filter(
      ({ name, values }) => leaveOut && unnamed?.has(name) === true && isRowNumbers(values, this.#rows),
    );
    const kept = filled.filter((column) => numbering.length === filled.length || !numbering.includes(column));
    const whole = wholeRows(kept, this.#rows);
    const faults = faultsOf(kept, this.#rows - whole.length);
    if (faults && onFault === 'throw') {
      const { row, column } = faults.first[0] as CellFault;
      throw new FileFormatError(format, { row, column }, describeFaults(faults));
    }
    const drop = faults !== undefined && onFault === 'drop';
    const values = kept.map((column) =>
      drop ? Float64Array.from(whole, (row) => column.values[row] as number) : column.taken(),
    );
    const notes = [
      ...fileNotes(kept, convention),
      ...kept.flatMap((column) => columnNotes(column)),
      ...text.flatMap((column) => wordsNote(column)),
      ...this.#columns
        .filter((column) => isEmpty(column) && unnamed?.has(column.name) !== true)
        .map(({ name }) => `'${name}' is empty and was left out.`),
      ...(kept.length < filled.length
        ? [`The column without a name has the numbers of the rows and was left out.`]
        : []),
    ];
    this.#before += this.#rows;
    this.#rows = 0;
    for (const column of this.#columns) column.clear();
    return makeTable(
      kept.map(({ name }) => name),
      values,
      {
        ...(text.length > 0 && { text: text.map(({ name }) => name) }),
        ...(faults && { faults }),
        ...(notes.length > 0 && { notes }),
      },
    );
  }

  /** Columns whose decimal sign is open have that of the others. */
  #settle(columns: readonly Column[]): void {
    const signs = new Set(columns.flatMap(({ decimal }) => decimal ?? []));
    const [only] = signs;
    this.#decimal ??= signs.size === 1 ? only : undefined;
    for (const column of columns) column.settle(this.#decimal);
  }
}

/** Rows without NaN. */
function wholeRows(columns: readonly Column[], rows: number): number[] {
  const broken = columns.filter(({ faults }) => faults > 0);
  return Array.from({ length: rows }, (_, row) => row).filter((row) =>
    broken.every(({ values }) => !Number.isNaN(values[row])),
  );
}

function faultsOf(columns: readonly Column[], rows: number): CellFaults | undefined {
  const count = columns.reduce((sum, { faults }) => sum + faults, 0);
  if (count === 0) return undefined;
  const first = columns.flatMap((column) => column.first).sort((a, b) => a.row - b.row);
  return { count, rows, first: first.slice(0, SHOWN) };
}
